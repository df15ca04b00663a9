"""A personal access token goes on each request as Atlassian describes it."""

import httpx
import pytest

from jira_server.auth import PersonalAccessToken


def test_a_token_is_sent_as_bearer() -> None:
    request = httpx.Request("GET", "https://jira.example.com")
    flow = PersonalAccessToken("abc/123=").auth_flow(request)
    assert next(flow).headers["Authorization"] == "Bearer abc/123="


def test_a_refused_token_is_not_sent_again() -> None:
    flow = PersonalAccessToken("abc").auth_flow(httpx.Request("GET", "https://jira.example.com"))
    next(flow)
    with pytest.raises(StopIteration):
        flow.send(httpx.Response(401))


def test_a_token_is_not_shown_in_repr() -> None:
    assert "abc" not in repr(PersonalAccessToken("abc"))
