"""Reads which parts of an issue a JQ expression can look at. Pure.

An abstract run: every value is a place in the issue, or something computed. As soon as the issue
or its `fields` as a whole goes anywhere but into the path of a named field, or the expression uses
anything that is not understood here, the answer is "cannot tell".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

# Always sent by Jira, whatever `fields` asks for.
_ALWAYS_THERE = frozenset({"id", "key", "self", "listed"})
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<name>\.?[A-Za-z_][A-Za-z0-9_]*)
      | (?P<variable>\$[A-Za-z_][A-Za-z0-9_]*)
      | (?P<format>@[a-z0-9]+)
      | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<quote>")
      | (?P<operator>\?//|//|\.\.|==|!=|<=|>=|[-+*/%<>|,:;?()\[\]{}.])
    )""",
    re.VERBOSE,
)
_STRING_PART = re.compile(r'(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*')
# Functions whose result depends on nothing but their input and arguments; the arguments are run on
# the input or on parts of it.
_FUNCTIONS = frozenset(
    [
        "abs",
        "add",
        "all",
        "any",
        "arrays",
        "ascii",
        "ascii_downcase",
        "ascii_upcase",
        "booleans",
        "capture",
        "ceil",
        "contains",
        "endswith",
        "explode",
        "first",
        "flatten",
        "floor",
        "from_entries",
        "fromdate",
        "fromdateiso8601",
        "fromjson",
        "gmtime",
        "group_by",
        "gsub",
        "has",
        "implode",
        "index",
        "indices",
        "inside",
        "isempty",
        "join",
        "keys",
        "keys_unsorted",
        "last",
        "length",
        "localtime",
        "ltrim",
        "ltrimstr",
        "map_values",
        "match",
        "max",
        "max_by",
        "min",
        "min_by",
        "mktime",
        "nth",
        "nulls",
        "numbers",
        "objects",
        "reverse",
        "rindex",
        "round",
        "rtrim",
        "rtrimstr",
        "scalars",
        "scan",
        "sort",
        "sort_by",
        "split",
        "splits",
        "sqrt",
        "startswith",
        "strftime",
        "strings",
        "strptime",
        "sub",
        "test",
        "to_entries",
        "toarray",
        "todate",
        "todateiso8601",
        "tojson",
        "tonumber",
        "tostring",
        "transpose",
        "trim",
        "type",
        "unique",
        "unique_by",
        "utf8bytelength",
        "values",
        "with_entries",
    ]
)
_CONSTANTS = frozenset({"null", "true", "false", "now"})


Place = tuple[str, ...]
"""A path in the issue; `*` stands for every element of a list."""

ELEMENTS = "*"
_ISSUE: Place = ()
_FIELDS: Place = ("fields",)

_Value = Place | Literal["computed", "null"]
_Values = frozenset[_Value]
_COMPUTED: _Values = frozenset({"computed"})
_NULL: _Values = frozenset({"null"})


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be there for an expression to give what it gives for the whole issue.

    `whole`: places of which everything is read. `reached`: places that are passed on the way, or
    asked whether they are there.
    """

    whole: frozenset[Place]
    reached: frozenset[Place]

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields below `.fields`."""
        return frozenset(p[1] for p in self.whole | self.reached if p[:1] == _FIELDS and p[1:])


class _CannotTell(Exception):
    """The expression does something that is not understood here."""


def needs_of(expression: str) -> Needs | None:
    """What the expression may read of an issue; None where that cannot be told with certainty."""
    try:
        reader = _Reader(expression)
        reader.run()
    except (_CannotTell, RecursionError):
        return None
    return Needs(frozenset(reader.whole), frozenset(reader.reached))


