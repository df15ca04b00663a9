"""What `~` finds: whole words, prefixes with `*`, phrases in quotes. No stemming and no stop words."""

import re
from collections.abc import Callable
from itertools import pairwise

type TextTest = Callable[[str], bool]

# Chinese characters and hiragana have no spaces between words: the index takes each as a word.
_IDEOGRAPH = r"\u3040-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_IDEOGRAPH}]|[^\W{_IDEOGRAPH}]+")
_TERM = re.compile(r'"([^"]*)"|([^\s"]+)')
_WORD_CHARACTER = rf"[^\W{_IDEOGRAPH}]"


def word_test(query: str) -> TextTest:
    """A test whether a text holds every word and phrase of the query, whatever their case.

    A query without any word finds nothing.
    """
    tests = [
        _term_test(phrase or word, prefix=word.endswith("*"))
        for phrase, word in _TERM.findall(query.casefold())
        if _TOKEN.search(phrase or word)
    ]
    return lambda text: bool(tests) and _all_found(tests, text.casefold())


def leading_wildcard(query: str) -> str | None:
    """The `*` or `?` that a word of the query starts with, which Jira refuses, or None."""
    firsts = (word[:1] for _, word in _TERM.findall(query))
    return next((first for first in firsts if first in ("*", "?")), None)


def _all_found(tests: list[TextTest], folded: str) -> bool:
    return all(test(folded) for test in tests)


def _term_test(term: str, *, prefix: bool) -> TextTest:
    tokens = _TOKEN.findall(term)
    rarest = max(tokens, key=len)
    search = re.compile(_pattern(tokens, prefix=prefix)).search
    # Looking for the longest word first spares most texts the regular expression.
    return lambda folded: rarest in folded and search(folded) is not None


def _pattern(tokens: list[str], *, prefix: bool) -> str:
    before = "" if _is_ideograph(tokens[0]) else rf"(?<!{_WORD_CHARACTER})"
    after = "" if prefix or _is_ideograph(tokens[-1]) else rf"(?!{_WORD_CHARACTER})"
    inner = re.escape(tokens[0])
    for left, right in pairwise(tokens):
        touching = _is_ideograph(left) or _is_ideograph(right)
        inner += (r"\W*" if touching else r"\W+") + re.escape(right)
    return before + inner + after


def _is_ideograph(token: str) -> bool:
    return re.match(f"[{_IDEOGRAPH}]", token) is not None
