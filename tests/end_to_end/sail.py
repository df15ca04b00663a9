"""Runs the real `ocean sail` on a copy of the integration, with no environment but what is given.

Knows nothing of what the integration does; waits for conditions with a deadline, never for a time.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SECONDS_TO_END = 90.0
_POLL_SECONDS = 0.05
_NOT_RUNTIME = ("tests", "sandbox", "scripts", "benchmarks", "deploy", "docs")


@dataclass(frozen=True, slots=True)
class Run:
    """A process that has ended: its exit status (negative for a signal) and all it printed."""

    status: int
    log: str
    seconds: float

    @property
    def summaries(self) -> int:
        """How many summaries say that a resync came through."""
        return len(re.findall(r"(?i)resync finished in [\d.]+ s", self.log))

    @property
    def finished(self) -> bool:
        return self.summaries > 0

    @property
    def failed(self) -> bool:
        """Whether the summary says that the resync failed."""
        return re.search(r"(?i)resync FAILED after [\d.]+ s", self.log) is not None


@dataclass(frozen=True, slots=True)
class Sailing:
    """An `ocean sail` under way."""

    process: subprocess.Popen[bytes]
    output: Path
    started: float

    def log(self) -> str:
        """Everything printed so far, standard output and error together."""
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait_until(
        self, condition: Callable[[], object], what: str, seconds: float = SECONDS_TO_END
    ) -> None:
        """Return once the condition holds; fail when the process ends or time is up before."""
        until = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, f"ended before {what}:\n{self.log()}"
            assert time.monotonic() < until, f"no {what} in {seconds} s:\n{self.log()}"
            time.sleep(_POLL_SECONDS)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process alone, as a container runtime does."""
        self.process.send_signal(number)

    def end(self, seconds: float = SECONDS_TO_END) -> Run:
        """Wait for the process to end by itself; what it printed is shown when the test fails."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            message = f"still running after {seconds} s:\n{self.log()}"
            raise AssertionError(message) from None
        run = Run(status, self.log(), time.monotonic() - self.started)
        print(f"--- ended with {run.status} after {run.seconds:.1f} s\n{run.log}")
        return run


def copy_of_integration(folder: Path) -> Path:
    """What the image holds: no `.env`, no cache and no catalog of the project's own folder."""
    ignore = shutil.ignore_patterns(*_NOT_RUNTIME, ".[!p]*", ".p[!o]*", "__pycache__")
    shutil.copytree(PROJECT, folder, ignore=ignore)
    return folder


@contextmanager
def sailing(
    integration: Path, home: Path, environment: Mapping[str, str], arguments: Sequence[str] = ()
) -> Iterator[Sailing]:
    """Start `ocean sail` on a free port; leaving the context kills it and what it has forked."""
    home.mkdir(parents=True, exist_ok=True)
    output = home / "output.log"
    ocean = Path(sys.executable).with_name("ocean")
    with output.open("wb") as written:
        process = subprocess.Popen(
            [str(ocean), "sail", "-p", "0", *arguments],
            cwd=integration,
            env={**_machine(home), **environment},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Sailing(process, output, time.monotonic())
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _machine(home: Path) -> dict[str, str]:
    """Nothing of the machine but where programs are found; wide, so that log lines stay whole."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "COLUMNS": "1000",
        "PYTHONUNBUFFERED": "1",
    }
