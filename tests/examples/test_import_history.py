"""The import of history: the real script as a process, between both sandboxes."""

from __future__ import annotations

import ast
import os
import re
import signal
import sys
from collections.abc import Mapping
from typing import IO, Any

import pytest

from tests.end_to_end import expected
from tests.examples.conftest import FOLDER, Place

EVERY_ISSUE = "ORDER BY key"
STATE = "import_history.state.json"


def assert_complete(place: Place) -> None:
    """Every project and issue that the user sees in Jira is in Port, and nothing else."""
    assert set(place.catalog("jiraIssue")) == place.jira.keys(EVERY_ISSUE)
    visible = {one["key"] for one in expected.visible_projects(place.jira.state())}
    assert set(place.catalog("jiraProject")) == visible


def test_everything_is_imported(place: Place) -> None:
    ended = place.run()
    assert (ended.status, ended.errors) == (0, "")
    assert "Logged in at" in ended.output
    assert_complete(place)
    assert not (place.folder / STATE).exists()


def test_links_lead_to_the_page_for_people_below_the_context_path(place: Place) -> None:
    place.run()
    for kind, blueprint in (("browse", "jiraIssue"), ("projects", "jiraProject")):
        for key, entity in place.catalog(blueprint).items():
            assert entity["properties"]["url"] == f"{place.jira.url}/{kind}/{key}"


def test_projects_are_told_with_their_true_number_of_issues(place: Place) -> None:
    place.run()
    for key, project in place.catalog("jiraProject").items():
        assert project["properties"]["issueCount"] == len(place.jira.keys(f'project = "{key}"'))


@pytest.mark.parametrize("cap", [1, 7, 100])
def test_no_page_cap_loses_an_issue(place: Place, cap: int) -> None:
    place.jira.settings(page_cap=cap)
    assert place.run().status == 0
    assert_complete(place)


def test_a_password_works_as_well(place: Place) -> None:
    info = place.jira.running.info
    ended = place.run(JIRA_TOKEN="", JIRA_USERNAME=info["username"], JIRA_PASSWORD=info["password"])
    assert ended.status == 0
    assert {one["authorization"] for one in place.jira.requests("/rest/")} == {"basic"}


def test_an_address_with_the_path_of_the_api_works_as_well(place: Place) -> None:
    assert place.run(JIRA_API_URL=f"{place.jira.url}/rest/api/2/").status == 0


def test_a_jira_without_epoch_milliseconds_is_asked_in_minutes(place: Place) -> None:
    place.jira.settings(epoch_millis=False, page_cap=9)
    assert place.run().status == 0
    assert_complete(place)


def test_nothing_that_stays_is_missed_while_jira_changes(place: Place) -> None:
    before = place.jira.keys(EVERY_ISSUE)
    place.jira.settings(page_cap=5)
    place.jira.churn(every_requests=1, seed=3)
    ended = place.run()
    assert place.jira.changes_made() > 10
    assert ended.status == 0
    assert before & place.jira.keys(EVERY_ISSUE) <= set(place.catalog("jiraIssue"))


def test_killed_in_the_middle_it_goes_on_where_it_was(place: Place) -> None:
    place.jira.settings(page_cap=10, latency_ms=20)
    process = place.start()
    _read_until(process.stdout, r"^([3-9]\d|\d{3}) issues")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    written = len(place.catalog("jiraIssue"))
    place.jira.forget()

    ended = place.run()

    assert 0 < written < len(place.jira.keys(EVERY_ISSUE))
    assert ended.status == 0
    assert "Going on with issues created since" in ended.output
    assert all("created >=" in jql for jql in _listings(place))
    assert_complete(place)


def _read_until(lines: IO[str] | None, pattern: str) -> None:
    assert any(re.search(pattern, line) for line in lines or ())


def _listings(place: Place) -> list[str]:
    asked = [one["body"] for one in place.jira.requests("/search$")]
    found = [body["jql"] for body in asked if body["maxResults"]]
    assert found
    return found


def test_a_second_import_changes_nothing(place: Place) -> None:
    assert place.run().status == 0
    before = place.port.entities()
    assert place.run().status == 0
    assert _without_times(place.port.entities()) == _without_times(before)


def _without_times(entities: Any) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(entities, Mapping):
        return entities
    return {name: _without_times(part) for name, part in entities.items() if name != "updatedAt"}


def test_what_an_event_brought_meanwhile_is_never_deleted(place: Place) -> None:
    by_event = {"identifier": "GONE-1", "title": "Not in Jira"}
    assert place.call("POST", "blueprints/jiraIssue/entities", by_event).is_success
    assert place.run().status == 0
    assert "GONE-1" in place.catalog("jiraIssue")
    assert not [one for one in place.port.look("requests") if one["method"] == "DELETE"]


