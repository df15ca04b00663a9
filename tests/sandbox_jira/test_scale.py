"""A hundred thousand issues: they start in seconds, fit in memory and are searched quickly.

Seconds are those that the server's process has computed, whatever else the machine was busy with.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox_jira.conftest import Sandbox, start

START_SECONDS = 15.0
MEMORY_MB = 500
PAGE_SECONDS = 1.5


@pytest.fixture(scope="module")
def big() -> Iterator[Sandbox]:
    sandbox = start("--issues", "100000", "--users", "2000", "--projects", "60")
    yield sandbox
    sandbox.close()


def computed_seconds(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        pytest.skip("this machine does not tell the time of processes")
    after_name = stat.read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("this machine does not tell the memory of processes")
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def test_it_starts_in_seconds(big: Sandbox) -> None:
    assert computed_seconds(big.running.pid) < START_SECONDS


def test_it_fits_in_memory_also_after_big_pages(big: Sandbox) -> None:
    for start_at in range(0, 5000, 1000):
        big.search("ORDER BY created", startAt=start_at, maxResults=1000, fields="*all")
    assert resident_megabytes(big.running.pid) < MEMORY_MB


def test_a_window_of_time_is_found_quickly(big: Sandbox) -> None:
    jira = big
    latest = int(time.time() * 1000) - 7 * 86_400_000
    before = computed_seconds(big.running.pid)
    page = jira.search(f"created >= {latest} ORDER BY created", maxResults=1000, fields="*all")
    assert computed_seconds(big.running.pid) - before < PAGE_SECONDS
    assert page["total"] > 1000


def test_later_pages_of_a_search_are_quick(big: Sandbox) -> None:
    jira = big
    jql = "statusCategory != Done ORDER BY key"
    jira.search(jql, maxResults=0)
    before = computed_seconds(big.running.pid)
    assert len(jira.search(jql, startAt=9000, maxResults=1000)["issues"]) == 1000
    assert computed_seconds(big.running.pid) - before < PAGE_SECONDS
