"""Turns tokens into a query as Jira's grammar does. It knows neither fields nor what a value means."""

from collections.abc import Callable
from typing import NoReturn

from sandbox.jira.jql.clauses import (
    And,
    Clause,
    Empty,
    Function,
    Not,
    Number,
    Operand,
    Operator,
    Or,
    ParsedQuery,
    Sort,
    Terminal,
    Text,
    ValueList,
)
from sandbox.jira.jql.errors import JqlSyntaxError
from sandbox.jira.jql.lexer import Kind, Token, syntax_error, tokens
from sandbox.jira.jql.reserved_words import KEYWORDS, RESERVED_WORDS

MAX_DEPTH = 60
"""Nesting beyond this is refused: a query is walked recursively, here and when it is evaluated."""

_LONG = 2**63
_AND = frozenset({"and", "&", "&&"})
_OR = frozenset({"or", "|", "||"})
_NOT = frozenset({"not", "!"})
_BY_SYMBOL = {operator.value: operator for operator in Operator if not operator.value[0].isalpha()}
_OPERATORS = (
    "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', "
    "'IS' and 'IS NOT'."
)


def parse(text: str) -> ParsedQuery:
    """The query that the text holds; an empty text matches everything. Raises JqlSyntaxError."""
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._at = 0
        self._depth = 0

    def query(self) -> ParsedQuery:
        where = None if self._sees("order") or self._ended() else self._or()
        order_by = self._order_by() if self._takes("order") else ()
        if not self._ended():
            self._fail_expecting("either 'OR' or 'AND'")
        return ParsedQuery(where, order_by)

    def _or(self) -> Clause:
        clauses = self._joined(self._and, _OR)
        return clauses[0] if len(clauses) == 1 else Or(clauses)

    def _and(self) -> Clause:
        clauses = self._joined(self._not, _AND)
        return clauses[0] if len(clauses) == 1 else And(clauses)

    def _joined(self, part: Callable[[], Clause], by: frozenset[str]) -> tuple[Clause, ...]:
        clauses = [part()]
        while self._takes(*by):
            clauses.append(part())
        return tuple(clauses)

    def _not(self) -> Clause:
        if self._takes(*_NOT):
            return Not(self._deeper(self._not))
        if self._takes("("):
            return self._deeper(self._bracketed)
        return Terminal(self._field(), self._operator(), self._operand())

    def _bracketed(self) -> Clause:
        clause = self._or()
        if not self._takes(")"):
            self._fail_expecting("')'" if self._ended() else "either 'OR' or 'AND'")
        return clause

    def _deeper[T](self, part: Callable[[], T]) -> T:
        if self._depth == MAX_DEPTH:
            self._fail("The query is nested too deeply.")
        self._depth += 1
        found = part()
        self._depth -= 1
        return found

    def _field(self) -> str:
        if self._sees("cf"):
            after = self._tokens[self._at + 1]
            if after.kind is Kind.SYMBOL and after.text == "[":
                return self._custom_field()
        self._refuse_unquoted("a field name")
        return self._take().text

    def _custom_field(self) -> str:
        self._at += 2
        if self._peek().kind is not Kind.NUMBER:
            self._fail_expecting("a custom field id")
        number = self._take().text
        self._require("]")
        return f"cf[{number}]"

    def _operator(self) -> Operator:
        if self._peek().kind is Kind.SYMBOL and self._peek().text in _BY_SYMBOL:
            return _BY_SYMBOL[self._take().text]
        if self._takes("in"):
            return Operator.IN
        if self._takes("is"):
            return Operator.IS_NOT if self._takes("not") else Operator.IS
        return self._not_in()

    def _not_in(self) -> Operator:
        if not self._sees("not"):
            self._fail_expecting("operator", f" {_OPERATORS}")
        self._take()
        if not self._takes("in"):
            self._fail_expecting("'IN'")
        return Operator.NOT_IN

    def _operand(self) -> Operand:
        if self._takes("empty", "null"):
            return Empty()
        if self._takes("("):
            return self._deeper(self._list)
        self._refuse_unquoted("either a value, list or function", "a value")
        token = self._take()
        if self._takes("("):
            return Function(token.text, self._arguments())
        return self._number(token) if token.kind is Kind.NUMBER else Text(token.text)

    def _number(self, token: Token) -> Number:
        # Longer digits are not even converted: Python refuses them with an error of its own.
        value = int(token.text) if len(token.text) <= len(str(-_LONG)) else _LONG
        if not -_LONG <= value < _LONG:
            what = f"'{token.text}' is not a number between {-_LONG} and {_LONG - 1}."
            raise syntax_error(self._text, token.offset, what)
        return Number(value)

    def _list(self) -> ValueList:
        operands = [self._operand()]
        while self._takes(","):
            operands.append(self._operand())
        self._require(")")
        return ValueList(tuple(operands))

    def _arguments(self) -> tuple[str, ...]:
        if self._takes(")"):
            return ()
        arguments = [self._argument()]
        while self._takes(","):
            arguments.append(self._argument())
        self._require(")")
        return tuple(arguments)

    def _argument(self) -> str:
        self._refuse_unquoted("a function argument")
        return self._take().text

    def _order_by(self) -> tuple[Sort, ...]:
        self._require("by")
        sorts = [self._sort()]
        while self._takes(","):
            sorts.append(self._sort())
        if not self._ended():
            self._fail_expecting("either 'ASC' or 'DESC'")
        return tuple(sorts)

    def _sort(self) -> Sort:
        field = self._field()
        if self._takes("desc"):
            return Sort(field, descending=True)
        return Sort(field, descending=False if self._takes("asc") else None)

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._peek()
        self._at += 1
        return token

    def _ended(self) -> bool:
        return self._peek().kind is Kind.END

    def _sees(self, *wanted: str) -> bool:
        token = self._peek()
        return token.kind in (Kind.WORD, Kind.SYMBOL) and token.text.lower() in wanted

    def _takes(self, *wanted: str) -> bool:
        seen = self._sees(*wanted)
        self._at += seen
        return seen

    def _require(self, wanted: str) -> None:
        if not self._takes(wanted):
            self._fail_expecting(f"'{wanted}'")

    def _refuse_unquoted(self, wanted: str, use: str | None = None) -> None:
        token = self._peek()
        word = token.text.lower() if token.kind is Kind.WORD else ""
        if token.kind in (Kind.END, Kind.SYMBOL) or word in KEYWORDS:
            self._fail_expecting(wanted, self._quoting_advice(use or wanted))
        if word in RESERVED_WORDS:
            self._fail(
                f"'{token.text}' is a reserved JQL word. You must surround it in quotation "
                "marks to use it in a query."
            )

    def _quoting_advice(self, use: str) -> str:
        if self._ended():
            return ""
        return f" You must surround '{self._peek().text}' in quotation marks to use it as {use}."

    def _fail_expecting(self, wanted: str, advice: str = "") -> NoReturn:
        if not self._ended():
            self._fail(f"Expecting {wanted} but got '{self._peek().text}'.{advice}")
        # Jira gives no position here: the end of the query is one.
        message = f"Error in the JQL Query: Expecting {wanted} before the end of the query.{advice}"
        raise JqlSyntaxError(message)

    def _fail(self, what: str) -> NoReturn:
        raise syntax_error(self._text, self._peek().offset, what)
