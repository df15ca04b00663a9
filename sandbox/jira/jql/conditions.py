"""Turns one condition into a test of issues: checks its use, then leaves it to the kind of its field."""

from collections.abc import Callable

from sandbox.jira.jql.choices import category_condition, choice_condition
from sandbox.jira.jql.clauses import Empty, Operator, Terminal, ValueList, written
from sandbox.jira.jql.comparison import LISTING, Comparison, Condition, unsupported_operator
from sandbox.jira.jql.custom_fields import custom_condition
from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.fields import RANGE, Field, FieldKind, SearchContext, find_field
from sandbox.jira.jql.issue_keys import key_condition
from sandbox.jira.jql.operands import literals
from sandbox.jira.jql.texts import text_condition
from sandbox.jira.jql.times import day_condition, instant_condition


def condition(clause: Terminal, context: SearchContext) -> Condition:
    """The test that the clause asks for. Raises JqlError with every fault of its field and values."""
    field = find_field(clause.field, context.custom_fields)
    _check_operator(clause, field)
    _check_operand(clause)
    found = literals(clause.operand, context)
    comparison = Comparison(clause.field, field, clause.operator, found, context)
    _check_emptiness(comparison)
    return _BUILDERS[field.kind](comparison)


def _check_operator(clause: Terminal, field: Field) -> None:
    if clause.operator not in field.operators:
        raise unsupported_operator(clause.operator, clause.field)


def _check_operand(clause: Terminal) -> None:
    fault = _operand_fault(clause)
    if fault is not None:
        message = (
            f"Operator '{clause.operator.value}' does not support the {fault} value "
            f"'{written(clause.operand)}' for field '{clause.field}'."
        )
        raise JqlError(message)


def _operand_fault(clause: Terminal) -> str | None:
    listed = isinstance(clause.operand, ValueList)
    if clause.operator in LISTING:
        return None if listed else "non-list"
    if listed:
        return "list"
    about_emptiness = clause.operator in (Operator.IS, Operator.IS_NOT)
    return "non-empty" if about_emptiness and not isinstance(clause.operand, Empty) else None


def _check_emptiness(comparison: Comparison) -> None:
    if not comparison.asks_for_empty:
        return
    if Operator.IS not in comparison.field.operators:
        message = f"The field '{comparison.name}' does not support searching for EMPTY values."
        raise JqlError(message)
    if comparison.operator in RANGE:
        message = (
            f"The operator '{comparison.operator.value}' does not support searching for EMPTY "
            f"values in the field '{comparison.name}'."
        )
        raise JqlError(message)


_BUILDERS: dict[FieldKind, Callable[[Comparison], Condition]] = {
    FieldKind.KEY: key_condition,
    FieldKind.INSTANT: instant_condition,
    FieldKind.DAY: day_condition,
    FieldKind.TEXT: text_condition,
    FieldKind.CHOICE: choice_condition,
    FieldKind.CATEGORY: category_condition,
    FieldKind.CUSTOM: custom_condition,
}
