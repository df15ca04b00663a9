"""Fields whose values are picked from what the site holds: matched by any name a value goes by."""

from collections.abc import Callable, Iterable

from sandbox.jira.jql.comparison import (
    COMPARE,
    Comparison,
    Condition,
    Predicate,
    each,
    equality,
    nothing,
    plain_text,
    reader,
    unknown_value,
    unsupported_operator,
)
from sandbox.jira.jql.fields import RANGE, Field, FieldKind
from sandbox.jira.jql.issue_keys import check_issue
from sandbox.jira.jql.operands import Literal, Person
from sandbox.jira.jql.views import IssueView


def choice_condition(comparison: Comparison) -> Condition:
    """Raises JqlError for a value that the site does not have, where the site is asked."""
    if comparison.operator in RANGE:
        return Condition(_by_rank(comparison))
    return Condition(_by_name(comparison, frozenset(each(_name, comparison))))


def category_condition(comparison: Comparison) -> Condition:
    """The categories are the same on every site, with English names, keys and ids."""
    names = each(_category_names, comparison)
    return Condition(_by_name(comparison, frozenset[str]().union(*names)))


def _by_name(comparison: Comparison, wanted: frozenset[str]) -> Predicate:
    read = reader(comparison.field.id)
    return equality(
        comparison,
        lambda issue: bool(read(issue)),
        lambda issue: not wanted.isdisjoint(map(str.casefold, read(issue))),
    )


def _name(comparison: Comparison, literal: Literal) -> str:
    if isinstance(literal, Person) and _holds_people(comparison.field):
        return literal.key.casefold()
    text = plain_text(comparison, literal)
    asked = comparison.field.known_as
    if asked == "issuekey":
        check_issue(comparison, literal)
    elif asked is not None and not comparison.context.known(asked, text):
        raise unknown_value(comparison, literal)
    return text.casefold()


def _holds_people(field: Field) -> bool:
    return field.known_as == "user" or field.kind is FieldKind.CUSTOM


_CATEGORIES = (
    frozenset({"1", "undefined", "no category"}),
    frozenset({"2", "new", "to do"}),
    frozenset({"4", "indeterminate", "in progress"}),
    frozenset({"3", "done"}),
)


def _category_names(comparison: Comparison, literal: Literal) -> frozenset[str]:
    text = plain_text(comparison, literal).casefold()
    for names in _CATEGORIES:
        if text in names:
            return names
    raise unknown_value(comparison, literal)


def _by_rank(comparison: Comparison) -> Predicate:
    rank = comparison.context.rank
    if rank is None:
        raise unsupported_operator(comparison.operator, comparison.name)
    names = each(_name, comparison)
    field_id, compare = comparison.field.id, COMPARE[comparison.operator]
    limit = lowest_rank(rank, field_id, names)
    if limit is None:
        return nothing

    def test(issue: IssueView) -> bool:
        found = lowest_rank(rank, field_id, issue.values(field_id))
        # The topmost has rank 0 and counts as the greatest.
        return found is not None and compare(-found, -limit)

    return test


def lowest_rank(
    rank: Callable[[str, str], int | None], field_id: str, names: Iterable[str]
) -> int | None:
    """The position of the value that goes by any of the names, or None when none has one."""
    ranks = (rank(field_id, name) for name in names)
    return min((found for found in ranks if found is not None), default=None)
