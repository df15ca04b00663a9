"""With which status the process ends."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from queue import Empty, Queue

import pytest

from exit_status import Outcome, bounded_shutdown, end_with_status, exit_status

INT, TERM = signal.SIGINT, signal.SIGTERM


@pytest.mark.parametrize(
    ("once", "outcome", "number", "status"),
    [
        pytest.param(True, Outcome.SUCCEEDED, INT, 0, id="once-synced"),
        pytest.param(True, Outcome.FAILED, INT, 1, id="once-failed"),
        pytest.param(True, Outcome.UNFINISHED, INT, 130, id="once-cut-short-by-ctrl-c"),
        pytest.param(True, Outcome.UNFINISHED, TERM, 143, id="once-cut-short-by-sigterm"),
        pytest.param(True, Outcome.FAILED, TERM, 1, id="once-failed-then-sigterm"),
        pytest.param(False, Outcome.SUCCEEDED, INT, 0, id="polling-stopped"),
        pytest.param(False, Outcome.FAILED, TERM, 0, id="polling-stopped-after-a-failure"),
        pytest.param(False, Outcome.UNFINISHED, TERM, 0, id="polling-stopped-while-syncing"),
    ],
)
def test_the_status(once: bool, outcome: Outcome, number: int, status: int) -> None:
    assert exit_status(once=once, outcome=outcome, signal_number=number) == status


@pytest.fixture
def handlers_put_back() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (INT, TERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers_put_back")
@pytest.mark.parametrize(("number", "status"), [(INT, 130), (TERM, 143)])
def test_the_outcome_is_asked_for_when_the_signal_comes(
    number: signal.Signals, status: int
) -> None:
    outcomes = [Outcome.UNFINISHED, Outcome.FAILED, Outcome.SUCCEEDED]
    ends: list[int] = []
    end_with_status(once=True, outcome=lambda: outcomes.pop(0), end=ends.append)
    for _ in range(3):
        signal.raise_signal(number)
    assert ends == [status, 1, 0]


@pytest.mark.parametrize(("once", "status"), [(True, 1), (False, 0)], ids=["once", "polling"])
def test_a_shutdown_that_does_not_end_is_ended(once: bool, status: int) -> None:
    ended: Queue[int] = Queue()
    begin = bounded_shutdown(once=once, outcome=lambda: Outcome.FAILED, end=ended.put, seconds=0.05)
    with pytest.raises(Empty):
        ended.get(timeout=0.1)
    begin()
    assert ended.get(timeout=5) == status


LEAVING = """
import signal
from loguru import logger
from exit_status import Outcome, end_with_status
end_with_status(once=True, outcome=lambda: Outcome.FAILED)
logger.add(print, enqueue=True, format="{message}")
logger.warning("the last words")
try:
    signal.raise_signal(signal.SIGTERM)
finally:
    print("not reached")
"""


def test_the_last_words_are_written_and_nothing_after_them() -> None:
    done = subprocess.run([sys.executable, "-c", LEAVING], capture_output=True, text=True)
    assert done.returncode == 1
    assert "the last words" in done.stdout
    assert "not reached" not in done.stdout
