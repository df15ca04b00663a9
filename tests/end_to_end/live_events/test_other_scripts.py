"""Keys that Port cannot take as they are: their entities follow events like all others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.expected import PROJECT, identifier
from tests.end_to_end.live_events.afloat import Afloat, afloat
from tests.end_to_end.stage import stage_with

pytestmark = pytest.mark.timeout(120)

COMPANY = ("--projects", "6", "--issues", "60", "--users", "15", "--version", "10.3")
OLD, NEW = "МИР", "ЛУНА"


@pytest.fixture(scope="module")
def live(integration: Path, homes: Path) -> Iterator[Afloat]:
    with stage_with(integration, homes, COMPANY) as stage:
        stage.jira.change("create_project", key=OLD, name="Мир")
        parent = stage.jira.change("create", project=OLD, summary="Первая")["key"]
        stage.jira.change("create", project=OLD, parent=parent, type="Sub-task", summary="Часть")
        with afloat(stage) as live:
            live.until(live.webhooks, "webhook")
            yield live


def issues_of(live: Afloat, project: str) -> set[str]:
    return {key for key in live.issues() if key.startswith(identifier(project))}


def has_project(live: Afloat, key: str) -> bool:
    return identifier(key) in live.stage.port.entities()[PROJECT]


def test_an_issue_is_written_and_deleted(live: Afloat) -> None:
    key = live.change("create", project=OLD, summary="Вторая")["key"]
    live.until(lambda: identifier(key) in live.issues(), "the issue")
    live.change("delete", issue=key)
    live.until(lambda: identifier(key) not in live.issues(), "the deletion")
    assert issues_of(live, OLD) == {identifier(f"{OLD}-1"), identifier(f"{OLD}-2")}


def test_a_rekeyed_project_leaves_nothing_under_the_old_key(live: Afloat) -> None:
    live.change("rekey_project", project=OLD, key=NEW)
    live.until(lambda: has_project(live, NEW) and not has_project(live, OLD), "the project")
    live.until(lambda: len(issues_of(live, NEW)) == 2, "the issues")
    live.until(lambda: not issues_of(live, OLD), "the end of the old keys")
    first, second = (live.issues()[identifier(f"{NEW}-{number}")] for number in (1, 2))
    assert first["relations"]["subtasks"] == [identifier(f"{NEW}-2")]
    assert second["relations"]["parentIssue"] == identifier(f"{NEW}-1")
    assert second["relations"]["project"] == identifier(NEW)


def test_a_deleted_project_takes_its_issues_along(live: Afloat) -> None:
    live.change("delete_project", project=NEW)
    live.until(lambda: not has_project(live, NEW), "the project")
    live.until(lambda: not issues_of(live, NEW), "its issues")


def test_in_the_end_the_catalog_is_what_a_resync_makes(live: Afloat) -> None:
    live.until_all_is_delivered()
    live.assert_as_after_a_resync()
