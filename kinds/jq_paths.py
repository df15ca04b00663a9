"""Reads which fields of an issue a JQ expression can look at. Pure.

An abstract run: every value is the whole issue, its `fields` object, or something inside of one
field. As soon as the issue or its `fields` goes anywhere but into the path of a named field, or
the expression uses anything that is not understood here, the answer is "cannot tell".
"""

import re
from collections.abc import Callable
from enum import Enum

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
        "map",
        "map_values",
        "match",
        "max",
        "max_by",
        "min",
        "min_by",
        "mktime",
        "not",
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


class _Value(Enum):
    ISSUE = "issue"
    FIELDS = "fields"
    INSIDE = "inside"


_Values = frozenset[_Value]
_INSIDE: _Values = frozenset({_Value.INSIDE})


class _CannotTell(Exception):
    """The expression does something that is not understood here."""


def issue_fields_in(expression: str) -> frozenset[str] | None:
    """The names of the fields below `.fields` that the expression may read.

    None: it cannot be told with certainty, so that all of them have to be there.
    """
    try:
        reader = _Reader(expression)
        result = reader.read()
    except (_CannotTell, RecursionError):
        return None
    return frozenset(reader.fields) if result == _INSIDE else None


class _Reader:
    """A recursive-descent parser of a part of JQ that runs the expression as it reads it."""

    def __init__(self, text: str) -> None:
        self.fields: set[str] = set()
        self._text = text
        self._at = 0
        self._kind = ""
        self._token = ""
        self._variables: list[tuple[str, _Values]] = []
        self._next()

    def read(self) -> _Values:
        result = self._pipe(frozenset({_Value.ISSUE}))
        if self._kind:
            raise _CannotTell
        return result

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
        if self._is("as"):
            return self._binding(value, given)
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

    def _logic(self, given: _Values) -> _Values:
        return self._computed(given, self._comparison, "and", "or")

    def _comparison(self, given: _Values) -> _Values:
        return self._computed(given, self._arithmetic, "==", "!=", "<", "<=", ">", ">=")

    def _arithmetic(self, given: _Values) -> _Values:
        return self._computed(given, self._postfix, "+", "-", "*", "/", "%")

    def _either(self, given: _Values, part: Callable[[_Values], _Values], operator: str) -> _Values:
        value = part(given)
        while self._is(operator):
            self._next()
            value |= part(given)
        return value

    def _computed(
        self, given: _Values, part: Callable[[_Values], _Values], *operators: str
    ) -> _Values:
        value = part(given)
        while self._is(*operators):
            self._next()
            _only_inside(value | part(given))
            value = _INSIDE
        return value

    def _postfix(self, given: _Values) -> _Values:
        value = self._term(given)
        while True:
            if self._kind == "name" and self._token.startswith("."):
                value = self._member(value, self._token[1:])
                self._next()
            elif self._is("."):
                self._next()
                if self._kind != "quote" and not self._is("["):
                    raise _CannotTell
                if self._kind == "quote":
                    value = self._member(value, self._plain_string())
            elif self._is("["):
                value = self._index(value, given)
            elif self._is("?"):
                self._next()
            else:
                return value

    def _member(self, value: _Values, name: str) -> _Values:
        reached: set[_Value] = set()
        for one in value:
            if one is _Value.FIELDS:
                self.fields.add(name)
            elif one is _Value.ISSUE and name == "fields":
                reached.add(_Value.FIELDS)
                continue
            elif one is _Value.ISSUE and name not in _ALWAYS_THERE:
                raise _CannotTell
            reached.add(_Value.INSIDE)
        return frozenset(reached)

    def _index(self, value: _Values, given: _Values) -> _Values:
        self._next()
        if self._kind == "quote":
            name = self._plain_string()
            self._expect("]")
            return self._member(value, name)
        _only_inside(value)
        while not self._is("]"):
            if self._is(":"):
                self._next()
            else:
                _only_inside(self._pipe(given))
        self._next()
        return _INSIDE

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
            return _INSIDE
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
                _only_inside(self._pipe(given))
            self._expect("]")
            return _INSIDE
        if mark == "{":
            return self._object(given)
        if mark == "-":
            _only_inside(self._postfix(given))
            return _INSIDE
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
            _only_inside(self._alternative(given))
            if self._is(","):
                self._next()
        self._next()
        return _INSIDE

    def _key(self, given: _Values) -> None:
        if self._kind == "quote":
            self._string(given)
        elif self._is("("):
            self._next()
            _only_inside(self._pipe(given))
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
        if self._kind == "quote":
            return self._string(given)
        _only_inside(given)
        return _INSIDE

    def _string(self, given: _Values) -> _Values:
        while True:
            found = _STRING_PART.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._text.startswith('"', self._at):
                self._at += 1
                self._next()
                return _INSIDE
            if not self._text.startswith("\\(", self._at):
                raise _CannotTell
            self._at += 2
            self._next()
            _only_inside(self._pipe(given))
            if not self._is(")"):
                raise _CannotTell

    def _plain_string(self) -> str:
        start = self._at
        self._string(_INSIDE)
        text = self._text[start : self._text.index('"', start)]
        if "\\" in text:
            raise _CannotTell
        return text

    def _word(self, given: _Values, word: str) -> _Values:
        self._next()
        if word == "if":
            return self._condition(given)
        if word == "try":
            return self._try(given)
        if word == "select":
            _only_inside(self._arguments(given))
            return given
        if word in _CONSTANTS:
            return _INSIDE
        if word == "empty":
            return frozenset()
        if word not in _FUNCTIONS:
            raise _CannotTell
        _only_inside(given | self._arguments(given))
        return _INSIDE

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
        # Whether an object is there at all does not depend on which fields it holds.
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
        value = self._postfix(given)
        if self._is("catch"):
            self._next()
            value |= self._postfix(_INSIDE)
        return value


def _only_inside(value: _Values) -> None:
    if value - _INSIDE:
        raise _CannotTell
