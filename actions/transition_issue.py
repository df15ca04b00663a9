"""Moves an issue along its workflow."""

from actions.choices import chosen_transition, target_of
from actions.errors import OutcomeUnclear
from actions.executor import Done, JiraExecutor, Order
from actions.metadata import fields_in, values_to_create
from client import Json


class TransitionIssue(JiraExecutor):
    """Inputs: `issue`, `transition` (its name, or the status it leads to), `comment`, `fields`."""

    ACTION_NAME = "transition_issue"
    INPUTS = frozenset({"issue", "transition", "comment", "fields"})
    PERMISSION = '"Transition issues" in the project'

    async def perform(self, order: Order) -> Done:
        """Raises: ActionError, JiraError."""
        wanted = order.inputs.required("transition")
        given = order.inputs.fields("fields")
        issue = await self.issue(order, "status")
        key, status = issue["key"], _status(issue)
        transitions = await self.writes.transitions(key)
        transition = chosen_transition(transitions, wanted, status, key)
        values = values_to_create(fields_in(transition), given, f"the transition {wanted} of {key}")
        comment = order.inputs.text("comment")
        try:
            await self.writes.transition_issue(key, str(transition["id"]), values, comment)
        except OutcomeUnclear as unclear:
            await self.settle(order, unclear, lambda: self._has_left(key, status, transition))
        after = target_of(transition) or f"where {wanted} leads"
        text = f"{key} went from {status} to {after}: {order.report.link}"
        return Done(text, "Transitioned", (key,))

    async def _has_left(self, key: str, status: str, transition: Json) -> bool:
        """A transition that leads back to the same status leaves nothing to tell it by."""
        now = _status(await self.existing(key, "status"))
        return now != status and now == (target_of(transition) or now)


def _status(issue: Json) -> str:
    return str(((issue.get("fields") or {}).get("status") or {}).get("name") or "")
