"""An incremental sync after 1 % of the issues changed, beside a full resync of the same Jira.

`python -m benchmarks.incremental [ISSUES]` measures nothing else.
"""

import io
import sys
import tempfile
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from benchmarks.syncs import BLUEPRINT, LATENCY, MeasurementError
from benchmarks.table import Table
from sandbox.launch import LaunchError
from tests.end_to_end.sail import copy_of_integration
from tests.end_to_end.stage import Stage, stage_with

_ISSUES = 20_000
_INCREMENTAL = {"OCEAN__INTEGRATION__INCREMENTAL_SYNC_ENABLED": "true"}
_MEGABYTE = 1_000_000
_CHARACTERS_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What one sync took: of Jira, and in seconds from start to exit."""

    requests: int
    megabytes: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Incremental:
    """Both syncs after `changed` of the `issues` in the catalog were edited."""

    issues: int
    changed: int
    incremental: Cost
    full: Cost


def main(arguments: list[str]) -> int:
    """0: measured; 2: not measured."""
    issues = int(arguments[0]) if arguments else _ISSUES
    try:
        with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
            measured = measure_incremental(issues, Path(folder))
    except (MeasurementError, LaunchError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(incremental_table(measured).text() + "\n")
    return 0


def measure_incremental(issues: int, home: Path) -> Incremental:
    """Of a Jira with so many issues, with the shipped mapping. Raises: MeasurementError."""
    company = ("--projects", "40", "--issues", str(issues), "--users", "200", *LATENCY)
    with stage_with(copy_of_integration(home / "app"), home / "homes", company) as stage:
        _cost(stage)
        _cost(stage, _INCREMENTAL)
        keys = sorted(stage.port.entities()[BLUEPRINT])
        changed = keys[: issues // 100]
        stage.jira.change("bulk_edit", issues=changed, summary="Changed for the measurement")
        incremental = _cost(stage, _INCREMENTAL)
        return Incremental(len(keys), len(changed), incremental, _cost(stage))


def incremental_table(measured: Incremental) -> Table:
    """A line for each of the two."""
    syncs = {"incremental": measured.incremental, "full": measured.full}
    return Table(
        f"A sync after {measured.changed:,} of {measured.issues:,} issues in the catalog changed",
        ("", "requests to Jira", "MB from Jira", "start to exit, s"),
        tuple(
            (name, f"{one.requests:,}", f"{one.megabytes:.1f}", f"{one.seconds:.1f}")
            for name, one in syncs.items()
        ),
    )


def _cost(stage: Stage, more: Mapping[str, str] | None = None) -> Cost:
    stage.jira.forget()
    try:
        with redirect_stdout(io.StringIO()):  # it prints its whole log, for tests
            run = stage.run(more=more)
    except AssertionError as error:
        raise MeasurementError(str(error)[-_CHARACTERS_SHOWN:]) from error
    if run.status:
        raise MeasurementError(run.log[-_CHARACTERS_SHOWN:])
    asked = stage.jira.requests()
    return Cost(len(asked), sum(one["bytes"] for one in asked) / _MEGABYTE, run.seconds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
