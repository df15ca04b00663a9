"""Measures live events: how many one process absorbs, and how long one takes into the catalog.

`python -m benchmarks.live_events [--quick] [--markdown]` measures nothing else.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks.catalog_watch import CatalogWatch
from benchmarks.live_figures import Burst, Edits, LiveEvents, burst_table, latency_table
from benchmarks.resources import ROOT
from benchmarks.syncs import BLUEPRINT, LATENCY, Json, MeasurementError
from sandbox.launch import LaunchError, launch
from tests.end_to_end.live_events.afloat import CONFIG, WEBHOOK_PATH, Afloat, afloat
from tests.end_to_end.sail import copy_of_integration
from tests.end_to_end.sandboxes import DEFAULT_JQL
from tests.end_to_end.stage import stage_with

_SECRET = "known to the measurement"  # noqa: S105 - of a Jira that is invented
_ENVIRONMENT = {
    f"{CONFIG}WEBHOOK_SECRET": _SECRET,
    # As often as by default: asking Port for a resync is no part of this.
    "OCEAN__EVENT_LISTENER": '{"type": "POLLING", "interval": 60}',
}
_MOST_SECONDS = 120.0
_MOST_SECONDS_FOR_AN_EDIT = 30.0
_SECONDS_OF_QUIET = 0.5
_LINES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class LiveSizes:
    """`bursts`: each of so many events about so many issues; `edits` of one issue each."""

    issues: int
    bursts: tuple[tuple[int, int], ...]
    bulk_edit: int
    edits: int
    edits_per_second: float

    @property
    def changed(self) -> int:
        """How many issues that takes."""
        return max(self.bulk_edit, self.edits, *(issues for _, issues in self.bursts))


FULL = LiveSizes(5_000, ((1_000, 100), (5_000, 100)), 1_000, 100, 5)
QUICK = LiveSizes(60, ((40, 10),), 10, 5, 20)


def main(arguments: Sequence[str] | None = None) -> int:
    """0: measured, whether the aims are met or not; 2: not measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live_events", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument("--markdown", action="store_true", help="tables for the README")
    given = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
            live = measure_live_events(QUICK if given.quick else FULL, Path(folder))
    except (MeasurementError, LaunchError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    tables = (burst_table(live), latency_table(live.edits))
    shown = [table.markdown() if given.markdown else table.text() for table in tables]
    sys.stdout.write("\n\n".join(shown) + "\n")
    return 0


def measure_live_events(sizes: LiveSizes, home: Path) -> LiveEvents:
    """Against a Jira 10.3.14, which lists its users, with the shipped mapping, after a first resync.

    Raises: MeasurementError when the process does not come up or ends.
    """
    try:
        with _under_way(sizes, home) as (live, watch):
            told = {one["key"]: _event(one) for one in _some_issues(live, sizes.changed)}
            keys = list(told)
            bulk_edit = _bulk_edit(live, watch, keys[: sizes.bulk_edit])
            edits = _edits(live, watch, keys[: sizes.edits], sizes.edits_per_second)
            _until_quiet(live)
            sent = tuple(
                _burst(live, watch, dict(islice(told.items(), issues)), events)
                for events, issues in sizes.bursts
            )
            most_sent = _most_sent(list(told.values()), sizes.bursts[-1][0])
    except AssertionError as error:
        message = "\n".join(str(error).splitlines()[-_LINES_SHOWN:])
        raise MeasurementError(message) from error
    return LiveEvents(sizes.issues, sent, most_sent, bulk_edit, edits)


@contextmanager
def _under_way(sizes: LiveSizes, home: Path) -> Iterator[tuple[Afloat, CatalogWatch]]:
    company = ("--projects", "20", "--issues", str(sizes.issues), "--users", "100")
    options = (*company, "--version", "10.3.14", *LATENCY)
    with (
        stage_with(copy_of_integration(home / "app"), home / "homes", options) as stage,
        afloat(stage, _ENVIRONMENT) as live,
        CatalogWatch(stage.port.running.control_url, BLUEPRINT) as watch,
    ):
        live.until(live.webhooks, "webhook")
        yield live, watch


def _some_issues(live: Afloat, count: int) -> list[Json]:
    """Issues as Jira tells them, that are in the catalog."""
    jira = live.stage.jira
    reply = jira.http.get(
        f"{jira.url}/rest/api/2/search",
        params={"jql": f"{DEFAULT_JQL} ORDER BY key", "maxResults": count, "fields": "*all"},
        headers={"Authorization": f"Bearer {jira.running.info['admin_token']}"},
    )
    issues: list[Json] = reply.raise_for_status().json()["issues"]
    return issues


def _event(issue: Json) -> str:
    """What Jira sends when the issue was edited, nearly to the byte."""
    event = {
        "timestamp": round(time.time() * 1000),
        "webhookEvent": "jira:issue_updated",
        "issue_event_type_name": "issue_updated",
        "user": issue["fields"]["creator"],
        "issue": issue,
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def _edits(live: Afloat, watch: CatalogWatch, keys: Sequence[str], per_second: float) -> Edits:
    """One issue after the other, each by itself; counted from the change in Jira."""
    live.control("DELETE")
    wanted = {key: f"Edit {number} of one issue" for number, key in enumerate(keys)}
    began = time.monotonic()
    for number, (key, summary) in enumerate(wanted.items()):
        time.sleep(max(0.0, began + number / per_second - time.monotonic()))
        live.change("edit", issue=key, summary=summary)
    watch.until_seen(wanted.items(), _MOST_SECONDS_FOR_AN_EDIT)
    changed = {one["key"]: one["changed"] for one in live.control("GET")["deliveries"]}
    seen = {key: watch.seen[key, text] for key, text in wanted.items() if (key, text) in watch.seen}
    if not seen:
        message = f"none of {len(keys)} edits came into the catalog"
        raise MeasurementError(message)
    seconds = tuple(moment - changed[key] for key, moment in seen.items())
    return Edits(per_second, seconds, lost=len(keys) - len(seen))


def _bulk_edit(live: Afloat, watch: CatalogWatch, keys: Sequence[str]) -> Burst:
    """The sandbox Jira tells of each issue, over twenty connections, as of any other change."""
    live.control("DELETE")
    summary = "Edited with all the others"
    live.change("bulk_edit", issues=keys, summary=summary)
    seen = watch.until_seen([(key, summary) for key in keys], _MOST_SECONDS)
    live.until_all_is_delivered()
    told = live.control("GET")["deliveries"]
    started = min(one["changed"] for one in told)
    return Burst(
        name=f"bulk edit of {len(keys):,} issues",
        events=len(keys),
        issues=len(keys),
        accepted=sum(one["status"] == "delivered" for one in told),
        until_accepted=max(one["ended"] for one in told) - started,
        slowest=None,
        until_right=max(seen, default=started) - started,
        wrong=_wrong(live, keys, summary),
        requests=_until_quiet(live),
    )


def _burst(live: Afloat, watch: CatalogWatch, told: Mapping[str, str], events: int) -> Burst:
    """Change the issues without a word of Jira's, and send the events, by key, ourselves."""
    keys, summary = list(told), f"Told by {events} events"
    live.control("POST", body={"lose": 1})
    live.change("bulk_edit", issues=keys, summary=summary)
    live.control("POST", body={})
    outcome = _send(f"{live.url}{WEBHOOK_PATH}", list(told.values()), events)
    seen = watch.until_seen([(key, summary) for key in keys], _MOST_SECONDS)
    return Burst(
        name=f"{events:,} events",
        events=events,
        issues=len(keys),
        accepted=round(outcome["accepted"]),
        until_accepted=outcome["seconds"],
        slowest=outcome["slowest"],
        until_right=max(seen, default=outcome["started"]) - outcome["started"],
        wrong=_wrong(live, keys, summary),
        requests=_until_quiet(live),
    )


def _wrong(live: Afloat, keys: Sequence[str], summary: str) -> int:
    entities = live.issues()
    return sum(entities.get(key, {}).get("title") != summary for key in keys)


def _until_quiet(live: Afloat) -> int:
    """Wait until Jira has not been asked for a while; gives how often it was since the last time."""
    jira = live.stage.jira
    asked, before = len(jira.requests()), -1
    while asked > before:
        time.sleep(_SECONDS_OF_QUIET)
        asked, before = len(jira.requests()), asked
    jira.forget()
    return asked


def _most_sent(bodies: Sequence[str], events: int) -> float:
    """Events a second where nobody looks at them."""
    with launch("benchmarks.sink") as sink:
        outcome = _send(sink.url, bodies, events)
    return outcome["accepted"] / outcome["seconds"]


def _send(url: str, bodies: Sequence[str], events: int) -> Mapping[str, float]:
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "benchmarks.sender", url, _SECRET, str(events)],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
        input=json.dumps(bodies),
        capture_output=True,
        text=True,
        timeout=_MOST_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        message = f"sending {events:,} events failed:\n{done.stderr}"
        raise MeasurementError(message)
    outcome: dict[str, float] = json.loads(done.stdout)
    return outcome


if __name__ == "__main__":
    sys.exit(main())
