"""Links two issues."""

from actions.choices import LinkChoice, chosen_link
from actions.errors import OutcomeUnclear
from actions.executor import Done, JiraExecutor, Order
from client import Json


class LinkIssues(JiraExecutor):
    """Inputs: `issue`, `link` (as read from it: `blocks`, `is blocked by`), `otherIssue`."""

    ACTION_NAME = "link_issues"
    INPUTS = frozenset({"issue", "link", "otherIssue"})
    PERMISSION = '"Link issues" in the project'

    async def perform(self, order: Order) -> Done:
        """Raises: ActionError, JiraError."""
        wanted = order.inputs.required("link")
        other_key = order.inputs.issue_key("otherIssue")
        key = (await self.issue(order, "issuelinks"))["key"]
        other = (await self.existing(other_key, "summary"))["key"]
        link = chosen_link(await self.writes.link_types(), wanted)
        text = f"{key} {link.text} {other}: {order.report.link}"
        if await self._is_linked(key, link, other):
            return Done(f"The link was there already. {text}", "Linked")
        ends = (other, key) if link.reversed else (key, other)
        try:
            await self.writes.link_issues(link.type_name, *ends)
        except OutcomeUnclear as unclear:
            await self.settle(order, unclear, lambda: self._is_linked(key, link, other))
        return Done(text, "Linked", (key, other))

    async def _is_linked(self, key: str, link: LinkChoice, other: str) -> bool:
        issue = await self.existing(key, "issuelinks")
        return any(_is(one, link, other) for one in issue["fields"].get("issuelinks") or ())


def _is(one: Json, link: LinkChoice, other: str) -> bool:
    """An issue shows under `outwardIssue` what its outward text leads to."""
    end = one.get("inwardIssue" if link.reversed else "outwardIssue") or {}
    return (one.get("type") or {}).get("name") == link.type_name and end.get("key") == other
