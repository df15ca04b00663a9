"""From when on changes are asked for, and which keys a history says are old."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kinds.incremental import INDEX_MAY_LAG, ChangedIssues, moved_from, second_on_jiras_clock

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
CURSOR = NOW - timedelta(minutes=15)


@pytest.mark.parametrize(
    ("server_time", "ahead"),
    [
        pytest.param("2026-05-04T08:00:00.000+0000", 0, id="same"),
        pytest.param("2026-05-04T10:00:00.000+0200", 0, id="same-in-another-zone"),
        pytest.param("2026-05-04T08:03:20.000+0000", 200, id="ahead"),
        pytest.param("2026-05-04T07:00:00.000+0000", -3600, id="an-hour-behind"),
        pytest.param(None, 0, id="not-told"),
        pytest.param("noon", 0, id="no-time"),
        pytest.param("2026-05-04T08:00:00", 0, id="without-a-zone"),
    ],
)
def test_changes_are_asked_for_on_jiras_clock(server_time: object, ahead: int) -> None:
    expected = CURSOR.timestamp() + ahead - INDEX_MAY_LAG
    assert second_on_jiras_clock(CURSOR, NOW, server_time) == expected


def history(created: str, *items: tuple[str, str]) -> dict[str, Any]:
    return {
        "created": created,
        "items": [{"field": field, "fromString": old} for field, old in items],
    }


def test_only_moves_since_then_count() -> None:
    issue = {
        "key": "WEB-7",
        "changelog": {
            "histories": [
                history("2026-05-04T07:59:00.000+0000", ("Key", "PAY-1"), ("status", "Open")),
                history("2026-01-01T00:00:00.000+0000", ("Key", "OLD-1")),
                history("when", ("Key", "ODD-1")),
            ]
        },
    }
    assert moved_from(issue, int(CURSOR.timestamp())) == ["PAY-1", "ODD-1"]
    assert moved_from({"key": "WEB-7"}, 0) == []


def test_what_changed_issues_name() -> None:
    fields = {"project": {"key": "WEB"}, "assignee": {"key": "ines"}, "reporter": None}
    changed = ChangedIssues("", 0, {"WEB-7": {"key": "WEB-7", "fields": fields}})
    assert changed.projects == ["WEB"]
    assert changed.people == ["ines"]
    assert changed.old_keys == []