@pytest.mark.parametrize(
    "then",
    [
        pytest.param({"status": 503}, id="unavailable"),
        pytest.param({"status": 429, "headers": {"Retry-After": "1"}}, id="rate-limit"),
        pytest.param("reset", id="connection-lost"),
    ],
)
def test_passing_trouble_is_sat_out(place: Place, then: object) -> None:
    place.jira.settings(page_cap=20)
    place.jira.fault("/search$", then, after=8, times=1)
    place.port.fault("/entities/bulk$", {"status": 503}, after=2, times=1)
    ended = place.run()
    assert ended.status == 0
    assert ended.output.count("asking again in") == 2
    assert_complete(place)


@pytest.mark.parametrize(
    ("then", "says"),
    [
        pytest.param({"status": 401}, "refused the login", id="refused"),
        pytest.param({"anonymous": True}, "as to a visitor", id="visitor"),
        pytest.param({"html": "login"}, "login page of single sign-on", id="login-page"),
        pytest.param({"redirect": "https://sso.example.com/?k=1"}, "sso.example.com/:", id="moved"),
        pytest.param("cut_json", "no whole JSON", id="cut"),
        pytest.param({"status": 500, "body": '{"errorMessages":["Ow"]}'}, "500 .* Ow", id="broken"),
        pytest.param({"drop_items": 1000}, "sends none of them", id="swallowed"),
    ],
)
def test_what_cannot_be_believed_ends_the_import(place: Place, then: object, says: str) -> None:
    place.jira.settings(page_cap=20)
    place.jira.fault("/search$", then, after=7)
    ended = place.run()
    assert ended.status == 1
    assert re.search(f"The import stopped.*{says}", ended.errors)
    assert "Traceback" not in ended.errors
    assert place.jira.running.info["token"] not in ended.output + ended.errors

    place.jira.calm()
    assert place.run().status == 0
    assert_complete(place)


def test_a_refused_login_is_sent_once_and_nothing_is_written(place: Place) -> None:
    ended = place.run(JIRA_TOKEN="an-old-token")
    assert ended.status == 1
    assert "refused the login" in ended.errors
    assert len(place.jira.requests("/rest/")) == 1
    assert place.catalog("jiraIssue") == {}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        pytest.param({"PORT_CLIENT_ID": "", "JIRA_API_URL": ""}, "PORT_CLIENT_ID, JIRA", id="none"),
        pytest.param({"JIRA_TOKEN": ""}, "set JIRA_TOKEN, or both", id="no-login"),
        pytest.param({"JIRA_TOKEN": "", "JIRA_USERNAME": "a"}, "or both", id="no-password"),
        pytest.param({"JIRA_TOKEN": "two words"}, "no token has", id="token-cut"),
        pytest.param({"JIRA_API_URL": "jira.example.com"}, "write it as https://", id="no-scheme"),
        pytest.param({"JIRA_API_URL": "https://a:b@c.example"}, "a user name", id="user-in-url"),
        pytest.param({"PORT_CLIENT_SECRET": "wrong"}, "Port refused the login", id="port-login"),
    ],
)
def test_what_cannot_work_is_told(place: Place, given: dict[str, str], says: str) -> None:
    ended = place.run(**given)
    assert ended.status == 1
    assert re.search(says, ended.errors)
    assert "Traceback" not in ended.errors


def test_missing_blueprints_are_told_before_anything_is_written(place: Place) -> None:
    place.port.reset()
    ended = place.run()
    assert ended.status == 1
    assert "no blueprint jiraProject: create those of blueprints.json first" in ended.errors


def test_what_port_refuses_is_told_and_the_rest_goes_on(place: Place) -> None:
    key = min(place.jira.keys(EVERY_ISSUE))
    place.port.fault("/entities", {"refuse_entity": f"^{key}$", "message": "not this one"})
    ended = place.run()
    assert ended.status == 1
    assert f"Port refused {key}: " in ended.errors
    assert "not this one" in ended.errors
    assert set(place.catalog("jiraIssue")) == place.jira.keys(EVERY_ISSUE) - {key}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("{", "cannot be read: delete it", id="broken"),
        pytest.param('{"jira": "somebody", "port": "elsewhere"}', "from an import by", id="other"),
    ],
)
def test_the_state_of_something_else_is_not_gone_on_with(
    place: Place, content: str, says: str
) -> None:
    (place.folder / STATE).write_text(content)
    ended = place.run()
    assert ended.status == 1
    assert says in ended.errors


def test_the_script_can_be_copied_alone() -> None:
    tree = ast.parse((FOLDER / "import_history.py").read_text(encoding="utf-8"))
    names = {
        alias.name if isinstance(node, ast.Import) else str(node.module)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    tops = {name.partition(".")[0] for name in names}
    assert tops - set(sys.stdlib_module_names) == {"httpx"}
    assert os.access(FOLDER / "import_history.py", os.X_OK)
