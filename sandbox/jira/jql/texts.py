"""Conditions on texts. What counts as a word is decided elsewhere."""

from sandbox.jira.jql.comparison import (
    Comparison,
    Condition,
    Reader,
    each,
    equality,
    plain_text,
    reader,
)
from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.operands import Literal
from sandbox.jira.jql.word_match import TextTest, leading_wildcard, word_test

_TEXTS: dict[str, Reader] = {
    "summary": lambda issue: (issue.summary,) if issue.summary else (),
    "description": lambda issue: (issue.description,) if issue.description else (),
    "text": lambda issue: (issue.summary, issue.description or ""),
}


def text_condition(comparison: Comparison) -> Condition:
    """All words must be in one text of the field; `text` stands for summary or description."""
    read = _TEXTS.get(comparison.field.id) or reader(comparison.field.id)
    tests = each(_words, comparison)
    return Condition(
        equality(
            comparison,
            lambda issue: bool(read(issue)),
            lambda issue: any(test(text) for test in tests for text in read(issue)),
        )
    )


def _words(comparison: Comparison, literal: Literal) -> TextTest:
    query = plain_text(comparison, literal)
    if not query.strip():
        message = f"The field '{comparison.name}' does not support searching for an empty string."
        raise JqlError(message)
    if wildcard := leading_wildcard(query):
        message = (
            f"The text query '{query}' for field '{comparison.name}' is not allowed to start "
            f"with character '{wildcard}'."
        )
        raise JqlError(message)
    return word_test(query)
