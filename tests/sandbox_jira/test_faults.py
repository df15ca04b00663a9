"""Faults on request."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.sandbox_jira.conftest import Sandbox


def test_a_status_with_headers_and_body(jira: Sandbox) -> None:
    then = {
        "status": 503,
        "headers": {"Retry-After": "7"},
        "body": "<b>later</b>",
        "content_type": "text/html",
    }
    jira.fault("/search", then)
    reply = jira.reader.get("/search")
    assert (reply.status_code, reply.text) == (503, "<b>later</b>")
    assert reply.headers["Retry-After"] == "7"
    assert reply.headers["Content-Type"] == "text/html"
    assert jira.reader.get("/project").status_code == 200


@pytest.mark.parametrize(
    ("page", "status", "text"),
    [("login", 200, "os_password"), ("proxy_error", 502, "502 Bad Gateway")],
)
def test_pages_of_others(jira: Sandbox, page: str, status: int, text: str) -> None:
    jira.fault("/search", {"html": page})
    reply = jira.reader.get("/search")
    assert reply.status_code == status
    assert text in reply.text
    assert reply.headers["Content-Type"].startswith("text/html")
    assert "X-AUSERNAME" not in reply.headers


def test_a_redirect(jira: Sandbox) -> None:
    jira.fault("/search", {"redirect": "https://sso.example.com/login"})
    reply = jira.reader.get("/search")
    assert (reply.status_code, reply.headers["Location"]) == (302, "https://sso.example.com/login")


def test_a_reset_in_mid_body(jira: Sandbox) -> None:
    jira.fault("/search", "reset", times=1)
    received: list[bytes] = []
    with jira.reader.stream("GET", "/search") as reply:
        assert reply.status_code == 200
        with pytest.raises(httpx.ReadError):
            received.extend(reply.iter_raw())
    assert 0 < len(b"".join(received)) < int(reply.headers["Content-Length"])
    assert jira.reader.get("/search").status_code == 200


def test_a_cut_body_with_a_length_that_fits(jira: Sandbox) -> None:
    whole = jira.reader.get("/project").content
    jira.fault("/project", "cut_json")
    reply = jira.reader.get("/project")
    assert reply.status_code == 200
    assert reply.content == whole[: len(whole) // 2]
    with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting"):
        reply.json()


def test_an_empty_body(jira: Sandbox) -> None:
    jira.fault("/project", "empty_body")
    reply = jira.reader.get("/project")
    assert (reply.status_code, reply.content) == (200, b"")


def test_a_hang(jira: Sandbox) -> None:
    jira.fault("/project", {"hang": 0.4}, times=1)
    with pytest.raises(httpx.ReadTimeout):
        jira.reader.get("/project", timeout=0.1)
    jira.fault("/project", {"hang": 0.3}, times=1)
    started = time.monotonic()
    assert jira.reader.get("/project").status_code == 200
    assert time.monotonic() - started > 0.25


def test_a_lying_server_drops_items_silently(jira: Sandbox) -> None:
    query: dict[str, Any] = {"jql": "ORDER BY key", "maxResults": 10, "fields": "summary"}
    honest = jira.reader.get("/search", params=query).json()
    jira.fault("/search", {"drop_items": 3})
    lie = jira.reader.get("/search", params=query).json()
    assert lie == {**honest, "issues": honest["issues"][3:]}


@pytest.mark.parametrize(
    ("path", "items"),
    [("/project", lambda body: body), ("/search", lambda body: body["issues"])],
    ids=["array", "page"],
)
def test_an_empty_list(jira: Sandbox, path: str, items: Callable[[object], object]) -> None:
    jira.fault(path, "empty_list")
    reply = jira.reader.get(path)
    assert (reply.status_code, items(reply.json())) == (200, [])


def test_the_anonymous_view_with_a_good_login(jira: Sandbox) -> None:
    jira.set(anonymous=True)
    jira.fault("/project", {"anonymous": True})
    reply = jira.reader.get("/project")
    assert reply.status_code == 200
    assert reply.headers["X-AUSERNAME"] == "anonymous"
    assert reply.json() == jira.nobody.get("/project").json()
    assert reply.json()


def test_a_proxy_that_strips_the_user_header(jira: Sandbox) -> None:
    jira.fault("/project", "unsigned")
    reply = jira.reader.get("/project")
    assert "X-AUSERNAME" not in reply.headers
    assert reply.json()


def statuses(jira: Sandbox, count: int) -> list[int]:
    return [jira.reader.get("/serverInfo").status_code for _ in range(count)]


def test_a_rule_may_let_some_through_and_end(jira: Sandbox) -> None:
    jira.fault("serverInfo", {"status": 500}, after=2, times=1)
    assert statuses(jira, 5) == [200, 200, 500, 200, 200]


def test_a_rule_may_concern_one_method(jira: Sandbox) -> None:
    jira.fault("/search$", {"status": 500}, method="POST")
    assert jira.reader.get("/search").status_code == 200
    assert jira.reader.post("/search", json={}).status_code == 500


def test_the_oldest_rule_that_hits_decides(jira: Sandbox) -> None:
    jira.fault("serverInfo", {"status": 503}, times=1)
    jira.fault("serverInfo", {"status": 502})
    assert statuses(jira, 3) == [503, 502, 502]


def test_rules_are_listed_counted_and_removed(jira: Sandbox) -> None:
    jira.fault("serverInfo", {"status": 503}, after=1)
    jira.fault("nothing", "reset")
    statuses(jira, 3)
    first, second = jira.control.get("/faults").json()
    assert (first["seen"], first["hits"], first["then"]["status"]) == (3, 2, 503)
    assert (second["seen"], second["then"]) == (0, "reset")
    assert jira.control.delete(f"/faults/{first['id']}").status_code == 204
    assert statuses(jira, 1) == [200]
    assert jira.control.delete(f"/faults/{first['id']}").status_code == 404


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({"then": "reset"}, "path: Field required"),
        ({"path": "(", "then": "reset"}, "path: Value error, not a regular expression"),
        ({"path": "x", "then": "explode"}, "then"),
        ({"path": "x", "then": {"status": 99}}, "greater than or equal to 200"),
        ({"path": "x", "then": {"hang": -1}}, "greater than 0"),
        ({"path": "x", "then": {"html": "cats"}}, "'login' or 'proxy_error'"),
        ({"path": "x", "then": "reset", "times": 0}, "times"),
        ({"path": "x", "then": "reset", "often": 1}, "often: Extra inputs are not permitted"),
    ],
    ids=["no-path", "regex", "unknown", "status", "hang", "page", "times", "extra"],
)
def test_wrong_rules_are_refused(jira: Sandbox, rule: dict[str, Any], problem: str) -> None:
    reply = jira.control.post("/faults", json=rule)
    assert reply.status_code == 400
    assert problem in reply.json()["error"]
    assert jira.control.get("/faults").json() == []
