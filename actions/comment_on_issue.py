"""Adds a comment to an issue."""

from actions.errors import OutcomeUnclear
from actions.executor import Done, JiraExecutor, Order


class CommentOnIssue(JiraExecutor):
    """Inputs: `issue`, `comment`, `visibleToRole` (a project role; everybody without it)."""

    ACTION_NAME = "comment_on_issue"
    INPUTS = frozenset({"issue", "comment", "visibleToRole"})
    PERMISSION = '"Add comments" in the project'

    async def perform(self, order: Order) -> Done:
        """Raises: ActionError, JiraError."""
        body = order.inputs.required("comment")
        role = order.inputs.text("visibleToRole")
        key = (await self.issue(order, "summary"))["key"]
        before = await self._same(key, body)
        try:
            await self.writes.add_comment(key, body, role)
        except OutcomeUnclear as unclear:
            await self.settle(order, unclear, lambda: self._is_added(key, body, before))
        return Done(f"Commented on {key}: {order.report.link}", "Commented", (key,))

    async def _is_added(self, key: str, body: str, before: set[str]) -> bool:
        return bool(await self._same(key, body) - before)

    async def _same(self, key: str, body: str) -> set[str]:
        """The ids of the comments with this text that the integration's user wrote."""
        me = await self.me()
        return {
            str(comment.get("id"))
            for comment in await self.writes.comments(key)
            if (comment.get("author") or {}).get("name") == me
            and str(comment.get("body")).split() == body.split()
        }
