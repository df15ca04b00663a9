"""Outages, lost permissions and restarts between an event and its effect: nothing goes on doubt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.live_events.afloat import Afloat, afloat, comparable, free_port
from tests.end_to_end.stage import Stage, stage_with

pytestmark = pytest.mark.timeout(240)

COMPANY = ("--projects", "6", "--issues", "60", "--users", "15", "--version", "10.3")


def json_error(status: int) -> dict[str, object]:
    body = '{"errorMessages": ["No."], "errors": {}}'
    return {"status": status, "body": body, "content_type": "application/json"}


@pytest.fixture(scope="module")
def stage(integration: Path, homes: Path) -> Iterator[Stage]:
    with stage_with(integration, homes / "doubt", COMPANY) as stage:
        yield stage


@pytest.fixture(scope="module")
def live(stage: Stage) -> Iterator[Afloat]:
    with afloat(stage) as live:
        live.until(live.webhooks, "webhook")
        yield live


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


GATEWAY = {
    "status": 404,
    "body": '{"message": "no Route matched with those values"}',
    "content_type": "application/json",
}


@pytest.fixture(autouse=True)
def calm(stage: Stage) -> None:
    stage.calm()


def plain(live: Afloat, number: int) -> str:
    related = ("subtasks", "parentIssue")
    issues = live.issues().items()
    return sorted(k for k, e in issues if not any(e["relations"].get(n) for n in related))[number]


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(json_error(403), id="no-permission"),
        pytest.param({"status": 404, "body": "<html>", "content_type": "text/html"}, id="proxy"),
        pytest.param(GATEWAY, id="gateway-in-json"),
        pytest.param({"html": "login"}, id="login-page"),
        pytest.param("cut_json", id="half-a-reply"),
        pytest.param({"status": 500}, id="broken"),
    ],
)
def test_trouble_with_the_question_removes_nothing(live: Afloat, trouble: object) -> None:
    key, other = plain(live, 0), plain(live, 1)
    before = set(comparable(live.stage))
    live.stage.jira.fault(f"/issue/{issue_id(live, key)}$", trouble)
    live.change("edit", issue=key, summary="an event in trouble")
    live.until(lambda: sum(live.stage.jira.hits()) > 0, "trouble")
    live.stage.jira.calm()
    live.change("edit", issue=other, summary=f"after {trouble!r:.40}")
    live.until(lambda: live.issues()[other]["title"].startswith("after "), "the next event")
    assert set(comparable(live.stage)) == before


def issue_id(live: Afloat, key: str) -> str:
    reply = live.stage.jira.http.get(
        f"{live.stage.jira.url}/rest/api/2/issue/{key}",
        headers={"Authorization": f"Bearer {live.stage.jira.running.info['admin_token']}"},
    )
    return str(reply.json()["id"])


def test_an_event_during_an_outage_is_followed_after_it(live: Afloat) -> None:
    key = plain(live, 2)
    # A 500 is not asked again at once, so it is the event that has to wait.
    live.stage.jira.fault("/rest/api/2/(issue|search|myself)", {"status": 500}, times=2)
    live.change("edit", issue=key, summary="told during an outage")
    live.until(lambda: live.issues()[key]["title"] == "told during an outage", "the change")
    assert live.stage.jira.hits() == [2]


def test_an_outage_of_port_loses_no_event_either(live: Afloat) -> None:
    key = plain(live, 3)
    live.stage.port.fault("/entities", {"status": 503}, times=2)
    live.change("edit", issue=key, summary="while Port was away")
    live.until(lambda: live.issues()[key]["title"] == "while Port was away", "the change")
    live.stage.port.calm()


def test_a_lost_permission_is_no_deletion_of_the_project(live: Afloat) -> None:
    before = set(comparable(live.stage))
    project = plain(live, 4).partition("-")[0]
    live.stage.jira.fault("/rest/api/2/project/", json_error(404))
    live.change("rename_project", project=project, name="Renamed while unseen")
    live.until(lambda: sum(live.stage.jira.hits()) > 0, "trouble")
    live.stage.calm()
    key = plain(live, 5)
    live.change("edit", issue=key, summary="after the project")
    live.until(lambda: live.issues()[key]["title"] == "after the project", "the next event")
    assert set(comparable(live.stage)) == before


@pytest.mark.parametrize("title", ["before the restart", "after the restart"])
def test_after_a_restart_events_come_in_again(stage: Stage, port: int, title: str) -> None:
    with afloat(stage, port=port) as live:
        live.until(lambda: any(str(port) in one["url"] for one in live.webhooks()), "webhook")
        key = plain(live, 6)
        live.change("edit", issue=key, summary=title)
        live.until(lambda: live.issues()[key]["title"] == title, title)
