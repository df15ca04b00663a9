"""Works out what an operand stands for: lists are laid flat, functions called. No field is known here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox.jira.jql.clauses import Empty, Function, Number, Operand, Text, ValueList
from sandbox.jira.jql.dates import rounded
from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.fields import SearchContext


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant that the named function gave."""

    instant: datetime
    function: str


@dataclass(frozen=True, slots=True)
class Person:
    """A user key that the named function gave."""

    key: str
    function: str


type Literal = Text | Number | Empty | Moment | Person


def literals(operand: Operand, context: SearchContext) -> tuple[Literal, ...]:
    """The single values of the operand; none for `currentUser()` of an anonymous caller.

    Raises JqlError for an unknown function or arguments that it does not take.
    """
    if isinstance(operand, ValueList):
        return tuple(literal for part in operand.operands for literal in literals(part, context))
    return _called(operand, context) if isinstance(operand, Function) else (operand,)


def _called(function: Function, context: SearchContext) -> tuple[Literal, ...]:
    name = function.name.casefold()
    if name in _WITHOUT_ARGUMENTS:
        _refuse_arguments(function)
        return _WITHOUT_ARGUMENTS[name](function, context)
    if name in _ROUNDING:
        return (_rounded(function, *_ROUNDING[name], context),)
    message = f"Unable to find JQL function '{function.name}({', '.join(function.arguments)})'."
    raise JqlError(message)


def _now(function: Function, context: SearchContext) -> tuple[Literal, ...]:
    return (Moment(context.now, function.name),)


def _current_user(function: Function, context: SearchContext) -> tuple[Literal, ...]:
    return () if context.user_key is None else (Person(context.user_key, function.name),)


_WITHOUT_ARGUMENTS: dict[str, Callable[[Function, SearchContext], tuple[Literal, ...]]] = {
    "now": _now,
    "currentuser": _current_user,
}
_ROUNDING = {
    f"{bound}of{unit}": (bound, letter)
    for bound in ("start", "end")
    for unit, letter in (("day", "d"), ("week", "w"), ("month", "M"), ("year", "y"))
}


def _rounded(function: Function, bound: str, unit: str, context: SearchContext) -> Moment:
    if len(function.arguments) > 1:
        message = (
            f"Function '{function.name}' expected between '0' and '1' arguments but received "
            f"'{len(function.arguments)}'."
        )
        raise JqlError(message)
    offset = function.arguments[0] if function.arguments else None
    instant = rounded(bound, unit, offset, context.now.astimezone(context.time_zone))
    if instant is None:
        message = (
            f"Duration for function '{function.name}' should have the format (+/-)n(yMwdhm), "
            "e.g -1M for 1 month earlier."
        )
        raise JqlError(message)
    return Moment(instant, function.name)


def _refuse_arguments(function: Function) -> None:
    if function.arguments:
        message = (
            f"Function '{function.name}' expected '0' arguments but received "
            f"'{len(function.arguments)}'."
        )
        raise JqlError(message)
