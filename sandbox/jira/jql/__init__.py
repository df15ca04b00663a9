"""JQL: what a search asks for, as a Jira understands it. Pure; issues and the site are handed in."""

from sandbox.jira.jql.errors import JqlError, JqlSyntaxError
from sandbox.jira.jql.evaluate import Query, compile_query
from sandbox.jira.jql.fields import SearchContext
from sandbox.jira.jql.views import IssueView

__all__ = [
    "IssueView",
    "JqlError",
    "JqlSyntaxError",
    "Query",
    "SearchContext",
    "compile_query",
]
