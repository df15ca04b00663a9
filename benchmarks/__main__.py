"""`python -m benchmarks`: measures, and prints what came of it beside what is aimed at."""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.aims import verdicts
from benchmarks.incremental import Incremental, incremental_table, measure_incremental
from benchmarks.live_events import FULL, QUICK, LiveSizes, measure_live_events
from benchmarks.live_figures import LiveEvents, burst_table, latency_table
from benchmarks.own_part import OwnPart, measure_own_part
from benchmarks.report import aims_table, own_table, same_catalog, sync_table
from benchmarks.resources import write_resources
from benchmarks.syncs import MeasurementError, SideBySide, measure_syncs
from sandbox.launch import LaunchError


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many issues the measured companies have."""

    syncs: tuple[int, ...]
    own_parts: tuple[int, ...]
    incremental: tuple[int, ...]
    live: LiveSizes


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was measured, each by size from the smallest on."""

    syncs: list[SideBySide]
    own_parts: list[OwnPart]
    incremental: list[Incremental]
    live: LiveEvents


_FULL = Sizes((5_000, 20_000), (1_000, 20_000, 100_000), (5_000,), FULL)
_QUICK = Sizes((100,), (100, 300), (), QUICK)


def main(arguments: Sequence[str] | None = None) -> int:
    """0: measured, whether the aims are met or not; 1: the catalogs differ; 2: not measured."""
    given = _parser().parse_args(arguments)
    try:
        measured = _measure(_QUICK if given.quick else _FULL)
    except (MeasurementError, LaunchError) as error:
        _tell(str(error))
        return 2
    _print(measured, markdown=given.markdown)
    return 1 if any(sync.differing for sync in measured.syncs) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument("--markdown", action="store_true", help="tables for the README")
    return parser


def _measure(sizes: Sizes) -> Measured:
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        folder = Path(name)
        resources = write_resources(folder / "resources")
        own_parts = []
        for size in sizes.own_parts:
            _tell(f"listing about {size:,} issues ...")
            own_parts.append(measure_own_part(size, folder))
        syncs = []
        for size in sizes.syncs:
            _tell(f"syncing about {size:,} issues, the plain way and ours ...")
            syncs.append(measure_syncs(size, resources, folder / str(size)))
        incremental = []
        for size in sizes.incremental:
            _tell(f"syncing what changed among {size:,} issues, and all of them ...")
            incremental.append(measure_incremental(size, folder / f"incremental-{size}"))
        _tell(f"following live events of {sizes.live.issues:,} issues ...")
        live = measure_live_events(sizes.live, folder / "live")
    return Measured(syncs, own_parts, incremental, live)


def _print(measured: Measured, *, markdown: bool) -> None:
    met = verdicts(measured.syncs, measured.own_parts, measured.live)
    tables = [
        sync_table(measured.syncs),
        own_table(measured.own_parts),
        *map(incremental_table, measured.incremental),
        burst_table(measured.live),
        latency_table(measured.live.edits),
        aims_table(met),
    ]
    shown = [table.markdown() if markdown else table.text() for table in tables]
    sys.stdout.write("\n\n".join([_machine(), *shown, same_catalog(measured.syncs)]) + "\n")


def _machine() -> str:
    today = datetime.now(UTC).date().isoformat()
    return f"{today}, {_processor()} ({os.cpu_count()} cores), Python {platform.python_version()}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
