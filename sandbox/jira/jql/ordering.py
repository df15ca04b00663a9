"""How ORDER BY compares issues. It decides nothing about which issues match."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from sandbox.jira.jql.choices import lowest_rank
from sandbox.jira.jql.clauses import Sort
from sandbox.jira.jql.custom_fields import number_or_none
from sandbox.jira.jql.errors import Faults, JqlError
from sandbox.jira.jql.fields import Field, SearchContext, find_field
from sandbox.jira.jql.views import IssueView

# Values of one field compare with each other, whatever they are; None stands for an empty field.
type SortKey = Callable[[IssueView], Any]


@dataclass(frozen=True, slots=True)
class Order:
    """One field of ORDER BY, with its direction settled."""

    field: str
    descending: bool
    read: SortKey = dataclass_field(compare=False, repr=False)


_BY_ATTRIBUTE: dict[str, SortKey] = {
    "key": lambda issue: (issue.project_key, issue.number),
    "project": lambda issue: issue.project_key,
    "created": lambda issue: issue.created,
    "updated": lambda issue: issue.updated,
    "resolved": lambda issue: issue.resolved,
    "due": lambda issue: issue.due,
    "summary": lambda issue: issue.summary.casefold() or None,
    "description": lambda issue: (issue.description or "").casefold() or None,
    "labels": lambda issue: tuple(map(str.casefold, issue.labels)) or None,
}
_RANKED = frozenset({"priority", "status", "issuetype", "resolution"})


def orders(sorts: Sequence[Sort], context: SearchContext) -> tuple[Order, ...]:
    """The orders asked for. Raises JqlError for fields that are unknown, unsortable or repeated."""
    found: list[Order] = []
    faults = Faults()
    for sort in sorts:
        with faults.collected():
            found.append(_order(sort, context, found))
    faults.raise_any()
    return tuple(found)


def in_order(issues: Iterable[IssueView], by: Sequence[Order]) -> list[IssueView]:
    """The issues, sorted; equal ones keep the order given. Empty fields count as the greatest."""
    ordered = list(issues)
    for order in reversed(by):
        ordered.sort(key=_empty_last(order.read), reverse=order.descending)
    return ordered


def _empty_last(read: SortKey) -> SortKey:
    def key(issue: IssueView) -> tuple[bool, Any]:
        value = read(issue)
        return (True, 0) if value is None else (False, value)

    return key


def _order(sort: Sort, context: SearchContext, before: Sequence[Order]) -> Order:
    found = find_field(sort.field, context.custom_fields)
    if not found.sortable:
        message = f"Not able to sort using field '{sort.field}'."
        raise JqlError(message)
    if any(order.field == found.id for order in before):
        message = f"The sort field '{sort.field}' is referenced multiple times in the JQL sort."
        raise JqlError(message)
    descending = found.descending if sort.descending is None else sort.descending
    return Order(found.id, descending, _sort_key(found, context))


def _sort_key(found: Field, context: SearchContext) -> SortKey:
    if found.id in _BY_ATTRIBUTE:
        return _BY_ATTRIBUTE[found.id]
    if found.id == "priority":
        # The most urgent is the greatest and has the lowest rank.
        return _negated(_rank_key(found.id, context))
    return _rank_key(found.id, context) if found.id in _RANKED else _name_key(found.id)


def _negated(read: SortKey) -> SortKey:
    def key(issue: IssueView) -> int | None:
        rank = read(issue)
        return None if rank is None else -rank

    return key


def _rank_key(field_id: str, context: SearchContext) -> SortKey:
    rank = context.rank or _rank_by_id
    return lambda issue: lowest_rank(rank, field_id, issue.values(field_id))


def _rank_by_id(_: str, value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def _name_key(field_id: str) -> SortKey:
    return lambda issue: tuple(map(_natural, issue.values(field_id))) or None


def _natural(text: str) -> tuple[bool, float, str]:
    number = number_or_none(text)
    return (True, 0.0, text.casefold()) if number is None else (False, number, "")
