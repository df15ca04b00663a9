"""Measures what the generator of issues itself takes, beside one that yields ready-made items."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import JiraLoad
from benchmarks.resources import ROOT, every_issue, shipped_mapping
from benchmarks.syncs import (
    MeasurementError,
    ask_jira,
    asked_of,
    company,
    forget_requests,
    issues_seen,
)
from integration import JiraServerPortAppConfig
from kinds.batches import BATCH_SIZE
from kinds.needed_fields import needed_fields
from sandbox.launch import Running

_MOST_SECONDS = 300.0
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Drive:
    """One generator driven to its end: seconds of clock and of CPU, peak memory in MB."""

    issues: int
    seconds: float
    cpu_seconds: float
    peak_memory: float

    @property
    def cpu_per_issue(self) -> float:
        """In microseconds."""
        return self.cpu_seconds / self.issues * _MICRO


@dataclass(frozen=True, slots=True)
class OwnPart:
    """Our generator beside one of ready-made items, at one size."""

    ours: Drive
    ready: Drive
    load: JiraLoad

    @property
    def memory_above_ready(self) -> float:
        """In MB; noise can make it slightly negative."""
        return self.ours.peak_memory - self.ready.peak_memory


def measure_own_part(issues: int, folder: Path) -> OwnPart:
    """Against a Jira that answers as quickly as it can.

    Raises: MeasurementError, also when the generator does not yield each issue that there is.
    """
    with company(issues) as jira:
        seen = issues_seen(jira)
        batch = folder / f"batch-{issues}.json"
        batch.write_text(json.dumps(_one_batch(jira)), encoding="utf-8")
        forget_requests(jira)
        ours = _drive("ours", jira.url, jira.info["token"])
        load = asked_of(jira, seen)
    if ours.issues != seen:
        message = f"the generator yielded {ours.issues:,} of {seen:,} issues"
        raise MeasurementError(message)
    return OwnPart(ours, _drive("ready", str(batch), str(seen)), load)


def _one_batch(jira: Running) -> object:
    resource = JiraServerPortAppConfig(**every_issue(shipped_mapping())).resources[0]
    fields = needed_fields(resource) or "*navigable"
    return ask_jira(jira, {"maxResults": BATCH_SIZE, "fields": fields})["issues"]


def _drive(*arguments: str) -> Drive:
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "benchmarks.child", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_MOST_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        message = f"the generator {arguments[0]!r} failed:\n{done.stderr}"
        raise MeasurementError(message)
    return Drive(**json.loads(done.stdout))
