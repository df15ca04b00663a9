"""How a run ends that is told to, or is cut off, and that a POLLING integration keeps running."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.expected import ISSUE, contents
from tests.end_to_end.sail import Run, Sailing
from tests.end_to_end.stage import POLLING, Stage, stage_with

pytestmark = pytest.mark.timeout(120)

SIGNALS = (signal.SIGTERM, signal.SIGINT)
SECONDS_TO_OBEY = 15
LISTENING = {"OCEAN__EVENT_LISTENER": POLLING}


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_once_run_that_is_cut_short_deletes_nothing(
    synced_stage: Stage, number: signal.Signals
) -> None:
    before = contents(synced_stage.port.entities())
    run = _cut_short(synced_stage, number)
    assert run.status > 128
    assert not run.finished
    assert contents(synced_stage.port.entities()) == before


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_once_run_that_is_cut_short_tells_the_signal_and_no_more(
    synced_stage: Stage, number: signal.Signals
) -> None:
    run = _cut_short(synced_stage, number)
    # Ocean answers to SIGTERM with a SIGINT of its own, which can overtake it.
    assert run.status in (128 + number, 128 + signal.SIGINT)
    assert "Traceback" not in run.log


def _cut_short(stage: Stage, number: signal.Signals) -> Run:
    """End a ONCE run while it waits for a page of issues."""
    stage.jira.fault("/api/2/search$", {"hang": 60}, after=2)
    with stage.start() as ship:
        ship.wait_until(lambda: len(stage.jira.requests("/api/2/search$")) > 2, "slow search")
        return _obey(ship, number)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_polling_goes_on_until_it_is_told_to_stop(stage: Stage, number: signal.Signals) -> None:
    with stage.start(more=LISTENING) as ship:
        ship.wait_until(_resyncs(ship, 1), "first resync")
        stage.assert_complete()
        new = stage.jira.change("create", project="PAY", summary="Written today")["key"]
        stage.port.request_resync()
        ship.wait_until(_resyncs(ship, 2), "second resync")
        stage.assert_complete()
        assert new in stage.port.entities()[ISSUE]
        run = _obey(ship, number)
    assert run.status == 0
    assert "Traceback" not in run.log


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_polling_ends_in_the_middle_of_a_resync(
    synced_stage: Stage, number: signal.Signals
) -> None:
    stage, before = synced_stage, contents(synced_stage.port.entities())
    stage.jira.fault("/api/2/search$", {"hang": 60}, after=2)
    with stage.start(more=LISTENING) as ship:
        ship.wait_until(lambda: len(stage.jira.requests("/api/2/search$")) > 2, "slow search")
        run = _obey(ship, number)
    assert run.status == 0
    assert contents(stage.port.entities()) == before


@pytest.mark.parametrize("more", [{}, LISTENING], ids=["once", "polling"])
def test_no_worker_outlives_a_run_that_ends_while_it_maps(
    integration: Path, homes: Path, more: dict[str, str]
) -> None:
    company = ("--projects", "6", "--issues", "3000", "--users", "15")
    with (
        stage_with(integration, homes / "mapping", company) as stage,
        stage.start(more=more) as ship,
    ):
        ship.wait_until(lambda: stage.port.entities().get(ISSUE), "first issues")
        _obey(ship, signal.SIGINT)
        assert _is_gone(ship.process.pid, seconds=5)


def test_polling_ends_though_another_resync_begins(stage: Stage) -> None:
    stage.jira.fault("/api/2/search$", {"hang": 60}, after=2)
    with stage.start(more=LISTENING) as ship:
        ship.wait_until(lambda: len(stage.jira.requests("/api/2/search$")) > 2, "slow search")
        # The cancelled resync takes its time, so that the shutdown overtakes it.
        stage.port.fault("/ingest/metrics/", {"hang": 3})
        stage.port.request_resync()
        ship.wait_until(lambda: "cancelling current resync" in ship.log(), "second resync")
        ship.signal(signal.SIGTERM)
        assert ship.end(10).status == 0


def test_polling_outlives_a_resync_that_fails(stage: Stage) -> None:
    stage.jira.fault("/api/2/search$", {"status": 500}, times=1)
    with stage.start(more=LISTENING) as ship:
        ship.wait_until(lambda: _run_so_far(ship).failed, "failed resync")
        stage.port.request_resync()
        ship.wait_until(_resyncs(ship, 1), "resync that succeeds")
        stage.assert_complete()
        assert _obey(ship, signal.SIGTERM).status == 0


def test_what_a_killed_run_left_is_mended(stage: Stage) -> None:
    stage.jira.fault("/api/2/search$", {"hang": 60}, after=6)
    stage.jira.settings(page_cap=5)
    with stage.start() as ship:
        ship.wait_until(lambda: len(stage.jira.requests("/api/2/search$")) > 6, "slow search")
        assert _obey(ship, signal.SIGKILL).status == -signal.SIGKILL
    assert stage.port.entities()
    with pytest.raises(AssertionError):
        stage.assert_complete()
    stage.calm()
    assert stage.run().status == 0
    stage.assert_complete()


def _is_gone(group: int, seconds: float) -> bool:
    """Whether no process of a group is left; one that was killed may take a moment."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def _obey(ship: Sailing, number: signal.Signals) -> Run:
    ship.signal(number)
    return ship.end(SECONDS_TO_OBEY)


def _resyncs(ship: Sailing, count: int) -> Callable[[], bool]:
    return lambda: _run_so_far(ship).summaries >= count


def _run_so_far(ship: Sailing) -> Run:
    return Run(0, ship.log(), 0.0)
