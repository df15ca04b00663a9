"""A user's JQL is cut at its ORDER BY and put into brackets without a change of what it selects."""

import pytest

from jira_server.errors import RejectedQuery
from jira_server.jql import all_of, any_of, criteria_of, quoted


@pytest.mark.parametrize(
    ("jql", "criteria"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("  \n ", "", id="white-space"),
        pytest.param("project = A", "project = A", id="no-order"),
        pytest.param("project = A ORDER BY key", "project = A", id="upper-case"),
        pytest.param("project = A order by key DESC", "project = A", id="lower-case"),
        pytest.param("project = A OrDeR bY key", "project = A", id="mixed-case"),
        pytest.param("project = A\n  ORDER \t\n BY key", "project = A", id="spacing"),
        pytest.param("ORDER BY created", "", id="order-alone"),
        pytest.param("a in (x, y)ORDER BY key", "a in (x, y)", id="after-a-bracket"),
        pytest.param("a = 'x'order by key", "a = 'x'", id="after-a-quote"),
        pytest.param('a = 1 ORDER BY"Story Points"', "a = 1", id="quoted-order-field"),
        pytest.param(
            'summary ~ "ORDER BY nothing" ORDER BY key',
            'summary ~ "ORDER BY nothing"',
            id="in-quotes",
        ),
        pytest.param("summary ~ 'order by x'", "summary ~ 'order by x'", id="in-single-quotes"),
        pytest.param(
            r'summary ~ "a \" ORDER BY b"', r'summary ~ "a \" ORDER BY b"', id="after-escaped-quote"
        ),
        pytest.param('"Order by" = 5 ORDER BY key', '"Order by" = 5', id="quoted-field-name"),
        pytest.param("reorder = 1 order by key", "reorder = 1", id="word-that-ends-in-order"),
        pytest.param("orderbyte = 1", "orderbyte = 1", id="word-that-begins-with-order"),
        pytest.param("order = 1", "order = 1", id="field-called-order"),
        pytest.param("order bygone = 1", "order bygone = 1", id="not-by"),
        pytest.param('a ~ "it\'s ("', 'a ~ "it\'s ("', id="brackets-and-quotes-in-quotes"),
        pytest.param(r"a = it\'s", r"a = it\'s", id="escaped-quote-outside"),
        pytest.param("(a ORDER BY b)", "(a ORDER BY b)", id="order-in-brackets-is-left-to-jira"),
        pytest.param("((a = 1) OR b in (f(2)))", "((a = 1) OR b in (f(2)))", id="nested-brackets"),
        pytest.param("проект = 'Ж' ORDER BY key", "проект = 'Ж'", id="cyrillic"),
    ],
)
def test_the_order_is_cut(jql: str, criteria: str) -> None:
    assert criteria_of(jql) == criteria


@pytest.mark.parametrize(
    ("jql", "near"),
    [
        pytest.param("a = 1) OR (b = 2", 6, id="closed-too-early"),
        pytest.param("(a = 1", 7, id="never-closed"),
        pytest.param("((a = 1) OR b = 2", 18, id="one-missing"),
        pytest.param('a = "x', 5, id="quote-not-closed"),
        pytest.param("a = 'x", 5, id="single-quote-not-closed"),
        pytest.param(r'a = "x\"', 5, id="closing-quote-escaped"),
        pytest.param("a = it's", 7, id="apostrophe"),
        pytest.param("(a = 1 ORDER BY key", 20, id="order-inside-of-brackets"),
    ],
)
def test_what_is_not_balanced_is_rejected(jql: str, near: int) -> None:
    with pytest.raises(RejectedQuery, match=f"near character {near}\\n(.|\\n)*mapping: ") as caught:
        criteria_of(jql)
    assert str(caught.value).endswith(jql)


def test_the_message_about_a_long_jql_has_at_most_three_lines() -> None:
    with pytest.raises(RejectedQuery) as caught:
        criteria_of("(a = 1\nOR b = 2\nOR c = 3\n")
    assert len(str(caught.value).splitlines()) <= 3


@pytest.mark.parametrize(
    ("criteria", "jql"),
    [
        pytest.param([], "", id="none"),
        pytest.param(["", ""], "", id="empty-ones"),
        pytest.param(["a = 1 OR b = 2"], "a = 1 OR b = 2", id="one"),
        pytest.param(["", "a = 1"], "a = 1", id="one-and-an-empty-one"),
        pytest.param(["a = 1 OR b = 2", "c = 3"], "(a = 1 OR b = 2) AND (c = 3)", id="two"),
        pytest.param(["a", "b", "c"], "(a) AND (b) AND (c)", id="three"),
    ],
)
def test_all_of(criteria: list[str], jql: str) -> None:
    assert all_of(*criteria) == jql


@pytest.mark.parametrize(
    ("criteria", "jql"),
    [
        pytest.param([], "", id="none"),
        pytest.param(["a = 1"], "a = 1", id="one"),
        pytest.param(["a = 1 AND b = 2", "c = 3"], "(a = 1 AND b = 2) OR (c = 3)", id="two"),
        pytest.param(["a = 1", ""], "", id="one-that-takes-everything"),
        pytest.param(["a = 1", "a = 1"], "a = 1", id="the-same-twice"),
    ],
)
def test_any_of(criteria: list[str], jql: str) -> None:
    assert any_of(*criteria) == jql


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        pytest.param("OPS", '"OPS"', id="plain"),
        pytest.param('a "b"', r'"a \"b\""', id="quotes"),
        pytest.param("a\\b", r'"a\\b"', id="backslash"),
        pytest.param('\\"', r'"\\\""', id="backslash-and-quote"),
        pytest.param("Склад", '"Склад"', id="cyrillic"),
    ],
)
def test_a_text_becomes_one_literal(text: str, literal: str) -> None:
    assert quoted(text) == literal
