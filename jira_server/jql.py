"""Builds JQL around a user's JQL. Pure; knows the shape of the language, not its fields."""

import re
from collections.abc import Iterator

from jira_server.errors import RejectedQuery

_TOKEN = re.compile(
    r"""(?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<open>\() | (?P<close>\))
      | (?P<word>(?:\\.|[^\s()"'\\])+)
      | (?P<stray>["'\\])
      | (?P<space>\s+)""",
    re.VERBOSE | re.DOTALL,
)


def quoted(text: str) -> str:
    """The text as a JQL string: in double quotes, with backslashes and quotes escaped."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def criteria_of(jql: str) -> str:
    """The JQL without its ORDER BY, ready to stand inside brackets; empty for none.

    Raises: RejectedQuery when quotes or brackets are not balanced, since putting such a text into
    brackets would change what it selects instead of failing.
    """
    depth = 0
    order_at: int | None = None
    for kind, text, start in _tokens(jql):
        depth += (kind == "open") - (kind == "close")
        if depth < 0 or kind == "stray":
            raise _unbalanced(jql, start)
        if kind == "word" and depth == 0 and _starts_order_by(text, jql[start:]):
            order_at = start
            break
    if depth != 0:
        raise _unbalanced(jql, len(jql))
    return jql[:order_at].strip()


def all_of(*criteria: str) -> str:
    """The criteria joined by AND, each in brackets; empty ones are left out."""
    given = [c for c in criteria if c]
    return given[0] if len(given) == 1 else " AND ".join(f"({c})" for c in given)


def any_of(*criteria: str) -> str:
    """The criteria joined by OR; empty (everything) as soon as one of them is empty."""
    unique = list(dict.fromkeys(criteria))
    if "" in unique:
        return ""
    return unique[0] if len(unique) == 1 else " OR ".join(f"({c})" for c in unique)


def _tokens(jql: str) -> Iterator[tuple[str, str, int]]:
    for match in _TOKEN.finditer(jql):
        yield match.lastgroup or "", match.group(), match.start()


def _starts_order_by(word: str, rest: str) -> bool:
    return word.lower() == "order" and re.match(r"(?i)order\s+by\b", rest) is not None


def _unbalanced(jql: str, position: int) -> RejectedQuery:
    return RejectedQuery(
        what=f"The selector's JQL has unbalanced quotes or brackets near character {position + 1}",
        advice=f"Mend the jql of the issue resource in the mapping: {' '.join(jql.split())[:300]}",
    )
