"""Assigns an issue, or takes its assignee away."""

from actions.errors import OutcomeUnclear
from actions.executor import Done, JiraExecutor, Order
from actions.jira_writes import DEFAULT_ASSIGNEE
from actions.people import login_name

_NOBODY = "unassigned"
_AUTOMATIC = "automatic"
_WHO = {None: "nobody", DEFAULT_ASSIGNEE: "the project's default assignee"}


class AssignIssue(JiraExecutor):
    """Inputs: `issue`, `assignee` (login name, user key, e-mail, `unassigned` or `automatic`)."""

    ACTION_NAME = "assign_issue"
    INPUTS = frozenset({"issue", "assignee"})
    PERMISSION = '"Assign issues" in the project, and the assignee "Assignable user"'

    async def perform(self, order: Order) -> Done:
        """Raises: ActionError, JiraError."""
        wanted = order.inputs.required("assignee")
        key = (await self.issue(order, "assignee"))["key"]
        name = await self._name(wanted)
        try:
            await self.writes.assign_issue(key, name)
        except OutcomeUnclear as unclear:
            await self.settle(order, unclear, lambda: self._is_assigned(key, name))
        who = _WHO.get(name, name)
        return Done(f"{key} is assigned to {who}: {order.report.link}", "Assigned", (key,))

    async def _name(self, wanted: str) -> str | None:
        if wanted.casefold() == _NOBODY:
            return None
        if wanted.casefold() == _AUTOMATIC:
            return DEFAULT_ASSIGNEE
        return await login_name(self.writes, self.client, wanted)

    async def _is_assigned(self, key: str, name: str | None) -> bool:
        """The project's default assignee is not known here, so nothing tells that it was set."""
        issue = await self.existing(key, "assignee")
        assignee = (issue.get("fields") or {}).get("assignee") or {}
        return name != DEFAULT_ASSIGNEE and assignee.get("name") == name
