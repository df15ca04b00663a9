"""Wrapping a user's JQL keeps it as one unit, or rejects it; it never changes what it selects."""

from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jira_server.errors import RejectedQuery
from jira_server.jql import all_of, any_of, criteria_of, quoted

WORDS = ["project", "=", "A", "OR", "order", "BY", "reorder", "by", "~", "!=", "it\\'s", "Ж", "-1w"]
SPACES = [" ", "  ", "\n", "\t"]
ORDERS = ["ORDER BY key", "order by created DESC", 'Order\n  By "Story Points", key', "oRdEr bY x"]

literals = st.text("ab ()'\"\\Ж\n", max_size=8).map(quoted)
single_quoted = st.text('ab ()"Ж', max_size=8).map(lambda text: f"'{text}'")
words = st.sampled_from(WORDS)
junk = st.lists(
    st.one_of(words, literals, st.sampled_from([*SPACES, *ORDERS, "(", ")", "'", '"', "\\"])),
    max_size=12,
).map("".join)


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(parts, min_size=1, max_size=4).map(" ".join)


# Criteria whose quotes and brackets are balanced, and which hold no ORDER BY outside of quotes.
balanced = st.recursive(
    st.one_of(words.filter(lambda w: w.lower() != "order"), literals, single_quoted),
    lambda inner: st.one_of(joined(inner), inner.map(lambda one: f"({one})")),
    max_leaves=8,
)


def outside_of_quotes(text: str) -> Iterator[tuple[int, str]]:
    """The characters that stand in no literal; quotes themselves do not. Read one by one."""
    quote, escaped = "", False
    for position, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        else:
            yield position, character


def end_of_first_bracket(text: str) -> int:
    """Where the bracket that the text begins with is closed."""
    depth = 0
    for position, character in outside_of_quotes(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return position
    return -1


@given(criteria=balanced, order=st.sampled_from(["", *ORDERS]), space=st.sampled_from(SPACES))
def test_of_balanced_jql_only_the_order_is_cut(criteria: str, order: str, space: str) -> None:
    assert criteria_of(f"{criteria}{space}{order}") == criteria.strip()


@given(criteria=balanced, order=st.sampled_from(["", *ORDERS]))
def test_bounds_are_put_around_the_whole_of_it(criteria: str, order: str) -> None:
    wrapped = all_of(criteria_of(f"{criteria} {order}"), "x = 1")
    if not criteria.strip():
        assert wrapped == "x = 1"
        return
    end = end_of_first_bracket(wrapped)
    assert wrapped[1:end] == criteria.strip()
    assert wrapped[end:] == ") AND (x = 1)"


@settings(max_examples=300)
@given(jql=junk)
def test_whatever_it_is_it_stays_one_unit_or_is_rejected(jql: str) -> None:
    try:
        criteria = criteria_of(jql)
    except RejectedQuery:
        return
    assert jql.lstrip().startswith(criteria)
    assume(not criteria.endswith("\\"))
    if criteria:
        wrapped = all_of(criteria, "x = 1")
        end = end_of_first_bracket(wrapped)
        assert (wrapped[1:end], wrapped[end:]) == (criteria, ") AND (x = 1)")


def test_a_backslash_at_the_end_is_rejected() -> None:
    with pytest.raises(RejectedQuery):
        criteria_of("a = b\\")


@given(jql=junk)
def test_cutting_twice_changes_nothing(jql: str) -> None:
    try:
        criteria = criteria_of(jql)
    except RejectedQuery:
        return
    assert criteria_of(criteria) == criteria


@given(criteria=balanced, stray=st.sampled_from(["(", ")", "'", '"']))
def test_what_is_not_balanced_is_rejected(criteria: str, stray: str) -> None:
    with pytest.raises(RejectedQuery):
        criteria_of(f"{criteria} {stray}")


@given(some=st.lists(balanced.map(criteria_of), min_size=2, max_size=4, unique=True))
def test_any_of_keeps_each_as_one_unit(some: list[str]) -> None:
    rest = any_of(*some)
    for criteria in some:
        if len(some) == 1 or not rest:
            break
        end = end_of_first_bracket(rest)
        assert rest[1:end] == criteria
        rest = rest[end + 1 :].removeprefix(" OR ")
    assert rest == ""


@given(text=st.text())
def test_a_quoted_text_is_one_literal(text: str) -> None:
    literal = quoted(text)
    assert list(outside_of_quotes(literal)) == []
    assert criteria_of(f"a = {literal} ORDER BY key") == f"a = {literal}"
