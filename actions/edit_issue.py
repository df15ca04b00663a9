"""Edits fields of an issue."""

from collections.abc import Mapping

from actions.errors import InvalidInput, NotPossible, OutcomeUnclear
from actions.executor import Done, JiraExecutor, Order
from actions.issue_fields import given_fields
from actions.metadata import fields_in, holds, values_to_edit

FIELDS = ("summary", "description", "priority", "labels", "components", "duedate")


class EditIssue(JiraExecutor):
    """Inputs: `issue`, the fields by name, `fields` for any others; null in `fields` empties one."""

    ACTION_NAME = "edit_issue"
    INPUTS = frozenset({"issue", "fields", *FIELDS})
    PERMISSION = '"Edit issues" in the project, and a status that allows editing'

    async def perform(self, order: Order) -> Done:
        """Raises: ActionError, JiraError."""
        given = given_fields(order.inputs, FIELDS)
        if not given:
            raise InvalidInput(what="No field is given", advice="Fill in what shall be changed.")
        key = (await self.issue(order, "summary"))["key"]
        known = fields_in(await self.writes.edit_fields(key))
        if not known:
            raise NotPossible(
                what=f"Jira lets the integration's user {await self.me()} edit no field of {key}",
                advice=f"The user needs {self.PERMISSION}. Nothing was changed.",
            )
        values = values_to_edit(known, given, f"editing {key}")
        try:
            await self.writes.edit_issue(key, values)
        except OutcomeUnclear as unclear:
            await self.settle(order, unclear, lambda: self._shows(key, values))
        names = ", ".join(known[name].name for name in values)
        return Done(f"Changed {names} of {key}: {order.report.link}", "Edited", (key,))

    async def _shows(self, key: str, values: Mapping[str, object]) -> bool:
        issue = await self.existing(key, ",".join(values))
        return all(holds(value, issue["fields"].get(name)) for name, value in values.items())
