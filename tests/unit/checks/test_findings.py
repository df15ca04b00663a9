"""What an answer of a Jira means for a sync."""

from datetime import UTC, datetime
from typing import Any

import pytest

from checks import findings
from checks.findings import Finding, Verdict
from jira_server.errors import LoginRefused
from jira_server.server_facts import ServerFacts
from jira_server.waiting import RateLimit

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def facts(*version: int) -> ServerFacts:
    return ServerFacts(version, "Jira")


@pytest.mark.parametrize(
    ("version", "deployment", "uses_token", "verdict", "says"),
    [
        pytest.param((9, 12, 1), "Server", True, Verdict.OK, "Jira 9.12.1", id="usual"),
        pytest.param((8, 13, 0), "Server", True, Verdict.PROBLEM, "8.14", id="token-too-early"),
        pytest.param((8, 13, 0), "Server", False, Verdict.OK, "Jira 8.13.0", id="old-password"),
        pytest.param((7, 5), "Server", False, Verdict.PROBLEM, "older than 7.6", id="too-old"),
        pytest.param((1001, 0), "Cloud", True, Verdict.PROBLEM, "is a Jira Cloud", id="cloud"),
        pytest.param((11, 0), "Server", False, Verdict.OK, "a token is safer", id="basic-on-11"),
        pytest.param((10, 2), "Server", True, Verdict.OK, "by prefix", id="capped-users"),
    ],
)
def test_what_follows_from_the_version(
    version: tuple[int, ...], deployment: str, uses_token: bool, verdict: Verdict, says: str
) -> None:
    finding = findings.of_version(facts(*version), deployment, uses_token)
    assert finding.verdict is verdict
    assert says in finding.what


@pytest.mark.parametrize(
    ("server_time", "verdict", "says"),
    [
        pytest.param("2026-11-21T13:00:30.000+0100", Verdict.OK, "30 s", id="other-zone"),
        pytest.param("2026-11-21T12:02:00.000+0000", Verdict.NOTE, "120 s ahead", id="ahead"),
        pytest.param("2026-11-21T11:00:00.000+0000", Verdict.NOTE, "3,600 s behind", id="behind"),
        pytest.param("2026-11-21T12:00:00", Verdict.UNKNOWN, "does not tell", id="no-offset"),
        pytest.param(None, Verdict.UNKNOWN, "does not tell", id="none"),
    ],
)
def test_the_difference_of_clocks(server_time: str | None, verdict: Verdict, says: str) -> None:
    finding = findings.of_clock(server_time, NOW)
    assert finding.verdict is verdict
    assert says in finding.what


def held(**permissions: bool) -> dict[str, Any]:
    return {"permissions": {key: {"havePermission": have} for key, have in permissions.items()}}


@pytest.mark.parametrize(
    ("permissions", "kinds"),
    [
        pytest.param(held(BROWSE=True, USER_PICKER=True), set(), id="all"),
        pytest.param(
            held(BROWSE_PROJECTS=True, BROWSE=False, USER_PICKER=True), set(), id="new-key"
        ),
        pytest.param(held(BROWSE=True, USER_PICKER=False), {"user"}, id="no-users"),
        pytest.param(held(BROWSE=False, USER_PICKER=True), {"project", "issue"}, id="no-projects"),
        pytest.param(held(), set(), id="not-told"),
    ],
)
def test_kinds_that_lack_their_permission(permissions: dict[str, Any], kinds: set[str]) -> None:
    found = findings.of_permissions(permissions, wants_webhooks=False)
    lacking = [f for f in found if f.verdict is Verdict.PROBLEM]
    assert set().union(*(f.kinds for f in lacking)) == kinds
    assert all("Have the permission" in f.advice for f in lacking)


@pytest.mark.parametrize("reply", [None, [], {}, {"permissions": 1}, {"permissions": {"X": 1}}])
def test_permissions_that_cannot_be_read_fail_nothing(reply: object) -> None:
    found = findings.of_permissions(reply, wants_webhooks=False)
    assert {f.verdict for f in found} == {Verdict.UNKNOWN}


