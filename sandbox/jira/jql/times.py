"""Conditions on instants, kept in whole epoch seconds, and on days. Reading a date is done elsewhere."""

import operator
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sandbox.jira.jql.clauses import Number, Operator
from sandbox.jira.jql.comparison import (
    COMPARE,
    NEGATIVE,
    UNBOUNDED,
    Bounds,
    Comparison,
    Condition,
    Predicate,
    each,
    equality,
    plain_text,
)
from sandbox.jira.jql.dates import epoch_seconds, from_epoch_millis, read_date
from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.fields import RANGE
from sandbox.jira.jql.operands import Literal, Moment
from sandbox.jira.jql.views import IssueView

# Times are read as int, due dates as date: one field never mixes them.
type MomentReader = Callable[[IssueView], Any]


def instant_condition(comparison: Comparison) -> Condition:
    """Compares whole seconds; a condition on `created` also tells the bounds that it implies."""
    limits = [epoch_seconds(instant) for instant in each(_instant_of, comparison)]
    test = _by_moment(comparison, operator.attrgetter(comparison.field.id), limits)
    created = comparison.field.id == "created" and not comparison.asks_for_empty
    return Condition(test, _bounds(comparison.operator, limits) if created else UNBOUNDED)


def day_condition(comparison: Comparison) -> Condition:
    """Compares days; an instant stands for the day that it falls on for the caller."""
    limits = each(_day_of, comparison)
    return Condition(_by_moment(comparison, operator.attrgetter(comparison.field.id), limits))


def _by_moment(comparison: Comparison, read: MomentReader, limits: Sequence[Any]) -> Predicate:
    if comparison.operator not in RANGE:
        wanted = frozenset(limits)
        return equality(
            comparison, lambda issue: read(issue) is not None, lambda issue: read(issue) in wanted
        )
    compare, limit = COMPARE[comparison.operator], limits[0]
    return lambda issue: (moment := read(issue)) is not None and compare(moment, limit)


def _bounds(used: Operator, limits: list[int]) -> Bounds:
    if not limits or used in NEGATIVE:
        return UNBOUNDED
    first, last = min(limits), max(limits)
    by_range: dict[Operator, Bounds] = {
        Operator.LESS: (None, last - 1),
        Operator.LESS_OR_EQUAL: (None, last),
        Operator.GREATER: (first + 1, None),
        Operator.GREATER_OR_EQUAL: (first, None),
    }
    return by_range.get(used, (first, last))


def _instant_of(comparison: Comparison, literal: Literal) -> datetime:
    instant = _readable_instant(comparison, literal)
    if instant is None:
        raise _invalid_date(comparison, literal)
    return instant


def _readable_instant(comparison: Comparison, literal: Literal) -> datetime | None:
    context = comparison.context
    if isinstance(literal, Moment):
        return literal.instant
    if isinstance(literal, Number):
        return from_epoch_millis(literal.value) if context.accepts_epoch_millis else None
    return read_date(plain_text(comparison, literal), context.now, context.time_zone)


def _day_of(comparison: Comparison, literal: Literal) -> date:
    instant = _instant_of(comparison, literal)
    try:
        return instant.astimezone(comparison.context.time_zone).date()
    except OverflowError:
        raise _invalid_date(comparison, literal) from None


def _invalid_date(comparison: Comparison, literal: Literal) -> JqlError:
    text = literal.function if isinstance(literal, Moment) else plain_text(comparison, literal)
    return JqlError(
        f"Date value '{text}' for field '{comparison.name}' is invalid. Valid formats include: "
        "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format "
        "e.g. '-5d', '4w 2d'."
    )
