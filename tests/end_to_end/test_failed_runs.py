"""A run that cannot see the whole truth ends with 1, says why in Jira's words, deletes nothing."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
import pytest

from tests.end_to_end.expected import ISSUE, PROJECT, USER, Entities, phantoms, times
from tests.end_to_end.sandboxes import Json
from tests.end_to_end.stage import CONFIG, POLLING, SECRETS, Stage

pytestmark = pytest.mark.timeout(120)

WRONG_TOKEN = {f"{SECRETS}TOKEN": "revoked-token-of-last-year"}
WRONG_PASSWORD = {f"{SECRETS}USERNAME": "catalog-reader", f"{SECRETS}PASSWORD": "last-years-one"}
RESTRICTED = {f"{SECRETS}TOKEN": "sandbox-restricted-token"}
PROXY_PAGE = {
    "status": 200,
    "content_type": "text/html",
    "body": "<html><title>Web filter</title><body>Category: games</body></html>",
}
NOT_FOUND = {"status": 404, "content_type": "text/html", "body": "<title>Dead link</title>"}
FORBIDDEN = {
    "status": 403,
    "content_type": "application/json",
    "body": '{"errorMessages":["You have no licence for this."],"errors":{}}',
}
BROKEN_INDEX = {
    "status": 500,
    "content_type": "application/json",
    "body": '{"errorMessages":["The index is locked."],"errors":{}}',
}
SEARCH, REST = "/api/2/search$", "/rest/"


@dataclass(frozen=True, slots=True)
class Login:
    """A login that is not accepted: what the site is like, and what the summary must then say.

    Without a `login` it is the reader's right password.
    """

    id: str
    says: tuple[str, ...]
    login: Mapping[str, str]
    settings: Mapping[str, object] = field(default_factory=dict)
    locked: bool = False


LOGINS = (
    Login(
        "wrong-token",
        ("Client must be authenticated to access this resource", "Check the token"),
        WRONG_TOKEN,
    ),
    Login(
        "wrong-password",
        ("Basic Authentication Failure - Reason : AUTHENTICATED_FAILED", "is not sent again"),
        WRONG_PASSWORD,
    ),
    Login(
        "wrong-token-where-visitors-may-look",
        ("Check the token",),
        WRONG_TOKEN,
        {"anonymous": True},
    ),
    Login(
        "account-locked",
        ("CAPTCHA", "Log in to Jira once in a browser", "AUTHENTICATION_DENIED"),
        {},
        locked=True,
    ),
    Login(
        "basic-switched-off",
        (
            "Basic Authentication has been disabled on this instance",
            "Create a personal access token",
        ),
        {},
        {"basic_auth": False},
    ),
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault of the site, and what the summary must then say."""

    id: str
    path: str
    then: object
    says: tuple[str, ...]
    after: int = 0


TROUBLES = (
    Trouble("login-page", REST, {"html": "login"}, ("login page", "Sign in to continue")),
    Trouble(
        "redirect-to-login",
        REST,
        {"redirect": "https://sso.example.com/login?os_destination=%2Frest"},
        ("Redirected to a login page", "https://sso.example.com/login"),
    ),
    Trouble("visitors-view-of-a-list", SEARCH, "anonymous", ("as to a visitor", "has expired")),
    Trouble("not-found", SEARCH, NOT_FOUND, ("HTTP 404", "Dead link", "Check jiraServerHost")),
    Trouble("forbidden", SEARCH, FORBIDDEN, ("You have no licence for this.", "permission")),
    Trouble("server-error", SEARCH, BROKEN_INDEX, ("HTTP 500", "The index is locked.")),
    Trouble("cut-json", SEARCH, "cut_json", ("not whole JSON",)),
    Trouble("empty-body", "/api/2/project$", "empty_body", ("JSON", "api/2/project")),
    Trouble("page-of-a-proxy", "/user/search$", PROXY_PAGE, ("Web filter", "text/html")),
    Trouble("no-projects", "/api/2/project$", "empty_list", ("no project", "Browse projects")),
    Trouble("no-users", "/user/search$", "empty_list", ("Browse users",)),
    Trouble("list-breaks-off", SEARCH, BROKEN_INDEX, ("The index is locked.",), after=8),
    Trouble("list-misses-issues", SEARCH, {"drop_items": 3}, ("resync FAILED",), after=5),
)


@pytest.fixture
def synced(synced_stage: Stage) -> Stage:
    """A stage where an issue of the catalog has been deleted in Jira since.

    A run that believed what it got would at the least delete that one.
    """
    jira = synced_stage.jira
    if set(synced_stage.port.entities()[ISSUE]) == jira.keys():
        jira.change("delete", issue=max(jira.keys() - _linked(jira.issues())))
        jira.forget()
    return synced_stage


def _linked(issues: list[Json]) -> set[str]:
    parents = {(issue["fields"].get("parent") or {}).get("key", "") for issue in issues}
    return parents | {i["key"] for i in issues if i["fields"].get("parent")}


