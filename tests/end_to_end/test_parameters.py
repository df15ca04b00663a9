"""Parameters that cannot work end the process at once, with a text that a person can act on."""

from __future__ import annotations

import pytest

from tests.end_to_end.stage import CONFIG, SECRETS, Stage

pytestmark = pytest.mark.timeout(60)

HOST = f"{CONFIG}JIRA_SERVER_HOST"
TOKEN = {f"{SECRETS}TOKEN": "a-token-of-somebody"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        pytest.param({}, "neither a token nor a username and password", id="no-login"),
        pytest.param({f"{SECRETS}USERNAME": "somebody"}, "no password", id="no-password"),
        pytest.param({f"{CONFIG}PASSWORD": "something"}, "no username", id="no-username"),
        pytest.param(TOKEN | {HOST: ""}, "The address of Jira is not set", id="no-host"),
        pytest.param(
            TOKEN | {HOST: "jira.example.com"}, "https://jira.example.com", id="no-scheme"
        ),
        pytest.param(TOKEN | {HOST: "https://"}, "not a web address", id="no-address"),
        pytest.param(TOKEN | {HOST: "ftp://jira.example.com"}, "not a web address", id="ftp"),
        pytest.param(
            TOKEN | {HOST: "https://example.atlassian.net"},
            "Use Port's Jira (Cloud) integration",
            id="cloud",
        ),
    ],
)
def test_what_cannot_work_is_told_at_start(stage: Stage, given: dict[str, str], says: str) -> None:
    run = stage.run(given)
    assert run.status == 1
    assert says in run.log
    assert "cannot start" in run.log
    assert "Traceback" not in run.log
    assert run.seconds < 30
    assert stage.jira.requests() == []
    assert stage.port.look("integrations") == []


def test_a_missing_host_is_told_without_a_traceback(stage: Stage) -> None:
    with stage.start(TOKEN, without=(HOST,)) as ship:
        run = ship.end()
    assert run.status == 1
    assert HOST in run.log
    assert "Traceback" not in run.log


def test_a_token_is_preferred_with_a_warning(stage: Stage) -> None:
    run = stage.run(stage.login() | stage.basic_login())
    assert run.status == 0
    assert "the token is used" in run.log
    assert _logins(stage) == {"bearer"}


def test_config_wins_over_secrets(stage: Stage) -> None:
    (token,) = stage.login().values()
    login = {f"{SECRETS}TOKEN": "an-older-token", f"{CONFIG}TOKEN": token}
    run = stage.run(login)
    assert run.status == 0
    assert "CONFIG is used" in run.log


def test_a_login_in_config_and_a_trailing_slash_work(stage: Stage) -> None:
    login = {name.replace(SECRETS, CONFIG): text for name, text in stage.basic_login().items()}
    run = stage.run(login, more={HOST: f"{stage.jira.url}/"})
    assert run.status == 0
    assert _logins(stage) == {"basic"}
    assert not [one["path"] for one in stage.jira.requests() if "//" in one["path"]]


def _logins(stage: Stage) -> set[str]:
    """In which ways anybody logged in to Jira; what is asked without a login is left out."""
    return {one["authorization"] for one in stage.jira.requests()} - {None}
