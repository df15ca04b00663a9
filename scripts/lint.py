"""Runs every check of the source, all of them even when one fails, and says how to mend each."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

_BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Check:
    """A command that exits 0 when all is well, and what to do when it does not."""

    name: str
    command: tuple[str, ...]
    remedy: str


@dataclass(frozen=True)
class Outcome:
    """How a check ended: its exit status, all that it printed, and how many seconds it took."""

    check: Check
    status: int
    output: str
    seconds: float


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


# The longest first: two run at a time.
CHECKS = (
    Check("mypy", _module("mypy", "."), "mend the types it names"),
    Check(
        "port-app-config",
        (str(_BIN / "ocean"), "port-app-config", "schema", "."),
        "give each Field of integration.py what Ocean asks for: title, description, type",
    ),
    Check(
        "ruff",
        _module("ruff", "check", "--output-format=concise", "."),
        "run `make format`, mend what is left by hand",
    ),
    Check("black", _module("black", "--check", "."), "run `make format`"),
    Check("yamllint", _module("yamllint", "--strict", "."), "mend the lines it names"),
    Check("lock", _module("scripts.locked"), "run `make lock` and commit poetry.lock"),
    Check(
        "changelog",
        _module("scripts.changelog"),
        "write the entry, or set `version` in pyproject.toml",
    ),
)


def run(check: Check) -> Outcome:
    """Run one check in the working directory; a command that cannot start has failed."""
    started = time.monotonic()
    try:
        done = subprocess.run(  # noqa: S603 - the commands stand in this file
            check.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        status, output = done.returncode, done.stdout
    except OSError as error:
        status, output = 127, f"{error}\n"
    return Outcome(check, status, output, time.monotonic() - started)


def report(outcome: Outcome) -> str:
    """One line for a check that passed; for one that failed its output, name and remedy."""
    check = outcome.check
    if outcome.status == 0:
        return f"ok    {check.name:<16} {outcome.seconds:5.1f} s\n"
    return f"{outcome.output}FAIL  {check.name:<16} {outcome.seconds:5.1f} s  {check.remedy}\n"


def main(checks: Sequence[Check] = CHECKS) -> int:
    """Exit status 1 when any check failed."""
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        outcomes = []
        for outcome in pool.map(run, checks):
            sys.stdout.write(report(outcome))
            sys.stdout.flush()
            outcomes.append(outcome)
    failed = [outcome.check.name for outcome in outcomes if outcome.status]
    sys.stdout.write(f"lint failed: {', '.join(failed)}\n" if failed else "")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
