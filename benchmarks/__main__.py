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


_FULL = Sizes((5_000, 20_000), (1_000, 20_000, 100_000))
_QUICK = Sizes((100,), (100, 300))


def main(arguments: Sequence[str] | None = None) -> int:
    """0: measured, whether the aims are met or not; 1: the catalogs differ; 2: not measured."""
    given = _parser().parse_args(arguments)
    try:
        syncs, own_parts = _measure(_QUICK if given.quick else _FULL)
    except (MeasurementError, LaunchError) as error:
        _tell(str(error))
        return 2
    _print(syncs, own_parts, markdown=given.markdown)
    return 1 if any(sync.differing for sync in syncs) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument("--markdown", action="store_true", help="tables for the README")
    return parser


def _measure(sizes: Sizes) -> tuple[list[SideBySide], list[OwnPart]]:
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
    return syncs, own_parts


def _print(syncs: list[SideBySide], own_parts: list[OwnPart], *, markdown: bool) -> None:
    tables = [sync_table(syncs), own_table(own_parts), aims_table(verdicts(syncs, own_parts))]
    shown = [table.markdown() if markdown else table.text() for table in tables]
    sys.stdout.write("\n\n".join([_machine(), *shown, same_catalog(syncs)]) + "\n")


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
