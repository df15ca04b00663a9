"""The documented command: adds the actions, replaces them, takes them out; and who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.actions.buttons import ACTIONS_ON, Buttons, at_work
from tests.end_to_end.stage import POLLING, Stage, stage_with

pytestmark = pytest.mark.timeout(240)

SMALL = ("--projects", "4", "--issues", "30", "--users", "8")
OFF = {"OCEAN__EVENT_LISTENER": POLLING}
EVERY = 7


@pytest.fixture(scope="module")
def stage(integration: Path, homes: Path) -> Iterator[Stage]:
    with stage_with(integration, homes, SMALL) as stage:
        yield stage


def test_a_sync_creates_no_action_and_the_command_adds_replaces_and_removes_them(
    stage: Stage,
) -> None:
    buttons = Buttons(stage.port)
    assert stage.run().status == 0
    assert buttons.actions() == {}
    added = buttons.install()
    assert added.returncode == 0, added.stderr
    assert added.stdout.count(": added") == EVERY
    assert len(buttons.actions()) == EVERY
    assert buttons.install().stdout.count(": replaced") == EVERY
    owners = {a["invocationMethod"]["installationId"] for a in buttons.actions().values()}
    assert owners == {"end-to-end"}
    assert (
        buttons.install("--remove", "delete_issue").stdout == "jira_server_delete_issue: removed\n"
    )
    assert len(buttons.actions()) == EVERY - 1
    assert buttons.install("--remove").stdout.count(": removed") == EVERY - 1
    again = buttons.install("--remove")
    assert (again.returncode, again.stdout.count(": was not there")) == (0, EVERY)
    assert buttons.actions() == {}


def test_what_port_refuses_is_told_in_its_own_words(stage: Stage) -> None:
    assert stage.run().status == 0
    stage.port.fault("/v1/actions$", {"status": 422, "body": "no such icon"}, method="POST")
    refused = Buttons(stage.port).install("create_issue")
    stage.port.calm()
    assert refused.returncode == 1
    assert "HTTP 422 no such icon" in refused.stderr
    assert stage.port.running.info["client_secret"] not in refused.stderr + refused.stdout


def test_an_unknown_name_is_answered_with_those_that_there_are(stage: Stage) -> None:
    wrong = Buttons(stage.port).install("fly")
    assert wrong.returncode != 0
    assert "there is no action fly; there are assign_issue, comment_on_issue," in wrong.stderr


def test_a_reader_may_sync_and_is_told_what_is_missing_when_a_button_is_pressed(
    stage: Stage,
) -> None:
    with at_work(stage, stage.jira.running.info["token"]) as desk:
        key = sorted(desk.stage.port.entities()["jiraServerIssue"])[0]
        edit = desk.buttons.press("edit_issue", key, summary="No")
        assert not edit.succeeded
        assert "lets the integration's user catalog-reader edit no field" in edit.summary
        assert '"Edit issues"' in edit.summary
        comment = desk.buttons.press("comment_on_issue", key, comment="No")
        assert "do not have the permission to comment on this issue" in comment.summary
        assert comment.links == [f"{stage.jira.url}/browse/{key}"]
        gone = desk.buttons.press("delete_issue", key, confirmation=key)
        assert not gone.succeeded
        assert desk.catalogued(key) is not None
        assert stage.jira.state()["users"]


def test_without_the_actions_processor_no_run_is_claimed(stage: Stage) -> None:
    with stage.start(more=OFF) as sailing:
        sailing.wait_until(lambda: "resync finished in" in sailing.log(), "first sync")
        assert Buttons(stage.port).install("create_issue").returncode == 0
        assert "Registered action executor" not in sailing.log()
    assert ACTIONS_ON.keys() > OFF.keys()
