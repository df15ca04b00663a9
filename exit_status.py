"""Decides with which status the process ends, and sees to it.

Ocean ends a ONCE run by sending itself SIGINT and exits 0 whatever happened; every documented CI
recipe ends in `exit $?`. uvicorn puts the handlers back that were there before it, and raises the
signal again, once it has shut everything down: that is the moment when the status is set.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from enum import Enum
from types import FrameType

from loguru import logger

FAILED = 1
SECONDS_TO_SHUT_DOWN = 20.0  # Kubernetes kills after 30
BEFORE_OCEANS_OWN = 1000  # priority among what Ocean does when it shuts down
_SECONDS_FOR_THE_LOG = 3.0
_SECONDS_FOR_A_WORKER = 1.0


class Outcome(Enum):
    """How the last resync of this process ended."""

    UNFINISHED = "unfinished"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


def exit_status(*, once: bool, outcome: Outcome, signal_number: int) -> int:
    """0 when a ONCE run synced everything, 1 when it failed, 128 + signal when it was cut short.

    Any other listener runs until it is told to stop, which is success.
    """
    if not once or outcome is Outcome.SUCCEEDED:
        return 0
    return FAILED if outcome is Outcome.FAILED else 128 + signal_number


def end_with_status(
    *, once: bool, outcome: Callable[[], Outcome], end: Callable[[int], object] | None = None
) -> None:
    """Make SIGINT and SIGTERM end this process with the status that `exit_status` tells.

    At once: uvicorn has shut down by then, and what is still running must neither be waited for
    (Ocean's polling can survive its own cancellation) nor fill the log with its cancellations.
    """
    leave_with = end or _end_at_once

    def leave(signal_number: int, _: FrameType | None) -> None:
        leave_with(exit_status(once=once, outcome=outcome(), signal_number=signal_number))

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)


def bounded_shutdown(
    *,
    once: bool,
    outcome: Callable[[], Outcome],
    end: Callable[[int], object] | None = None,
    seconds: float = SECONDS_TO_SHUT_DOWN,
) -> Callable[[], None]:
    """What to call when the shutdown begins: it ends the process should that take longer.

    Ocean tells Port that it ends, and goes on asking a Port that is away for two minutes.
    """
    leave_with = end or _end_at_once

    def give_up() -> None:
        logger.warning(f"Shutting down took more than {seconds:g} s: Port does not answer")
        leave_with(exit_status(once=once, outcome=outcome(), signal_number=signal.SIGTERM))

    def begin() -> None:
        watch = threading.Timer(seconds, give_up)
        watch.daemon = True
        watch.start()

    return begin


def _end_at_once(status: int) -> None:
    # In a thread, and not for ever: the signal may have come in the middle of a log line.
    writing = threading.Thread(target=logger.complete, daemon=True)
    writing.start()
    writing.join(_SECONDS_FOR_THE_LOG)
    sys.stdout.flush()
    sys.stderr.flush()
    # Ocean's JQ workers ignore that their parent ends, and would keep its output open for ever.
    workers = multiprocessing.active_children()
    for worker in workers:
        worker.kill()
    for worker in workers:
        worker.join(_SECONDS_FOR_A_WORKER)
    os._exit(status)
