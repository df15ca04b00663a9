"""Each event of Jira ends in the catalog as a full resync would have it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.end_to_end.expected import PROJECT, USER
from tests.end_to_end.live_events.afloat import Afloat, afloat
from tests.end_to_end.stage import CONFIG, stage_with

pytestmark = pytest.mark.timeout(240)

COMPANY = ("--projects", "6", "--issues", "60", "--users", "15")
NARROW = "statusCategory != Done"


@pytest.fixture(scope="module", params=["8.20", "10.3"])
def live(request: pytest.FixtureRequest, integration: Path, homes: Path) -> Iterator[Afloat]:
    version = ("--version", request.param)
    with (
        stage_with(integration, homes / request.param, (*COMPANY, *version)) as stage,
        afloat(stage, {f"{CONFIG}WEBHOOK_SECRET": "a secret of our own & more"}) as live,
    ):
        live.until(live.webhooks, "webhook")
        yield live


def some_issue(live: Afloat, number: int = 0) -> str:
    """One that neither is a sub-task nor has any."""
    related = ("subtasks", "parentIssue")
    issues = live.issues().items()
    plain = (k for k, e in issues if not any(e["relations"].get(name) for name in related))
    return sorted(plain)[number]


def title(live: Afloat, key: str) -> object:
    return live.issues().get(key, {}).get("title")


def test_an_edited_issue_is_written(live: Afloat) -> None:
    key = some_issue(live)
    live.change("edit", issue=key, summary="changed while it was watched")
    live.until(lambda: title(live, key) == "changed while it was watched", "the new title")


def test_a_new_sub_task_comes_with_both_ends_of_its_relation(live: Afloat) -> None:
    parent = some_issue(live)
    made = live.change("create", project=parent.partition("-")[0], parent=parent, type="Sub-task")
    key = made["key"]
    live.until(lambda: key in live.issues(), "the sub-task")
    live.until(
        lambda: key in (live.issues()[parent]["relations"].get("subtasks") or []), "its parent"
    )
    assert live.issues()[key]["relations"]["parentIssue"] == parent


def test_a_deleted_issue_goes(live: Afloat) -> None:
    key = some_issue(live)
    live.change("delete", issue=key)
    live.until(lambda: key not in live.issues(), "the deletion")


def test_a_moved_issue_leaves_nothing_under_its_old_key(live: Afloat) -> None:
    key = some_issue(live)
    project = next(p for p in live.stage.port.entities()[PROJECT] if not key.startswith(f"{p}-"))
    new = live.change("move", issue=key, project=project)["key"]
    live.until(lambda: new in live.issues() and key not in live.issues(), "the move")


def test_a_comment_a_worklog_and_a_link_refresh_their_issues(live: Afloat) -> None:
    first, second = some_issue(live), some_issue(live, 1)
    for kind, what in (
        ("comment", {"body": "Done?"}),
        ("log_work", {"seconds": 600}),
        ("link", {"to": second}),
    ):
        before = live.issues()[first]["updatedAt"]
        live.change(kind, issue=first, **what)
        live.until(partial(_was_written_after, live, first, before), kind)


def _was_written_after(live: Afloat, key: str, moment: str) -> bool:
    return bool(live.issues()[key]["updatedAt"] != moment)


def test_a_renamed_project_and_its_new_lead_are_written(live: Afloat) -> None:
    key = sorted(live.stage.port.entities()[PROJECT])[0]
    live.change("update_project", project=key, name="Another name", lead="catalog-reader")

    def seen() -> bool:
        project = live.stage.port.entities()[PROJECT][key]
        return project["title"] == "Another name" and bool(project["relations"].get("lead"))

    live.until(seen, "the project")


def test_a_rekeyed_project_and_its_issues_leave_nothing_under_the_old_key(live: Afloat) -> None:
    old = sorted({key.partition("-")[0] for key in live.issues()})[0]
    numbers = [key.partition("-")[2] for key in live.issues() if key.startswith(f"{old}-")]
    live.change("rekey_project", project=old, key="REKEYED")
    live.until(lambda: "REKEYED" in live.stage.port.entities()[PROJECT], "the project")
    live.until(lambda: {f"REKEYED-{n}" for n in numbers} <= set(live.issues()), "the issues")
    live.until(lambda: not any(k.startswith(f"{old}-") for k in live.issues()), "the old keys")
    live.until(lambda: old not in live.stage.port.entities()[PROJECT], "the old project")


def test_a_deleted_project_takes_its_issues_along(live: Afloat) -> None:
    key = next(k for k in sorted({k.partition("-")[0] for k in live.issues()}) if k != "REKEYED")
    live.change("delete_project", project=key)
    live.until(lambda: key not in live.stage.port.entities()[PROJECT], "the project")
    live.until(lambda: not any(k.startswith(f"{key}-") for k in live.issues()), "its issues")


def test_a_new_project_comes(live: Afloat) -> None:
    live.change("create_project", key="FRESH", name="Fresh", lead="admin")
    live.until(lambda: "FRESH" in live.stage.port.entities()[PROJECT], "the project")


def test_users_come_change_and_go(live: Afloat) -> None:
    live.change("create_user", name="nova.lind", display_name="Nova Lind")

    def nova() -> list[tuple[str, object]]:
        users = live.stage.port.entities()[USER].items()
        return [(k, u["title"]) for k, u in users if u["properties"]["userName"] == "nova.lind"]

    live.until(nova, "the user")
    live.change("deactivate_user", user="nova.lind")
    key = nova()[0][0]
    live.until(
        lambda: live.stage.port.entities()[USER][key]["properties"]["active"] is False, "inactive"
    )
    live.change("delete_user", user="nova.lind")
    live.until(lambda: key not in live.stage.port.entities()[USER], "the deletion")


def test_leaving_the_jql_removes_and_entering_adds(live: Afloat) -> None:
    mapping = live.stage.port.mapping()
    resource = next(one for one in mapping["resources"] if one["kind"] == "issue")
    resource["selector"]["jql"] = NARROW
    finished = live.ship.log().count("resync finished")
    live.stage.port.set_mapping(mapping)
    live.stage.port.request_resync()
    live.until(lambda: live.ship.log().count("resync finished") > finished, "resync")
    key = some_issue(live)
    live.change("close", issue=key)
    live.until(lambda: key not in live.issues(), "the exit")
    live.change("reopen", issue=key)
    live.until(lambda: key in live.issues(), "the return")


def test_in_the_end_the_catalog_is_what_a_resync_makes(live: Afloat) -> None:
    live.until_all_is_delivered()
    live.assert_as_after_a_resync()
    assert live.stage.port.look("refused") == []
    log = live.ship.log()
    assert not re.search(r"a.{1,3}secret.{1,3}of.{1,3}our", log)
    assert "secret=" not in log
