"""Deletes an issue whose key was typed, and takes it out of the catalog once Jira confirms its end."""

from collections.abc import Iterable

from actions.errors import InvalidInput, NotPossible, OutcomeUnclear
from actions.executor import Done, JiraExecutor, Order
from actions.metadata import shown
from client import Json


class DeleteIssue(JiraExecutor):
    """Inputs: `issue`, `confirmation` (the issue's key, typed), `deleteSubtasks`."""

    ACTION_NAME = "delete_issue"
    INPUTS = frozenset({"issue", "confirmation", "deleteSubtasks"})
    PERMISSION = '"Delete issues" in the project'

    async def perform(self, order: Order) -> Done:
        """Raises: ActionError, JiraError."""
        with_subtasks = order.inputs.flag("deleteSubtasks")
        issue = await self.issue(order, "subtasks,parent")
        key = issue["key"]
        _check_confirmation(order.inputs.text("confirmation"), key)
        subtasks: list[Json] = (issue.get("fields") or {}).get("subtasks") or []
        children = [str(subtask["key"]) for subtask in subtasks]
        if subtasks and not with_subtasks:
            raise NotPossible(
                what=f"{key} has sub-tasks, which would be deleted too: {shown(children)}",
                advice="Set deleteSubtasks to true if that is what you want.",
            )
        try:
            await self.writes.delete_issue(key, with_subtasks=with_subtasks)
        except OutcomeUnclear as unclear:
            await self.settle(order, unclear, lambda: self._is_gone(key))
        await order.report.say(await self.catalog.remove([issue, *subtasks]))
        text = f"Deleted {', '.join((key, *children))}"
        return Done(text, "Deleted", tuple(_parents(issue)))

    async def _is_gone(self, key: str) -> bool:
        return await self.client.issue(key, "summary") is None


def _check_confirmation(typed: str, key: str) -> None:
    if typed != key:
        raise InvalidInput(
            what=f"What was typed as confirmation, {typed or 'nothing'}, is not the key {key}",
            advice=f"Nothing was deleted. Type {key} if that is the issue to be deleted.",
        )


def _parents(issue: Json) -> Iterable[str]:
    parent = (issue.get("fields") or {}).get("parent") or {}
    return [str(parent["key"])] if parent.get("key") else []
