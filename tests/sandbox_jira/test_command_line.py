"""The command line and what versions start with."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.jira.options import parse_options
from sandbox.jira.settings import RateLimitRule
from sandbox.jira.versions import parse_version


@pytest.mark.parametrize(
    ("given", "full"),
    [
        ("8.20", "8.20.30"),
        ("9.12", "9.12.18"),
        ("10.2", "10.2.1"),
        ("10.3", "10.3.5"),
        ("11", "11.0.1"),
        ("10.3.14", "10.3.14"),
    ],
)
def test_a_short_name_stands_for_a_release(given: str, full: str) -> None:
    assert parse_version(given).full == full


@pytest.mark.parametrize(
    ("version", "facts"),
    [
        ("8.20", {"user_search_cap": 1000, "result_window": None, "has_user_list": False}),
        ("9.12", {"user_search_cap": None, "result_window": None, "has_user_list": False}),
        ("10.2", {"user_search_cap": 100, "result_window": 10_000, "has_user_list": False}),
        ("10.3", {"user_search_cap": 100, "has_user_list": False, "basic_auth_by_default": True}),
        ("10.3.11", {"has_user_list": False}),
        ("10.3.12", {"has_user_list": True}),
        ("10.7.4", {"has_user_list": False}),
        ("11", {"has_user_list": True, "basic_auth_by_default": False, "user_search_cap": 100}),
        ("11.3.0", {"has_search_limits": True}),
        ("11.2.9", {"has_search_limits": False}),
        ("8.13.9", {"has_personal_access_tokens": False}),
        ("8.14.0", {"has_personal_access_tokens": True}),
        ("7.1.0", {"everybody_queries": frozenset({"%"})}),
        ("10.2", {"everybody_queries": frozenset({".", "''", '""'})}),
    ],
)
def test_versions_differ_as_jira_does(version: str, facts: dict[str, Any]) -> None:
    release = parse_version(version)
    assert {name: getattr(release, name) for name in facts} == facts


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--version", "nine"], "'nine' is not a version"),
        (["--context-path", "jira"], "is no context path"),
        (["--context-path", "/_sandbox"], "is no context path"),
        (["--port", "70000"], "is not a number from 0 to 65535"),
        (["--projects", "0"], "is not a number from 1"),
        (["--rate-limit", "5/0/1"], "is not BUCKET/FILL/SECONDS"),
        (["--latency-ms", "-1"], "is not a number of milliseconds"),
        (["--now", "yesterday"], "is not a moment"),
    ],
    ids=["version", "relative-path", "control-path", "port", "projects", "rate", "latency", "now"],
)
def test_wrong_options_are_refused_with_a_reason(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse_options(arguments)
    assert problem in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--version", "11"], {"basic_auth": False, "user_cap": 100, "result_window": 10_000}),
        (["--version", "11", "--basic-auth"], {"basic_auth": True}),
        (["--no-basic-auth"], {"basic_auth": False}),
        (["--version", "10.2", "--result-window", "0"], {"result_window": None}),
        (["--version", "10.2", "--user-cap", "0"], {"user_cap": None}),
        (["--user-cap", "7"], {"user_cap": 7}),
        (["--rate-limit", "5/2/1"], {"rate_limit": RateLimitRule(5, 2, 1)}),
    ],
    ids=["eleven", "basic-on", "basic-off", "no-window", "no-cap", "cap", "rate"],
)
def test_options_overrule_the_version(arguments: list[str], expected: dict[str, Any]) -> None:
    settings = parse_options(arguments).settings
    assert {name: getattr(settings, name) for name in expected} == expected


def test_a_context_path_loses_its_trailing_slash() -> None:
    assert parse_options(["--context-path", "/jira/"]).context_path == "/jira"
