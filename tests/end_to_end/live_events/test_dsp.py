"""Where Port maps raw items itself (DSP mode), it gets those of events just as those of a resync."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.live_events.afloat import Afloat, afloat
from tests.end_to_end.stage import stage_with

pytestmark = pytest.mark.timeout(120)

COMPANY = ("--projects", "6", "--issues", "60", "--users", "15", "--version", "10.3")
RESYNC, EVENT = "resync", "live-event"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def live(integration: Path, homes: Path) -> Iterator[Afloat]:
    with stage_with(integration, homes, COMPANY, ("--dsp",)) as stage, afloat(stage) as live:
        live.until(live.webhooks, "webhook")
        yield live


def entries(live: Afloat, kind: str, sent_by: str) -> list[Json]:
    """What was sent of a kind: items, and in `metadata` what to do with them."""
    raw = live.stage.port.look("raw")
    batches = [one for one in raw if (one["kind"], one["eventType"]) == (kind, sent_by)]
    return [entry for batch in batches for entry in batch["data"]]


def items(live: Afloat, kind: str, sent_by: str, operation: str = "upsert") -> dict[str, Json]:
    """The last item of each key."""
    some = (e for e in entries(live, kind, sent_by) if e["metadata"]["operation"] == operation)
    return {item["key"]: item for entry in some for item in entry["items"]}


def last(live: Afloat, kind: str, key: str, operation: str = "upsert") -> Json:
    """The item once an event has brought it."""
    live.until(lambda: key in items(live, kind, EVENT, operation), f"{operation} of {kind} {key}")
    return items(live, kind, EVENT, operation)[key]


def some_issue(live: Afloat, number: int) -> str:
    issues = items(live, "issue", RESYNC).items()
    related = ("subtasks", "parent")
    return sorted(k for k, one in issues if not any(map(one["fields"].get, related)))[number]


def test_an_issue_has_all_that_a_resync_sends_of_it(live: Afloat) -> None:
    key = some_issue(live, 0)
    before = items(live, "issue", RESYNC)[key]
    live.change("edit", issue=key, summary="Told by an event")
    now = last(live, "issue", key)
    assert now["fields"].pop("summary") == "Told by an event"
    for item in (before, now):
        for changed in ("summary", "updated"):
            item["fields"].pop(changed, None)
    assert "environment" in now["fields"]  # which the shipped mapping does not look at
    assert now["fields"] == before["fields"]
    assert now.keys() == before.keys()


def test_a_moved_issue_comes_under_its_new_key_and_goes_under_the_old_one(live: Afloat) -> None:
    old, other = some_issue(live, 1), some_issue(live, -1)
    new = live.change("move", issue=old, project=other.rpartition("-")[0])["key"]
    assert last(live, "issue", new)["fields"]["status"]
    assert last(live, "issue", old, "delete")["key"] == old


def test_a_deleted_issue_is_named_by_its_key_and_id(live: Afloat) -> None:
    key = some_issue(live, 2)
    live.change("delete", issue=key)
    gone = last(live, "issue", key, "delete")
    assert gone == {"id": items(live, "issue", RESYNC)[key]["id"], "key": key} | {
        "self": "",
        "fields": {},
    }


def test_projects_and_users_come_and_go(live: Afloat) -> None:
    live.change("create_project", key="FRESH", name="Fresh", lead="admin")
    assert last(live, "project", "FRESH")["lead"]["key"] == "admin"
    live.change("delete_project", project="FRESH")
    last(live, "project", "FRESH", "delete")
    key = live.change("create_user", name="nova.lind", display_name="Nova Lind")["key"]
    assert last(live, "user", key)["displayName"] == "Nova Lind"
    live.change("delete_user", user="nova.lind")
    last(live, "user", key, "delete")


def test_port_is_told_of_which_resource_the_items_are(live: Afloat) -> None:
    """Also of those to delete, for which the resource's query is widened."""
    key = some_issue(live, 3)
    live.change("delete", issue=key)
    last(live, "issue", key, "delete")
    ((_, of_resync),) = sources(live, RESYNC)
    assert of_resync
    assert sources(live, EVENT) == sources(live, RESYNC)


def sources(live: Afloat, sent_by: str) -> set[tuple[int, str]]:
    """Resources of issues, by place and by what their selector selects."""
    some = [entry["metadata"] for entry in entries(live, "issue", sent_by)]
    return {(one["resourceIndex"], one["selectorHash"]) for one in some}


def test_an_outage_of_port_loses_no_event(live: Afloat) -> None:
    key = some_issue(live, 4)
    live.stage.port.fault("/lake/write/", {"status": 503}, times=2)
    live.change("edit", issue=key, summary="While Port was away")
    assert last(live, "issue", key)["fields"]["summary"] == "While Port was away"


def test_ocean_writes_no_entity_itself(live: Afloat) -> None:
    key = some_issue(live, 5)
    live.change("edit", issue=key, summary="Mapped by Port")
    last(live, "issue", key)
    assert not any(live.stage.port.entities().values())
