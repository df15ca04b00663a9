"""Compiles a parsed query into tests and orders. It must not look at an issue before it is asked to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sandbox.jira.jql.clauses import And, Clause, Not, Or, Terminal
from sandbox.jira.jql.comparison import UNBOUNDED, Bounds, Condition, Predicate
from sandbox.jira.jql.conditions import condition
from sandbox.jira.jql.errors import Faults
from sandbox.jira.jql.fields import SearchContext
from sandbox.jira.jql.lexer import well_formed
from sandbox.jira.jql.ordering import Order, in_order, orders
from sandbox.jira.jql.parser import parse
from sandbox.jira.jql.views import IssueView


@dataclass(frozen=True, slots=True)
class Query:
    """A compiled query; `order_by` is empty when there was none."""

    condition: Condition
    order_by: tuple[Order, ...]

    def matches(self, issue: IssueView) -> bool:
        return self.condition.test(issue)

    def sorted(self, issues: Iterable[IssueView]) -> list[IssueView]:
        """The issues under ORDER BY; equal ones, and all without ORDER BY, keep the order given."""
        return in_order(issues, self.order_by)

    def time_bounds(self) -> Bounds:
        """Epoch seconds, both inclusive, between which every matching issue was created.

        None stands for no bound; when the first is later than the last, nothing matches.
        """
        return self.condition.bounds


def compile_query(text: str, context: SearchContext) -> Query:
    """The query, ready to test issues; an empty text matches everything.

    Raises JqlError with everything that Jira would find wrong, in Jira's words; the subclass
    JqlSyntaxError when the text is no JQL.
    """
    parsed = parse(well_formed(text))
    faults = Faults()
    with faults.collected():
        where = _compiled(parsed.where or And(()), context)
    with faults.collected():
        order_by = orders(parsed.order_by, context)
    faults.raise_any()
    return Query(where, order_by)


def _compiled(clause: Clause, context: SearchContext) -> Condition:
    match clause:
        case Terminal():
            return condition(clause, context)
        case Not(inner):
            return Condition(_negated(_compiled(inner, context).test))
        case And(clauses):
            return _all_of(_compiled_each(clauses, context))
        case Or(clauses):
            return _any_of(_compiled_each(clauses, context))


def _compiled_each(clauses: Sequence[Clause], context: SearchContext) -> list[Condition]:
    found: list[Condition] = []
    faults = Faults()
    for clause in clauses:
        with faults.collected():
            found.append(_compiled(clause, context))
    faults.raise_any()
    return found


def _negated(test: Predicate) -> Predicate:
    return lambda issue: not test(issue)


def _all_of(conditions: Sequence[Condition]) -> Condition:
    tests = tuple(part.test for part in conditions)
    froms = [part.bounds[0] for part in conditions if part.bounds[0] is not None]
    untils = [part.bounds[1] for part in conditions if part.bounds[1] is not None]
    bounds = max(froms, default=None), min(untils, default=None)
    return Condition(lambda issue: all(test(issue) for test in tests), bounds)


def _any_of(conditions: Sequence[Condition]) -> Condition:
    tests = tuple(part.test for part in conditions)
    return Condition(lambda issue: any(test(issue) for test in tests), _hull(conditions))


def _hull(conditions: Sequence[Condition]) -> Bounds:
    froms = [part.bounds[0] for part in conditions]
    untils = [part.bounds[1] for part in conditions]
    first = None if None in froms else min(bound for bound in froms if bound is not None)
    last = None if None in untils else max(bound for bound in untils if bound is not None)
    return (first, last) if conditions else UNBOUNDED
