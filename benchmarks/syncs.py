"""Runs whole syncs by the real `ocean sail`, once each, against sandboxes, and measures them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.load import JiraLoad, jira_load
from benchmarks.memory import MemoryWatch
from benchmarks.ocean_log import resync_seconds
from benchmarks.resources import ROOT
from sandbox.launch import Running, launch

Json = dict[str, Any]

BLUEPRINT = "jiraServerIssue"
LATENCY = ("--latency-ms", "30", "--latency-per-issue-ms", "4")
_EXPORTERS = {"plain": ROOT / "benchmarks" / "plain", "ours": ROOT}
_WRITING = ("createdAt", "updatedAt", "datasource")
_MOST_SECONDS = 600.0
_LINES_SHOWN = 30
# The sandbox's reader may see six issues of seven; the others are in hidden and archived projects.
_ISSUES_FOR_ONE_SEEN = 1.17


class MeasurementError(RuntimeError):
    """A measurement did not come to its end, so that nothing can be said."""


@dataclass(frozen=True, slots=True)
class Sync:
    """One whole sync: seconds from start to exit and of the resync alone, memory in MB."""

    exporter: str
    seconds: float
    resync_seconds: float | None
    load: JiraLoad
    peak_memory: float
    workers_memory: float
    entities: dict[str, Json]

    @property
    def issues_per_second(self) -> float:
        return self.load.issues / self.seconds


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Both exporters' syncs of the same Jira, in which the reader sees `issues` issues."""

    issues: int
    plain: Sync
    ours: Sync

    @property
    def differing(self) -> int:
        """How many entities only one of them put into the catalog, or each in another way."""
        plain, ours = self.plain.entities, self.ours.entities
        return sum(plain.get(name) != ours.get(name) for name in plain.keys() | ours.keys())


@contextmanager
def company(issues: int, *options: str) -> Iterator[Running]:
    """A sandbox Jira in which the reader sees about so many issues."""
    size = str(round(issues * _ISSUES_FOR_ONE_SEEN))
    with launch("sandbox.jira", "--port", "0", "--issues", size, *options, deadline=120) as jira:
        yield jira


def measure_syncs(issues: int, resources: Path, home: Path) -> SideBySide:
    """The plain exporter's sync and ours, one after the other, from one Jira into an empty Port each.

    Raises: MeasurementError when a run fails or does not end.
    """
    with company(issues, *LATENCY) as jira:
        seen = issues_seen(jira)
        plain, ours = (_measure(name, jira, resources, home / name, seen) for name in _EXPORTERS)
    return SideBySide(seen, plain, ours)


def issues_seen(jira: Running) -> int:
    """How many issues the reader may see."""
    total: int = ask_jira(jira, {"maxResults": 0})["total"]
    return total


def ask_jira(jira: Running, query: dict[str, str | int]) -> Json:
    """The reply to one search by the reader."""
    response = httpx.get(
        f"{jira.url}/rest/api/2/search",
        params=query,
        headers={"Authorization": f"Bearer {jira.info['token']}"},
        trust_env=False,
        timeout=60,
    )
    reply: Json = response.raise_for_status().json()
    return reply


def asked_of(jira: Running, issues: int) -> JiraLoad:
    """What was asked of it since `forget_requests`, to get so many issues."""
    with httpx.Client(base_url=jira.control_url, trust_env=False, timeout=60) as control:
        requests = control.get("/requests").json()
        page_cap = control.get("/settings").json()["page_cap"]
    return jira_load(requests, issues, page_cap)


def forget_requests(jira: Running) -> None:
    """Begin to count anew."""
    url = f"{jira.control_url}/requests"
    httpx.delete(url, trust_env=False, timeout=60).raise_for_status()


def _measure(exporter: str, jira: Running, resources: Path, home: Path, issues: int) -> Sync:
    home.mkdir(parents=True)
    forget_requests(jira)
    with launch("sandbox.port", "--port", "0") as port:
        environment = _environment(jira, port, resources, home)
        seconds, memory = _sail(_EXPORTERS[exporter], environment, home / "output.log")
        entities = _entities(port)
    return Sync(
        exporter=exporter,
        seconds=seconds,
        resync_seconds=resync_seconds((home / "output.log").read_text(encoding="utf-8")),
        load=asked_of(jira, issues),
        peak_memory=memory.own,
        workers_memory=memory.children,
        entities=entities,
    )


def _sail(folder: Path, environment: dict[str, str], log: Path) -> tuple[float, MemoryWatch]:
    ocean = Path(sys.executable).with_name("ocean")
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the command of our own environment
            [str(ocean), "sail", "-p", "0"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    with _killed_at_exit(process), MemoryWatch(process.pid) as memory:
        status = _wait(process)
        seconds = time.monotonic() - started
    if status != 0:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        how = "did not end in time" if status is None else f"ended with {status}"
        last = "\n".join(lines[-_LINES_SHOWN:])
        message = f"`ocean sail` in {folder.name} {how}:\n{last}"
        raise MeasurementError(message)
    return seconds, memory


def _wait(process: subprocess.Popen[bytes]) -> int | None:
    try:
        return process.wait(_MOST_SECONDS)
    except subprocess.TimeoutExpired:
        return None


@contextmanager
def _killed_at_exit(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End what is left of the process and of what it has forked, which is its own group."""
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _environment(jira: Running, port: Running, resources: Path, home: Path) -> dict[str, str]:
    """Nothing of the machine but where programs are found; wide, so that log lines stay whole."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "COLUMNS": "1000",
        "PYTHONUNBUFFERED": "1",
        "OCEAN__PORT__BASE_URL": port.url,
        "OCEAN__PORT__CLIENT_ID": port.info["client_id"],
        "OCEAN__PORT__CLIENT_SECRET": port.info["client_secret"],
        "OCEAN__INTEGRATION__IDENTIFIER": "benchmark",
        "OCEAN__INTEGRATION__CONFIG__JIRA_SERVER_HOST": jira.url,
        "OCEAN__INTEGRATION__CONFIG__TOKEN": jira.info["token"],
        "OCEAN__EVENT_LISTENER": '{"type": "ONCE"}',
        "OCEAN__CACHING_STORAGE_MODE": "memory",
        "OCEAN__RESOURCES_PATH": str(resources),
    }


def _entities(port: Running) -> dict[str, Json]:
    """The issues in the catalog by identifier, without what tells who wrote them and when."""
    url = f"{port.control_url}/catalog"
    reply = httpx.get(url, params={"blueprint": BLUEPRINT}, trust_env=False, timeout=60)
    found: dict[str, Json] = reply.raise_for_status().json()["entities"].get(BLUEPRINT, {})
    for entity in found.values():
        # Nobody syncs users here: we leave such relations out, the plain exporter makes them up.
        for role in ("assignee", "reporter"):
            entity.get("relations", {}).pop(role, None)
    return {
        identifier: {name: value for name, value in entity.items() if name not in _WRITING}
        for identifier, entity in found.items()
    }