@pytest.mark.parametrize(("admin", "verdict"), [(True, Verdict.OK), (False, Verdict.NOTE)])
def test_webhooks_need_an_administrator(admin: bool, verdict: Verdict) -> None:
    found = findings.of_permissions(held(BROWSE=True, ADMINISTER=admin), wants_webhooks=True)
    assert [f.verdict for f in found if f.subject == "Administer Jira"] == [verdict]


def token(name: str, used: str | None, expires: str | None) -> dict[str, Any]:
    given = {"name": name, "lastAccessedAt": used, "expiringAt": expires}
    return {key: value for key, value in given.items() if value}


@pytest.mark.parametrize(
    ("tokens", "verdict", "says"),
    [
        pytest.param(
            [token("old", "2026-01-01T00:00:00.000+0000", "2026-11-22T00:00:00.000+0000"),
             token("new", "2026-11-21T00:00:00.000+0000", "2027-11-21T13:00:00.000+0000")],
            Verdict.OK, "'new', expires in 365 days", id="the-one-used-last",
        ),
        pytest.param(
            [token("soon", None, "2026-11-25T13:00:00.000+0000")],
            Verdict.NOTE, "expires in 4 days", id="soon",
        ),
        pytest.param([token("ever", None, None)], Verdict.OK, "does not expire", id="never"),
        pytest.param([], Verdict.UNKNOWN, "does not tell", id="none"),
        pytest.param(None, Verdict.UNKNOWN, "does not tell", id="not-offered"),
        pytest.param({"message": "x"}, Verdict.UNKNOWN, "does not tell", id="something-else"),
    ],
)  # fmt: skip
def test_days_until_the_token_expires(tokens: object, verdict: Verdict, says: str) -> None:
    finding = findings.of_tokens(tokens, NOW)
    assert finding.verdict is verdict
    assert says in finding.what


@pytest.mark.parametrize(
    ("limit", "verdict", "says"),
    [
        pytest.param(None, Verdict.OK, "No limit in force", id="none"),
        pytest.param(RateLimit(50, 40, 5, 1.0), Verdict.OK, "50 requests at once", id="generous"),
        pytest.param(RateLimit(10, 2, 1, 60.0), Verdict.NOTE, "1 more every 60 s", id="tight"),
        pytest.param(RateLimit(10, 2, 1, 0.0), Verdict.NOTE, "every 0 s", id="odd"),
    ],
)
def test_the_rate_limit(limit: RateLimit | None, verdict: Verdict, says: str) -> None:
    finding = findings.of_rate_limit(limit)
    assert finding.verdict is verdict
    assert says in finding.what


@pytest.mark.parametrize(
    ("told", "verdict"),
    [(1000, Verdict.OK), (50, Verdict.NOTE), (None, Verdict.UNKNOWN), (0, Verdict.UNKNOWN)],
)
def test_the_page_size(told: int | None, verdict: Verdict) -> None:
    assert findings.of_page(1000, told).verdict is verdict


@pytest.mark.parametrize(
    ("limits", "says"),
    [({"maxResultWindow": 500}, "500;"), ({}, "Not told"), (None, "Not told")],
)
def test_the_result_window(limits: object, says: str) -> None:
    assert findings.of_window(limits).what.startswith(says)


def test_a_jql_that_selects_nothing_is_worth_a_note() -> None:
    assert findings.of_jql("a = 1", 0).verdict is Verdict.NOTE
    assert findings.of_jql("", 3) == Finding("JQL", Verdict.OK, "3 issues: (every issue)")


def test_an_error_keeps_its_words_and_advice() -> None:
    finding = findings.of_error("login", LoginRefused(what="Refused", words="No."))
    assert (finding.what, finding.advice) == (
        "Refused. Jira says: No.",
        LoginRefused.default_advice,
    )
    assert finding.kinds == frozenset()