@pytest.mark.parametrize("case", LOGINS, ids=lambda case: case.id)
def test_a_login_that_is_not_accepted(synced: Stage, case: Login) -> None:
    if case.locked:
        _lock_account(synced)
    synced.jira.settings(**case.settings)
    _fails_and_deletes_nothing(synced, case.says, case.login or synced.basic_login())
    # Three refusals lock an account: one is all that a run may cost, and nothing follows it.
    assert len([one for one in synced.jira.requests() if one["authorization"]]) == 1
    assert synced.jira.requests()[-1]["authorization"]


def test_a_single_run_asked_for_by_a_flag(synced: Stage) -> None:
    polling = {"OCEAN__EVENT_LISTENER": POLLING}
    assert synced.run(WRONG_TOKEN, more=polling, arguments=("--once",)).status == 1


def _lock_account(stage: Stage) -> None:
    info = stage.jira.running.info
    for _ in range(3):
        auth = httpx.BasicAuth(info["username"], "wrong")
        reply = stage.jira.http.get(f"{stage.jira.url}/rest/api/2/myself", auth=auth)
        assert reply.status_code == 401
    stage.jira.forget()


@pytest.mark.parametrize("case", TROUBLES, ids=lambda case: case.id)
def test_a_reply_that_is_not_to_be_believed(synced: Stage, case: Trouble) -> None:
    synced.jira.fault(case.path, case.then, after=case.after)
    synced.jira.settings(page_cap=5)
    _fails_and_deletes_nothing(synced, case.says)
    assert sum(synced.jira.hits()) > 0


def test_a_wrong_context_path(synced: Stage) -> None:
    host = {f"{CONFIG}JIRA_SERVER_HOST": f"{synced.jira.url}/jira"}
    says = ("HTTP 404", "Check jiraServerHost", "context path")
    _fails_and_deletes_nothing(synced, says, more=host)


@pytest.mark.parametrize(
    ("jql", "says"),
    [
        pytest.param("status = = Done", "Error in the JQL Query", id="no-jql"),
        pytest.param(
            "project = NOPE",
            "The value 'NOPE' does not exist for the field 'project'.",
            id="unknown-project",
        ),
        pytest.param("(project = PAY", "unbalanced quotes or brackets", id="open-bracket"),
    ],
)
def test_a_jql_that_jira_rejects(synced: Stage, jql: str, says: str) -> None:
    shipped = synced.port.mapping()
    synced.port.set_mapping(_with_jql(shipped, jql))
    try:
        _fails_and_deletes_nothing(synced, (says, "Mend the"))
    finally:
        synced.port.set_mapping(shipped)


def _with_jql(mapping: Json, jql: str) -> Json:
    changed = copy.deepcopy(mapping)
    (issues,) = (one for one in changed["resources"] if one["kind"] == "issue")
    issues["selector"]["jql"] = jql
    return changed


@pytest.mark.parametrize("refused", [False, True], ids=["empty-list", "refusal"])
def test_without_browse_users_the_other_kinds_arrive(synced: Stage, refused: bool) -> None:
    synced.jira.settings(refuse_user_listing=refused)
    new = synced.jira.change("create", project="PAY", summary="Written today")["key"]
    _fails_and_deletes_nothing(synced, ("Browse users and groups",), RESTRICTED)
    assert synced.port.entities()[ISSUE][new]["title"] == "Written today"
    kinds = {one["kind"]: one["succeeded"] for one in synced.port.last_resync()["kinds"]}
    assert kinds == {"user": False, "project": True, "issue": True}


def test_without_browse_users_relations_are_kept(synced: Stage) -> None:
    """What they lead to cannot be looked up, and taking them away would lose what is known."""
    before = _relations(synced.port.entities())
    synced.run(RESTRICTED)
    after = _relations(synced.port.entities())
    assert {key: after[key] for key in before} == before


def test_a_good_run_afterwards_deletes_what_is_gone(synced: Stage) -> None:
    before = times(synced.port.entities())
    assert synced.run().status == 0
    entities = synced.port.entities()
    assert set(entities[ISSUE]) == synced.jira.keys()
    assert phantoms(entities) == []
    assert before.keys() - times(entities).keys()


def _fails_and_deletes_nothing(
    stage: Stage,
    says: tuple[str, ...],
    login: Mapping[str, str] | None = None,
    more: Mapping[str, str] | None = None,
) -> None:
    before = _titles(stage.port.entities())
    run = stage.run(login, more=more)
    assert run.status == 1
    assert run.failed
    assert not run.finished
    summary = run.log[run.log.rindex("resync FAILED") :]
    assert [text for text in says if text not in summary] == []
    after = _titles(stage.port.entities())
    assert {blueprint for blueprint, _ in before} == {PROJECT, USER, ISSUE}
    assert {key: after.get(key) for key in before} == before


def _titles(entities: Entities) -> dict[tuple[str, str], str | None]:
    return {(b, name): one["title"] for b, some in entities.items() for name, one in some.items()}


def _relations(entities: Entities) -> dict[str, object]:
    return {name: one.get("relations") for name, one in entities[ISSUE].items()}
