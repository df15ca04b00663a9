"""Many events at once, out of order, repeated: few requests, and the catalog ends right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.live_events.afloat import Afloat, afloat
from tests.end_to_end.sandboxes import DEFAULT_JQL
from tests.end_to_end.stage import stage_with

pytestmark = pytest.mark.timeout(300)

COMPANY = ("--projects", "6", "--issues", "120", "--users", "15", "--version", "10.3")
ROUNDS = 25
CHANGES = ("create", "edit", "close", "reopen", "transition", "move", "delete")


@pytest.fixture(scope="module")
def live(integration: Path, homes: Path) -> Iterator[Afloat]:
    with stage_with(integration, homes / "bursts", COMPANY) as stage, afloat(stage) as live:
        live.until(live.webhooks, "webhook")
        yield live


def test_a_thousand_events_become_few_requests(live: Afloat) -> None:
    keys = sorted(live.issues())[:40]
    live.control("POST", body={"reorder": 300, "repeat": 2})
    live.stage.jira.forget()
    for number in range(ROUNDS):
        live.change("bulk_edit", issues=keys, summary=f"round {number}")
    live.until_all_is_delivered()
    last = f"round {ROUNDS - 1}"
    live.until(lambda: all(live.issues()[key]["title"] == last for key in keys), "the last round")
    asked = live.stage.jira.requests()
    sent = live.control("GET")["counts"]
    assert sum(sent.values()) >= 2 * ROUNDS * len(keys)
    assert len(asked) < ROUNDS * len(keys) / 2
    live.control("POST", body={})


def test_moves_deletions_and_returns_out_of_order_end_as_in_jira(live: Afloat) -> None:
    live.control("POST", body={"reorder": 800, "repeat": 3})
    jira = live.stage.jira
    jira.churn(per_second=60, seconds=30, kinds=CHANGES, seed=5)
    live.until(lambda: jira.state()["revision"] > 200 + ROUNDS * 40, "two hundred changes")
    jira.changes_made()
    live.until_all_is_delivered()
    live.control("POST", body={})
    live.until_jira_is_left_alone()
    assert set(live.issues()) == set(jira.state(DEFAULT_JQL, "admin")["keys"])
    live.assert_as_after_a_resync()
