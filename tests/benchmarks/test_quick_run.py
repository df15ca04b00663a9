"""The whole benchmark, with real processes, at sizes that say nothing about speed."""

import subprocess
import sys

from benchmarks.resources import ROOT


def test_a_quick_run_measures_everything_and_finds_the_catalogs_equal() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--markdown"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "| whole sync, start to exit, s |" in done.stdout
    assert "| CPU per issue, µs |" in done.stdout
    assert "| events absorbed per second |" in done.stdout
    assert "| 5 edits, 20 a second |" in done.stdout
    assert "| live events lost: 0 |" in done.stdout
    assert "both put the same entities into the catalog" in done.stdout
