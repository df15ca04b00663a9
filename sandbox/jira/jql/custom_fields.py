"""Conditions on custom fields, whose type is unknown here: it shows only in the values."""

import re

from sandbox.jira.jql.choices import choice_condition
from sandbox.jira.jql.clauses import Operator
from sandbox.jira.jql.comparison import (
    COMPARE,
    Comparison,
    Condition,
    Predicate,
    each,
    nothing,
    plain_text,
    reader,
    unsupported_operator,
)
from sandbox.jira.jql.fields import RANGE
from sandbox.jira.jql.operands import Literal
from sandbox.jira.jql.texts import text_condition


def custom_condition(comparison: Comparison) -> Condition:
    """Equality goes by name, `<` and its like compare numbers, `~` words."""
    if comparison.operator in (Operator.LIKE, Operator.NOT_LIKE):
        return text_condition(comparison)
    if comparison.operator in RANGE:
        return Condition(_by_size(comparison))
    return choice_condition(comparison)


def _by_size(comparison: Comparison) -> Predicate:
    read, compare = reader(comparison.field.id), COMPARE[comparison.operator]
    limits = each(_size, comparison)
    if not limits:
        return nothing
    return lambda issue: any(
        compare(size, limits[0]) for size in map(number_or_none, read(issue)) if size is not None
    )


def _size(comparison: Comparison, literal: Literal) -> float:
    size = number_or_none(plain_text(comparison, literal))
    if size is None:
        raise unsupported_operator(comparison.operator, comparison.name)
    return size


def number_or_none(text: str) -> float | None:
    """The number that the text writes in decimal digits, or None."""
    return float(text) if re.fullmatch(r"-?[0-9]{1,300}(\.[0-9]+)?", text) else None
