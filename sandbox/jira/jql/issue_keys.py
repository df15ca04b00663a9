"""Conditions on the key of an issue, which must exist. A range stays within one project."""

import re

from sandbox.jira.jql.clauses import Number
from sandbox.jira.jql.comparison import (
    COMPARE,
    Comparison,
    Condition,
    Predicate,
    always,
    each,
    equality,
    nothing,
    plain_text,
)
from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.fields import RANGE
from sandbox.jira.jql.operands import Literal

_KEY = re.compile(r"([^\s-][^\s]*)-([0-9]{1,18})")


def key_condition(comparison: Comparison) -> Condition:
    if comparison.operator in RANGE:
        return Condition(_by_key_number(comparison))
    found = each(check_issue, comparison)
    keys = frozenset(key for key in found if isinstance(key, str))
    ids = frozenset(issue_id for issue_id in found if isinstance(issue_id, int))
    return Condition(
        equality(comparison, always, lambda issue: issue.key in keys or issue.id in ids)
    )


def check_issue(comparison: Comparison, literal: Literal) -> str | int:
    """The key in upper case, or the id, of an issue that the caller may see.

    Raises JqlError when there is none, as Jira does for every operator.
    """
    text = plain_text(comparison, literal).upper()
    by_id = isinstance(literal, Number)
    if not by_id and not _KEY.fullmatch(text):
        message = f"The issue key '{text}' for field '{comparison.name}' is invalid."
        raise JqlError(message)
    if not comparison.context.known("issuekey", text):
        raise _no_issue(comparison, literal)
    return int(text) if by_id else text


def _no_issue(comparison: Comparison, literal: Literal) -> JqlError:
    what = "ID" if isinstance(literal, Number) else "key"
    text = plain_text(comparison, literal)
    return JqlError(f"An issue with {what} '{text}' does not exist for field '{comparison.name}'.")


def _by_key_number(comparison: Comparison) -> Predicate:
    """Within the project of the given issue only: that is what Jira's range over keys means."""
    limits = [_split(key) for key in each(_key_of, comparison)]
    compare = COMPARE[comparison.operator]
    if not limits:
        return nothing
    project, number = limits[0]
    return lambda issue: issue.project_key == project and compare(issue.number, number)


def _key_of(comparison: Comparison, literal: Literal) -> str:
    issue = check_issue(comparison, literal)
    if isinstance(issue, str):
        return issue
    key_of_id = comparison.context.key_of_id
    key = key_of_id(issue) if key_of_id else None
    if key is None:
        raise _no_issue(comparison, literal)
    return key


def _split(key: str) -> tuple[str, int]:
    project, _, number = key.rpartition("-")
    return project, int(number)
