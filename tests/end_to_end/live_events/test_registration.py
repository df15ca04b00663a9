"""The webhook in Jira: made, found again, repaired, never made twice, or told to be made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from tests.end_to_end.live_events.afloat import Afloat, admin_login, afloat, free_port
from tests.end_to_end.sail import Sailing
from tests.end_to_end.sandboxes import Json
from tests.end_to_end.stage import CONFIG, POLLING, Stage, stage_with

pytestmark = pytest.mark.timeout(240)

COMPANY = ("--projects", "3", "--issues", "20", "--users", "8")
QUIET = {"OCEAN__EVENT_LISTENER": '{"type": "POLLING", "interval": 1, "resync_on_start": false}'}
PATHS = {8: "/rest/webhooks/1.0/webhook", 9: "/rest/webhooks/1.0/webhook"}


@pytest.fixture(scope="module", params=["8.20", "9.12", "10.3", "11"])
def stage(request: pytest.FixtureRequest, integration: Path, homes: Path) -> Iterator[Stage]:
    version = ("--version", request.param, "--context-path", "/jira")
    home = homes / f"registration-{request.param}"
    with stage_with(integration, home, (*COMPANY, *version)) as stage:
        yield stage


@pytest.fixture
def port(stage: Stage) -> int:
    """Where the integration serves in one test, with no webhook in Jira yet."""
    for webhook in webhooks(stage):
        control(stage, "DELETE", f"/{webhook['id']}")
    stage.calm()
    return free_port()


def control(stage: Stage, method: str, path: str = "", body: object = None) -> Json:
    url = f"{stage.jira.running.control_url}/webhooks{path}"
    reply = stage.jira.http.request(method, url, json=body)
    assert reply.is_success, reply.text
    found: Json = reply.json() if reply.content else {}
    return found


def webhooks(stage: Stage) -> list[Json]:
    return list(control(stage, "GET")["webhooks"])


def run_until(stage: Stage, port: int, words: str, more: dict[str, str] | None = None) -> str:
    """Start without a resync, wait until these words are logged, and give the log."""
    environment = {"OCEAN__BASE_URL": f"http://127.0.0.1:{port}", **QUIET, **(more or {})}
    login = admin_login(stage) if not more or "reader" not in more else stage.login()
    environment.pop("reader", None)
    with stage.start(login, more=environment, arguments=("-p", str(port))) as ship:
        ship.wait_until(lambda: words in ship.log(), words)
        return ship.log()


def is_old(stage: Stage) -> bool:
    return str(stage.jira.running.info["version"]).startswith(("8", "9"))


def test_it_is_made_once_and_found_again_after_a_restart(stage: Stage, port: int) -> None:
    log = run_until(stage, port, "registered the webhook")
    (made,) = webhooks(stage)
    assert made["enabled"]
    assert made["url"].startswith(f"http://127.0.0.1:{port}/integration/webhook")
    assert ("?secret=" in made["url"]) is is_old(stage)
    assert made["has_secret"] is not is_old(stage)
    assert made["url"].partition("secret=")[2] not in log or not is_old(stage)
    stage.jira.forget()
    with afloat(stage, port=port):
        assert webhooks(stage) == [made]
    changed = [r for r in stage.jira.requests("webhook") if r["method"] != "GET"]
    assert changed == []


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param({"enabled": False}, id="disabled"),
        pytest.param({"events": ["jira:issue_created"]}, id="fewer-events"),
        pytest.param({"jql": "project = NONE"}, id="a-filter"),
        pytest.param({"exclude_body": True}, id="without-body"),
        pytest.param({"url": "http://127.0.0.1:1/elsewhere"}, id="another-address"),
    ],
)
def test_a_damaged_one_is_repaired(stage: Stage, port: int, damage: Json) -> None:
    run_until(stage, port, "registered the webhook")
    (made,) = webhooks(stage)
    control(stage, "POST", f"/{made['id']}", damage)
    run_until(stage, port, "repaired the webhook")
    assert webhooks(stage) == [made]


def test_another_secret_repairs_it(stage: Stage, port: int) -> None:
    run_until(stage, port, "registered the webhook")
    (made,) = webhooks(stage)
    run_until(stage, port, "repaired the webhook", {f"{CONFIG}WEBHOOK_SECRET": "another"})
    (repaired,) = webhooks(stage)
    assert repaired["id"] == made["id"]
    assert repaired["name"] != made["name"]


def test_a_copy_is_removed(stage: Stage, port: int) -> None:
    run_until(stage, port, "registered the webhook")
    (made,) = webhooks(stage)
    path = PATHS.get(int(stage.jira.running.info["version"].split(".")[0]))
    headers = {"Authorization": f"Bearer {stage.jira.running.info['admin_token']}"}
    copy = {"name": made["name"], "url": made["url"], "events": made["events"]}
    url = f"{stage.jira.url}{path or '/rest/jira-webhook/1.0/webhooks'}"
    assert stage.jira.http.post(url, json=copy, headers=headers).status_code == 201
    run_until(stage, port, "removed a second copy")
    assert [one["id"] for one in webhooks(stage)] == [made["id"]]


def test_two_replicas_that_start_together_end_with_one(stage: Stage, port: int) -> None:
    url = f"http://127.0.0.1:{port}"
    more = {"OCEAN__BASE_URL": url, **QUIET}
    with ExitStack() as stack:
        ships = [
            stack.enter_context(
                stage.start(admin_login(stage), more=more, arguments=("-p", str(place)))
            )
            for place in (port, free_port())
        ]
        for ship in ships:
            ship.wait_until(partial(_serves, ship), "start")
            ship.wait_until(
                lambda: len(stage.jira.requests("/mypermissions$")) >= len(ships), "both looked"
            )
        ships[0].wait_until(lambda: len(webhooks(stage)) == 1, "one webhook")
    assert len(webhooks(stage)) == 1


def _serves(ship: Sailing) -> bool:
    return "Application startup complete" in ship.log()


def test_without_the_right_the_values_are_told_and_the_sync_goes_on(
    stage: Stage, port: int
) -> None:
    secret = "a-secret-of-ours"
    more = {f"{CONFIG}WEBHOOK_SECRET": secret, "reader": "yes"}
    more["OCEAN__EVENT_LISTENER"] = POLLING
    log = run_until(stage, port, "resync finished", more)
    assert log.count("may not administer webhooks") == 1
    assert f"URL: http://127.0.0.1:{port}/integration/webhook" in log
    assert ("?secret=<webhookSecret>" in log) is is_old(stage)
    assert "jira:issue_updated" in log
    assert secret not in log
    assert webhooks(stage) == []


def test_create_webhook_false_touches_nothing(stage: Stage, port: int) -> None:
    run_until(stage, port, "createWebhook is off", {f"{CONFIG}CREATE_WEBHOOK": "false"})
    assert webhooks(stage) == []
    assert stage.jira.requests("webhook") == []


def test_jira_may_be_down_at_the_start(stage: Stage, port: int) -> None:
    stage.jira.fault("/serverInfo$", {"status": 503}, times=3)
    run_until(stage, port, "registered the webhook")
    assert len(webhooks(stage)) == 1


def test_without_a_base_url_nothing_is_registered(stage: Stage, port: int) -> None:
    run = stage.run(admin_login(stage), arguments=("-p", str(port)))
    assert run.status == 0
    assert webhooks(stage) == []


def test_events_come_in_with_a_webhook_made_by_hand(stage: Stage, port: int) -> None:
    secret = "made by hand"
    url = f"http://127.0.0.1:{port}/integration/webhook"
    with afloat(stage, {f"{CONFIG}WEBHOOK_SECRET": secret}, stage.login(), port) as live:
        make_by_hand(stage, url, secret)
        assert follows(live)


def make_by_hand(stage: Stage, url: str, secret: str) -> None:
    path = PATHS.get(int(stage.jira.running.info["version"].split(".")[0]))
    body: Json = {"name": "By hand", "url": url, "events": ["jira:issue_updated"]}
    if path:
        body["url"] += f"?secret={secret.replace(' ', '+')}"
    else:
        body["configuration"] = {"SECRET": secret}
    headers = {"Authorization": f"Bearer {stage.jira.running.info['admin_token']}"}
    address = f"{stage.jira.url}{path or '/rest/jira-webhook/1.0/webhooks'}"
    assert stage.jira.http.post(address, json=body, headers=headers).status_code == 201


def follows(live: Afloat) -> bool:
    key = sorted(live.issues())[0]
    live.change("edit", issue=key, summary="told by hand")
    live.until(lambda: live.issues()[key]["title"] == "told by hand", "the event")
    return True
