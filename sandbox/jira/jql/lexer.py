"""Cuts the text of a query into tokens as Jira's grammar does. Whether they make sense is for the parser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from sandbox.jira.jql.clauses import is_control, unicode_escape
from sandbox.jira.jql.errors import JqlSyntaxError


class Kind(Enum):
    WORD = auto()
    TEXT = auto()
    """Quoted or holding an escape, so never a keyword."""
    NUMBER = auto()
    SYMBOL = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str
    offset: int


_CONTROL = r"\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff"
_SPACE = re.compile(r"[ \t\r\n]*")
_SYMBOL = re.compile(r"!=|!~|<=|>=|&&|\|\||[=<>!~(),\[\]&|]")
_WORD = re.compile(rf"(?:[^ \r\n\\\"'=!<>()~,\[\]|&{{}}*/%+^$#@?;{_CONTROL}]|\\.?)+", re.DOTALL)
_QUOTED = {
    '"': re.compile(rf'"((?:[^"\\{_CONTROL}]|\\.)*)"', re.DOTALL),
    "'": re.compile(rf"'((?:[^'\\{_CONTROL}]|\\.)*)'", re.DOTALL),
}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.|$)", re.DOTALL)
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\", "'": "'", '"': '"', " ": " "}
_NUMBER = re.compile(r"-?[0-9]+")


def tokens(query: str) -> list[Token]:
    """The tokens of the query, the last one of kind END.

    Raises JqlSyntaxError for a character, an escape or a quotation that JQL does not know.
    """
    return list(_scan(query))


def syntax_error(query: str, offset: int, what: str) -> JqlSyntaxError:
    """The error in Jira's frame; lines and characters count from one."""
    line = query.count("\n", 0, offset) + 1
    character = offset - query.rfind("\n", 0, offset)
    where = f"(line {line}, character {character})"
    return JqlSyntaxError(f"Error in the JQL Query: {what} {where}")


def _scan(query: str) -> Iterator[Token]:
    at = _after_space(query, 0)
    while at < len(query):
        token, end = _token_at(query, at)
        yield token
        at = _after_space(query, end)
    yield Token(Kind.END, "", len(query))


def _after_space(query: str, at: int) -> int:
    match = _SPACE.match(query, at)
    return match.end() if match else at


def _token_at(query: str, at: int) -> tuple[Token, int]:
    if query[at] in _QUOTED:
        return _quoted_at(query, at)
    if symbol := _SYMBOL.match(query, at):
        return Token(Kind.SYMBOL, symbol.group(), at), symbol.end()
    if word := _WORD.match(query, at):
        return _word(query, word.group(), at), word.end()
    raise _reserved_character(query, at)


def _quoted_at(query: str, at: int) -> tuple[Token, int]:
    match = _QUOTED[query[at]].match(query, at)
    if match is None:
        raise _broken_quotation(query, at)
    return Token(Kind.TEXT, _unescaped(query, match.group(1), at + 1), at), match.end()


def _word(query: str, raw: str, at: int) -> Token:
    if "\\" in raw:
        return Token(Kind.TEXT, _unescaped(query, raw, at), at)
    return Token(Kind.NUMBER if _NUMBER.fullmatch(raw) else Kind.WORD, raw, at)


def _unescaped(query: str, raw: str, at: int) -> str:
    def replace(match: re.Match[str]) -> str:
        escape = match.group(1)
        if len(escape) > 1:
            return chr(int(escape[1:], 16))
        if escape not in _ESCAPED:
            raise _illegal_escape(query, match.group(), at + match.start())
        return _ESCAPED[escape]

    return well_formed(_ESCAPE.sub(replace, raw))


def well_formed(text: str) -> str:
    """The text with surrogate pairs joined and single surrogates replaced, so that it can be sent as UTF-8."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _illegal_escape(query: str, escape: str, at: int) -> JqlSyntaxError:
    what = (
        f"'{escape}' is an illegal JQL escape sequence. The valid escape sequences are "
        r"""\', \", \t, \n, \r, \\, '\ ' and \uXXXX."""
    )
    return syntax_error(query, at, what)


def _broken_quotation(query: str, at: int) -> JqlSyntaxError:
    for offset in range(at + 1, len(query)):
        if is_control(query[offset]):
            return _reserved_character(query, offset)
    return syntax_error(query, at, f"The quoted string '{query[at + 1 :]}' has not been completed.")


def _reserved_character(query: str, at: int) -> JqlSyntaxError:
    character = query[at]
    escape = unicode_escape(character)
    what = (
        f"The character '{escape if is_control(character) else character}' is a reserved JQL "
        f"character. You must enclose it in a string or use the escape '{escape}' instead."
    )
    return syntax_error(query, at, what)
