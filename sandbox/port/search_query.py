"""Port's search queries: which entities a query means. Reads no catalog.

Source: Port's documentation "Search & query" (rules, operators, meta properties).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.port.clock import epoch
from sandbox.port.replies import Json, invalid

Lookup = Callable[[str], object]
"""Gives an entity's value for `$identifier`, `$title`, a property's name, a relation's name..."""

Predicate = Callable[[Lookup], bool]
_Compare = Callable[[object, object], bool]


@dataclass(frozen=True)
class Query:
    """A query ready to use.

    `identifiers` and `blueprints` hold every entity that can match (None: any),
    so that a catalog looks at few entities instead of all.
    """

    matches: Predicate
    identifiers: frozenset[str] | None = None
    blueprints: frozenset[str] | None = None


def compiled(query: object) -> Query:
    """The query for its JSON (`combinator` and `rules`); raises `RefusedError` 422 for anything else."""
    if not isinstance(query, dict) or not isinstance(query.get("rules"), list):
        message = "a search query must be an object with combinator and rules"
        raise invalid(message)
    combinator = str(query.get("combinator", "and")).lower()
    parts = [_part(rule) for rule in query["rules"]]
    if combinator == "and":
        return _all_of(parts)
    if combinator == "or":
        return _any_of(parts)
    message = f'combinator must be "and" or "or", got {combinator!r}'
    raise invalid(message)


def within(query: Query, blueprint: str) -> Query:
    """The same query, over the entities of one blueprint only."""
    only = frozenset([blueprint])
    allowed = only if query.blueprints is None else only & query.blueprints
    return Query(query.matches, query.identifiers, allowed)


def _part(rule: object) -> Query:
    if isinstance(rule, dict) and "rules" in rule:
        return compiled(rule)
    return _rule(rule)


def _all_of(parts: list[Query]) -> Query:
    checks = [part.matches for part in parts]
    return Query(
        lambda lookup: all(check(lookup) for check in checks),
        _met([part.identifiers for part in parts]),
        _met([part.blueprints for part in parts]),
    )


def _any_of(parts: list[Query]) -> Query:
    checks = [part.matches for part in parts]
    return Query(
        lambda lookup: any(check(lookup) for check in checks),
        _joined([part.identifiers for part in parts]),
        _joined([part.blueprints for part in parts]),
    )


def _met(sets: list[frozenset[str] | None]) -> frozenset[str] | None:
    bounded = [one for one in sets if one is not None]
    return frozenset.intersection(*bounded) if bounded else None


def _joined(sets: list[frozenset[str] | None]) -> frozenset[str] | None:
    bounded = [one for one in sets if one is not None]
    return frozenset().union(*bounded) if len(bounded) == len(sets) else None


def _rule(rule: object) -> Query:
    if not isinstance(rule, dict) or not isinstance(rule.get("property"), str):
        message = f"a rule must name a property and an operator, got {rule!r}"
        raise invalid(message)
    name, value = rule["property"], rule.get("value")
    compare = _OPERATORS.get(str(rule.get("operator")))
    if compare is None:
        message = f'operator {rule.get("operator")!r} is not one of {", ".join(sorted(_OPERATORS))}'
        raise invalid(message)
    return Query(
        lambda lookup: compare(lookup(name), value),
        _pinned(rule, "$identifier"),
        _pinned(rule, "$blueprint"),
    )


def _pinned(rule: Json, name: str) -> frozenset[str] | None:
    value = rule.get("value")
    if rule["property"] != name:
        return None
    if rule["operator"] == "=":
        return frozenset([value]) if isinstance(value, str) else None
    if rule["operator"] == "in" and isinstance(value, list):
        return frozenset(one for one in value if isinstance(one, str))
    return None


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [], {})


def _contains(value: object, wanted: object) -> bool:
    if isinstance(value, str):
        return isinstance(wanted, str) and wanted in value
    return isinstance(value, list) and wanted in value


def _contains_any(value: object, wanted: object) -> bool:
    choices = wanted if isinstance(wanted, list) else [wanted]
    return any(_contains(value, choice) for choice in choices)


def _within(value: object, wanted: object) -> bool:
    choices = wanted if isinstance(wanted, list) else [wanted]
    if isinstance(value, list):
        return any(one in choices for one in value)
    return value in choices


def _starts(value: object, wanted: object) -> bool:
    return isinstance(value, str) and isinstance(wanted, str) and value.startswith(wanted)


def _ends(value: object, wanted: object) -> bool:
    return isinstance(value, str) and isinstance(wanted, str) and value.endswith(wanted)


def _difference(value: object, wanted: object) -> float | None:
    left, right = _measure(value), _measure(wanted)
    return None if left is None or right is None else left - right


def _measure(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return epoch(value)


def _ordered(decide: Callable[[float], bool]) -> _Compare:
    def compare(value: object, wanted: object) -> bool:
        difference = _difference(value, wanted)
        return difference is not None and decide(difference)

    return compare


def _between(value: object, wanted: object) -> bool:
    if not isinstance(wanted, dict) or not {"from", "to"} <= wanted.keys():
        message = 'the value of "between" must be an object with from and to'
        raise invalid(message)
    after, before = _difference(value, wanted["from"]), _difference(value, wanted["to"])
    return after is not None and before is not None and after >= 0 >= before


def _not(compare: _Compare) -> _Compare:
    return lambda value, wanted: not compare(value, wanted)


_OPERATORS: dict[str, _Compare] = {
    "=": lambda value, wanted: bool(value == wanted),
    "!=": lambda value, wanted: bool(value != wanted),
    ">": _ordered(lambda difference: difference > 0),
    ">=": _ordered(lambda difference: difference >= 0),
    "<": _ordered(lambda difference: difference < 0),
    "<=": _ordered(lambda difference: difference <= 0),
    "in": _within,
    "notIn": _not(_within),
    "contains": _contains,
    "notContains": _not(_contains),
    "doesNotContains": _not(_contains),
    "containsAny": _contains_any,
    "beginsWith": _starts,
    "doesNotBeginsWith": _not(_starts),
    "endsWith": _ends,
    "doesNotEndsWith": _not(_ends),
    "isEmpty": lambda value, _: _is_empty(value),
    "isNotEmpty": lambda value, _: not _is_empty(value),
    "between": _between,
    "notBetween": _not(_between),
}
