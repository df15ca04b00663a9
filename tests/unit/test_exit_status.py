"""With which status the process ends."""

import signal
from collections.abc import Iterator

import pytest

from exit_status import Outcome, end_with_status, exit_status

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
    end_with_status(once=True, outcome=lambda: outcomes.pop(0))
    for expected in (status, 1, 0):
        with pytest.raises(SystemExit) as caught:
            signal.raise_signal(number)
        assert caught.value.code == expected
