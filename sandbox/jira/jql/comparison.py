"""A condition whose field and values are known, and the rules that all fields share."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.jira.jql.clauses import Empty, Number, Operator, Text
from sandbox.jira.jql.errors import Faults, JqlError
from sandbox.jira.jql.fields import Field, SearchContext
from sandbox.jira.jql.operands import Literal, Moment, Person
from sandbox.jira.jql.views import IssueView

type Predicate = Callable[[IssueView], bool]
type Bounds = tuple[int | None, int | None]
type Reader = Callable[[IssueView], Sequence[str]]

UNBOUNDED: Bounds = (None, None)


@dataclass(frozen=True, slots=True)
class Condition:
    """A test, and the epoch seconds between which (inclusive) every issue that passes was created."""

    test: Predicate
    bounds: Bounds = UNBOUNDED


@dataclass(frozen=True, slots=True)
class Comparison:
    """A condition whose field is found and whose operand is worked out; `name` is as typed."""

    name: str
    field: Field
    operator: Operator
    literals: tuple[Literal, ...]
    context: SearchContext

    @property
    def values(self) -> tuple[Literal, ...]:
        return tuple(literal for literal in self.literals if not isinstance(literal, Empty))

    @property
    def asks_for_empty(self) -> bool:
        return len(self.values) < len(self.literals)


NEGATIVE = frozenset({Operator.NOT_EQUALS, Operator.NOT_IN, Operator.IS_NOT, Operator.NOT_LIKE})
LISTING = frozenset({Operator.IN, Operator.NOT_IN})
COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.LESS: operator.lt,
    Operator.LESS_OR_EQUAL: operator.le,
    Operator.GREATER: operator.gt,
    Operator.GREATER_OR_EQUAL: operator.ge,
}


def nothing(_: IssueView) -> bool:
    return False


def always(_: IssueView) -> bool:
    return True


def equality(comparison: Comparison, present: Predicate, equal: Predicate) -> Predicate:
    """Jira's rule: a negative operator leaves out issues whose field is empty, too."""
    if not comparison.literals:
        return nothing
    if comparison.operator in NEGATIVE:
        return lambda issue: present(issue) and not equal(issue)
    if comparison.asks_for_empty:
        return lambda issue: equal(issue) or not present(issue)
    return equal


def each[T](read: Callable[[Comparison, Literal], T], comparison: Comparison) -> list[T]:
    """What `read` makes of every value. Raises one JqlError with the messages of all that it raised."""
    found: list[T] = []
    faults = Faults()
    for value in comparison.values:
        with faults.collected():
            found.append(read(comparison, value))
    faults.raise_any()
    return found


def unfit_function(comparison: Comparison, literal: Moment | Person) -> JqlError:
    return JqlError(
        f"A value provided by the function '{literal.function}' is invalid for the field "
        f"'{comparison.name}'."
    )


def reader(field_id: str) -> Reader:
    """How to read every name of the values that an issue has in the field."""
    if field_id == "labels":
        return lambda issue: issue.labels
    return lambda issue: issue.values(field_id)


def plain_text(comparison: Comparison, literal: Literal) -> str:
    """The value as it was written. Raises JqlError for what a function gave."""
    if isinstance(literal, Moment | Person):
        raise unfit_function(comparison, literal)
    return str(literal.value) if isinstance(literal, Text | Number) else ""


def unknown_value(comparison: Comparison, literal: Literal) -> JqlError:
    text = plain_text(comparison, literal)
    start = f"A value with ID '{text}'" if isinstance(literal, Number) else f"The value '{text}'"
    return JqlError(f"{start} does not exist for the field '{comparison.name}'.")


def unsupported_operator(used: Operator, name: str) -> JqlError:
    return JqlError(f"The operator '{used.value}' is not supported by the '{name}' field.")