class _Reader:
    """A recursive-descent parser of a part of JQ that runs the expression as it reads it."""

    def __init__(self, text: str) -> None:
        self.whole: set[Place] = set()
        self.reached: set[Place] = set()
        self._text = text
        self._at = 0
        self._kind = ""
        self._token = ""
        self._variables: list[tuple[str, _Values]] = []
        self._next()

    def run(self) -> None:
        self._read(self._pipe(frozenset({_ISSUE})))
        if self._kind:
            raise _CannotTell

    def _read(self, value: _Values) -> _Values:
        """The value is used for what it is: everything in it is needed."""
        for one in value:
            if isinstance(one, tuple):
                if one in (_ISSUE, _FIELDS):
                    raise _CannotTell
                self.whole.add(one)
        return _COMPUTED

    def _next(self) -> None:
        found = _TOKEN.match(self._text, self._at)
        if found:
            self._kind, self._token = found.lastgroup or "", found.group(found.lastgroup or 0)
            self._at = found.end()
        elif self._text[self._at :].strip():
            raise _CannotTell
        else:
            self._kind = self._token = ""

    def _is(self, *tokens: str) -> bool:
        return self._kind in ("operator", "name") and self._token in tokens

    def _expect(self, token: str) -> None:
        if not self._is(token):
            raise _CannotTell
        self._next()

    def _pipe(self, given: _Values) -> _Values:
        value = self._comma(given)
        if self._is("|"):
            self._next()
            return self._pipe(value)
        return value

    def _binding(self, value: _Values, given: _Values) -> _Values:
        self._next()
        name = self._token
        if self._kind != "variable":
            raise _CannotTell
        self._next()
        self._expect("|")
        self._variables.append((name, value))
        result = self._pipe(given)
        self._variables.pop()
        return result

    def _comma(self, given: _Values) -> _Values:
        return self._either(given, self._alternative, ",")

    def _alternative(self, given: _Values) -> _Values:
        return self._either(given, self._logic, "//")

    def _either(self, given: _Values, part: Callable[[_Values], _Values], operator: str) -> _Values:
        value = part(given)
        while self._is(operator):
            self._next()
            value |= part(given)
        return value

    def _logic(self, given: _Values) -> _Values:
        value = self._comparison(given)
        while self._is("and", "or"):
            self._next()
            # Whether something is there at all does not depend on what is in it.
            self._comparison(given)
            value = _COMPUTED
        return value

    def _comparison(self, given: _Values) -> _Values:
        left = self._arithmetic(given)
        while self._is("==", "!=", "<", "<=", ">", ">="):
            equality = self._is("==", "!=")
            self._next()
            right = self._arithmetic(given)
            if not (equality and _NULL in (left, right)):
                self._read(left | right)
            left = _COMPUTED
        return left

    def _arithmetic(self, given: _Values) -> _Values:
        value = self._postfix(given)
        while self._is("+", "-", "*", "/", "%"):
            self._next()
            value = self._read(value | self._postfix(given))
        return value

    def _postfix(self, given: _Values) -> _Values:
        value = self._path(given)
        # `term as $name | …` reaches to the end of what it stands in.
        return self._binding(value, given) if self._is("as") else value

    def _path(self, given: _Values) -> _Values:
        value = self._term(given)
        while True:
            if self._kind == "name" and self._token.startswith("."):
                value = self._member(value, self._token[1:])
                self._next()
            elif self._is("."):
                self._next()
                if self._kind == "quote":
                    value = self._member(value, self._plain_string())
                elif not self._is("["):
                    raise _CannotTell
            elif self._is("["):
                value = self._index(value, given)
            elif self._is("?"):
                self._next()
            else:
                return value

    def _member(self, value: _Values, name: str) -> _Values:
        return frozenset(self._step(one, name) for one in value)

    def _step(self, one: _Value, name: str) -> _Value:
        if not isinstance(one, tuple) or (one == _ISSUE and name in _ALWAYS_THERE):
            return "computed"
        if one == _ISSUE and name != "fields":
            raise _CannotTell
        if one == _FIELDS and name == ELEMENTS:
            raise _CannotTell
        place = (*one, name)
        if place != _FIELDS:
            self.reached.add(place)
        return place

    def _index(self, value: _Values, given: _Values) -> _Values:
        self._next()
        if self._kind == "quote":
            name = self._plain_string()
            self._expect("]")
            return self._member(value, name)
        if self._kind == "number":
            self._next()
        if self._is("]"):
            self._next()
            return self._elements(value)
        self._read(value)
        while not self._is("]"):
            if self._is(":"):
                self._next()
            else:
                self._read(self._pipe(given))
        self._next()
        return _COMPUTED

    def _elements(self, value: _Values) -> _Values:
        if _ISSUE in value:
            raise _CannotTell
        return self._member(value, ELEMENTS)

    def _term(self, given: _Values) -> _Values:
        kind, token = self._kind, self._token
        if kind == "name" and token.startswith("."):
            self._next()
            return self._member(given, token[1:])
        if kind == "name":
            return self._word(given, token)
        if kind == "variable":
            return self._variable(token)
        if kind == "number":
            self._next()
            return _COMPUTED
        if kind == "quote":
            return self._string(given)
        if kind == "format":
            return self._format(given)
        return self._bracketed(given, token)

    def _bracketed(self, given: _Values, mark: str) -> _Values:
        if mark == ".":
            return self._dot(given)
        self._next()
        if mark == "(":
            value = self._pipe(given)
            self._expect(")")
            return value
        if mark == "[":
            if not self._is("]"):
                self._read(self._pipe(given))
            self._expect("]")
            return _COMPUTED
        if mark == "{":
            return self._object(given)
        if mark == "-":
            return self._read(self._postfix(given))
        raise _CannotTell

    def _dot(self, given: _Values) -> _Values:
        self._next()
        if self._kind == "quote":
            return self._member(given, self._plain_string())
        return given

    def _object(self, given: _Values) -> _Values:
        while not self._is("}"):
            self._key(given)
            self._expect(":")
            self._read(self._alternative(given))
            if self._is(","):
                self._next()
        self._next()
        return _COMPUTED

    def _key(self, given: _Values) -> None:
        if self._kind == "quote":
            self._string(given)
        elif self._is("("):
            self._next()
            self._read(self._pipe(given))
            self._expect(")")
        elif self._kind == "name" and not self._token.startswith("."):
            self._next()
        else:
            raise _CannotTell

    def _variable(self, name: str) -> _Values:
        self._next()
        for bound, value in reversed(self._variables):
            if bound == name:
                return value
        raise _CannotTell

    def _format(self, given: _Values) -> _Values:
        self._next()
        return self._string(given) if self._kind == "quote" else self._read(given)

    def _string(self, given: _Values) -> _Values:
        while True:
            found = _STRING_PART.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._text.startswith('"', self._at):
                self._at += 1
                self._next()
                return _COMPUTED
            if not self._text.startswith("\\(", self._at):
                raise _CannotTell
            self._at += 2
            self._next()
            self._read(self._pipe(given))
            if not self._is(")"):
                raise _CannotTell

    def _plain_string(self) -> str:
        start = self._at
        self._string(_COMPUTED)
        text = self._text[start : self._text.index('"', start)]
        if "\\" in text or text == ELEMENTS:
            raise _CannotTell
        return text

    def _word(self, given: _Values, word: str) -> _Values:
        self._next()
        if word == "if":
            return self._condition(given)
        if word == "try":
            return self._try(given)
        if word == "select":
            self._arguments(given)
            return given
        if word == "map":
            self._read(self._arguments(self._elements(given)))
            return _COMPUTED
        if word == "not" or word in _CONSTANTS:
            return _NULL if word == "null" else _COMPUTED
        if word == "empty":
            return frozenset()
        if word not in _FUNCTIONS:
            raise _CannotTell
        self._read(given)
        return self._read(self._arguments(_COMPUTED))

    def _arguments(self, given: _Values) -> _Values:
        value: _Values = frozenset()
        if self._is("("):
            self._next()
            value |= self._pipe(given)
            while self._is(";"):
                self._next()
                value |= self._pipe(given)
            self._expect(")")
        return value

    def _condition(self, given: _Values) -> _Values:
        self._pipe(given)
        self._expect("then")
        value = self._pipe(given)
        if self._is("elif"):
            self._next()
            return value | self._condition(given)
        if self._is("else"):
            self._next()
            value |= self._pipe(given)
        else:
            value |= given
        self._expect("end")
        return value

    def _try(self, given: _Values) -> _Values:
        value = self._path(given)
        if self._is("catch"):
            self._next()
            value |= self._path(_COMPUTED)
        return value
