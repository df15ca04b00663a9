"""An incremental sync ends where a full resync would, for a fraction of the requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.expected import ISSUE, PROJECT
from tests.end_to_end.live_events.afloat import comparable
from tests.end_to_end.sail import Run
from tests.end_to_end.stage import Stage, stage_with

pytestmark = pytest.mark.timeout(240)

COMPANY = ("--projects", "6", "--issues", "80", "--users", "15")
LARGE = ("--projects", "20", "--issues", "2000", "--users", "40")
INCREMENTAL = {"OCEAN__INTEGRATION__INCREMENTAL_SYNC_ENABLED": "true"}
NARROW = "statusCategory != Done"


@pytest.fixture(scope="module")
def small(integration: Path, homes: Path) -> Iterator[Stage]:
    with stage_with(integration, homes / "incremental", COMPANY) as stage:
        assert stage.run().status == 0
        assert incremental(stage).status == 0
        yield stage


@pytest.fixture
def stage(small: Stage) -> Stage:
    small.calm()
    return small


def incremental(stage: Stage) -> Run:
    return stage.run(more=INCREMENTAL)


def assert_as_after_a_resync(stage: Stage) -> None:
    before = comparable(stage)
    assert stage.run().status == 0
    assert comparable(stage) == before


def plain_issues(stage: Stage) -> list[str]:
    """Those that neither are sub-tasks nor have any."""
    issues = stage.port.entities()[ISSUE].items()
    related = ("subtasks", "parentIssue")
    return sorted(k for k, e in issues if not any(e["relations"].get(n) for n in related))


def test_changed_new_and_moved_issues_are_right_after_one_run(stage: Stage) -> None:
    changed, moved, *_ = plain_issues(stage)
    project = next(p for p in stage.port.entities()[PROJECT] if not moved.startswith(f"{p}-"))
    stage.jira.change("edit", issue=changed, summary="found by the incremental sync")
    new = stage.jira.change("move", issue=moved, project=project)["key"]
    made = stage.jira.change("create", project=project, summary="Made since", bare=True)["key"]
    run = incremental(stage)
    assert run.status == 0
    assert run.finished
    issues = stage.port.entities()[ISSUE]
    assert issues[changed]["title"] == "found by the incremental sync"
    assert {new, made} <= set(issues)
    assert moved not in issues
    assert_as_after_a_resync(stage)


def test_what_left_the_jql_leaves_the_catalog_in_the_same_run(stage: Stage) -> None:
    before = stage.port.mapping()
    mapping = stage.port.mapping()
    next(r for r in mapping["resources"] if r["kind"] == "issue")["selector"]["jql"] = NARROW
    stage.port.set_mapping(mapping)
    assert stage.run().status == 0
    left, stayed, *_ = plain_issues(stage)
    stage.jira.change("close", issue=left)
    stage.jira.change("edit", issue=stayed, summary="still open")
    assert incremental(stage).status == 0
    issues = stage.port.entities()[ISSUE]
    assert left not in issues
    assert issues[stayed]["title"] == "still open"
    assert_as_after_a_resync(stage)
    stage.port.set_mapping(before)


def test_a_failed_run_ends_with_1_and_the_next_one_catches_up(stage: Stage) -> None:
    key = plain_issues(stage)[0]
    stage.jira.change("edit", issue=key, summary="while Jira was ill")
    before = comparable(stage)
    stage.jira.fault("/search$", {"status": 500})
    failed = incremental(stage)
    assert failed.status == 1
    assert failed.failed
    assert comparable(stage) == before
    stage.calm()
    assert incremental(stage).status == 0
    assert stage.port.entities()[ISSUE][key]["title"] == "while Jira was ill"


def test_a_lost_login_removes_nothing(stage: Stage) -> None:
    before = comparable(stage)
    stage.jira.fault("/search$", {"anonymous": True})
    assert incremental(stage).status == 1
    assert comparable(stage) == before


def test_without_milliseconds_it_asks_in_minutes(stage: Stage) -> None:
    key = plain_issues(stage)[0]
    stage.jira.settings(epoch_millis=False)
    stage.jira.change("edit", issue=key, summary="asked for in minutes")
    assert incremental(stage).status == 0
    assert stage.port.entities()[ISSUE][key]["title"] == "asked for in minutes"


def test_one_in_a_hundred_costs_a_fraction_of_a_full_resync(integration: Path, homes: Path) -> None:
    with stage_with(integration, homes / "large", LARGE) as stage:
        assert stage.run().status == 0
        assert incremental(stage).status == 0
        keys = sorted(stage.port.entities()[ISSUE])[:20]
        stage.jira.change("bulk_edit", issues=keys, summary="One in a hundred")
        stage.jira.forget()
        part = incremental(stage)
        part_bytes = sum(one["bytes"] for one in stage.jira.requests())
        titles = {stage.port.entities()[ISSUE][key]["title"] for key in keys}
        stage.jira.forget()
        full = stage.run()
        full_bytes = sum(one["bytes"] for one in stage.jira.requests())
        print(f"incremental {part.seconds:.1f} s, {part_bytes:,} bytes;")
        print(f"full {full.seconds:.1f} s, {full_bytes:,} bytes")
        assert titles == {"One in a hundred"}
        assert part_bytes < full_bytes / 5
