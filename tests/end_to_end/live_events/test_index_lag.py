"""Searches see each change two seconds late: what they do not know yet is looked at again.

The JQL is narrower than the shipped one, which no event makes an issue leave: each renews `updated`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.live_events.afloat import Afloat, afloat
from tests.end_to_end.stage import stage_with

pytestmark = pytest.mark.timeout(120)

COMPANY = ("--projects", "6", "--issues", "60", "--users", "15", "--version", "10.3")
LAG_MS = 2000
OPEN = "statusCategory != Done"
DONE = "statusCategory = Done"
LAST = "Open again, whatever a search says"


@dataclass(frozen=True, slots=True)
class Changed:
    """One issue of each fate; `before` is the catalog as it was, `flapping` closed and reopened."""

    before: dict[str, Any]
    left: str
    entered: str
    created: str
    parent: str
    moved_from: str
    moved_to: str
    deleted: str
    flapping: str


@pytest.fixture(scope="module")
def live(integration: Path, homes: Path) -> Iterator[Afloat]:
    with stage_with(integration, homes, COMPANY) as stage, afloat(stage) as live:
        live.until(live.webhooks, "webhook")
        list_only(live, OPEN)
        stage.jira.settings(index_lag_ms=LAG_MS)
        yield live


@pytest.fixture(scope="module")
def changed(live: Afloat) -> Changed:
    """All changes at once, so that the index is awaited only once."""
    before = live.issues()
    left, parent, moved, deleted, flapping = plain(before)[:5]
    entered = min(live.stage.jira.keys(DONE) - before.keys())
    elsewhere = next(k for k in sorted(before) if project_of(k) != project_of(moved))
    live.change("close", issue=left)
    live.change("reopen", issue=entered)
    made = live.change("create", project=project_of(parent), parent=parent, type="Sub-task")
    moved_to = live.change("move", issue=moved, project=project_of(elsewhere))["key"]
    live.change("delete", issue=deleted)
    flap(live, flapping)
    return Changed(before, left, entered, made["key"], parent, moved, moved_to, deleted, flapping)


def list_only(live: Afloat, jql: str) -> None:
    mapping = live.stage.port.mapping()
    for resource in mapping["resources"]:
        if resource["kind"] == "issue":
            resource["selector"]["jql"] = jql
    finished = live.ship.log().count("resync finished")
    live.stage.port.set_mapping(mapping)
    live.stage.port.request_resync()
    live.until(lambda: live.ship.log().count("resync finished") > finished, "resync")


def plain(issues: dict[str, Any]) -> list[str]:
    """Those that neither are sub-tasks nor have any."""
    related = ("subtasks", "parentIssue")
    return sorted(k for k, e in issues.items() if not any(map(e["relations"].get, related)))


def project_of(key: str) -> str:
    return key.rpartition("-")[0]


def searched(live: Afloat, jql: str) -> dict[str, datetime]:
    """What a search finds, late as it is, and when it was updated."""
    found = live.stage.jira.issues(jql)
    return {issue["key"]: datetime.fromisoformat(issue["fields"]["updated"]) for issue in found}


def in_catalog(live: Afloat) -> dict[str, datetime]:
    issues = live.issues().items()
    return {key: datetime.fromisoformat(one["properties"]["updated"]) for key, one in issues}


def sub_tasks(live: Afloat, key: str) -> list[str]:
    return live.issues()[key]["relations"].get("subtasks") or []


def flap(live: Afloat, key: str) -> None:
    """Close it and reopen it, and have it looked at while searches still say that it is closed."""
    live.change("close", issue=key)
    time.sleep(1.2)  # the index keeps whole seconds
    reopened = live.change("reopen", issue=key)["at"] // 1000 * 1000
    known = f"{DONE} OR updated >= {reopened}"
    live.until(lambda: key in searched(live, known), "the index to know that it was closed")
    live.change("edit", issue=key, summary=LAST)


def test_one_that_leaves_the_jql_goes(live: Afloat, changed: Changed) -> None:
    live.until(lambda: changed.left not in live.issues(), "the exit")


def test_one_that_enters_the_jql_comes(live: Afloat, changed: Changed) -> None:
    live.until(lambda: changed.entered in live.issues(), "the entrance")


def test_a_created_sub_task_comes_and_its_parent_shows_it(live: Afloat, changed: Changed) -> None:
    live.until(lambda: changed.created in live.issues(), "the sub-task")
    live.until(lambda: changed.created in sub_tasks(live, changed.parent), "its parent")


def test_a_moved_one_changes_its_key(live: Afloat, changed: Changed) -> None:
    live.until(lambda: changed.moved_to in live.issues(), "the new key")
    live.until(lambda: changed.moved_from not in live.issues(), "the end of the old key")


def test_a_deleted_one_goes(live: Afloat, changed: Changed) -> None:
    live.until(lambda: changed.deleted not in live.issues(), "the deletion")


def test_once_the_index_knows_all_the_catalog_is_what_a_resync_makes(
    live: Afloat, changed: Changed
) -> None:
    live.until(lambda: live.issues()[changed.flapping]["title"] == LAST, "the last change")
    live.until(lambda: searched(live, OPEN) == in_catalog(live), "the index, or the catalog")
    live.assert_as_after_a_resync()


def test_nothing_that_stayed_was_away_for_a_moment(live: Afloat, changed: Changed) -> None:
    """An entity that was removed and written again has a new date of creation."""
    stayed = changed.before.keys() - {changed.left, changed.moved_from, changed.deleted}
    now = live.issues()
    assert changed.flapping in stayed
    assert {k: now[k]["createdAt"] for k in stayed} == {
        k: changed.before[k]["createdAt"] for k in stayed
    }
