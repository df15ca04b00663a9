"""The shape of a parsed query, and how its values are written. It holds no meaning of fields or values."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Operator(Enum):
    """The value is the operator as Jira writes it in its messages."""

    EQUALS = "="
    NOT_EQUALS = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    LIKE = "~"
    NOT_LIKE = "!~"
    IN = "in"
    NOT_IN = "not in"
    IS = "is"
    IS_NOT = "is not"


@dataclass(frozen=True, slots=True)
class Text:
    """A value written as a word or in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A value written as digits without quotes."""

    value: int


@dataclass(frozen=True, slots=True)
class Empty:
    """EMPTY or NULL."""


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueList:
    operands: "tuple[Operand, ...]"


type Operand = Text | Number | Empty | Function | ValueList


@dataclass(frozen=True, slots=True)
class Terminal:
    """One condition; `field` is as it was typed, a custom field by number as `cf[10101]`."""

    field: str
    operator: Operator
    operand: Operand


@dataclass(frozen=True, slots=True)
class Not:
    clause: "Clause"


@dataclass(frozen=True, slots=True)
class And:
    clauses: "tuple[Clause, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    clauses: "tuple[Clause, ...]"


type Clause = Terminal | Not | And | Or


@dataclass(frozen=True, slots=True)
class Sort:
    """A field to order by; `descending` is None when no direction was written."""

    field: str
    descending: bool | None = None


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """`where` is None when everything matches."""

    where: Clause | None = None
    order_by: tuple[Sort, ...] = ()


_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}


def is_control(character: str) -> bool:
    """Characters that JQL takes only as escapes, even within quotes; line ends are allowed there."""
    code = ord(character)
    return (
        (code < 0x20 and character not in "\n\r")
        or 0x7F <= code <= 0x9F
        or 0xFDD0 <= code <= 0xFDEF
        or 0xFFFE <= code <= 0xFFFF
    )


def unicode_escape(character: str) -> str:
    return f"\\u{ord(character):04x}"


def quoted(text: str) -> str:
    """The text as a JQL string literal in double quotes."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return unicode_escape(character) if is_control(character) else character


_WRITERS: dict[type[object], Callable[..., str]] = {
    Text: lambda operand: quoted(operand.value),
    Number: lambda operand: str(operand.value),
    Empty: lambda _: "EMPTY",
    Function: lambda operand: f"{operand.name}({', '.join(map(quoted, operand.arguments))})",
    ValueList: lambda operand: f"({', '.join(map(written, operand.operands))})",
}


def written(operand: Operand) -> str:
    """The operand as JQL, strings always in quotes."""
    return _WRITERS[type(operand)](operand)
