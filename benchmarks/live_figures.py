"""What was measured of live events, and the tables of it. Pure."""

import math
from dataclasses import dataclass

from benchmarks.table import Table


@dataclass(frozen=True, slots=True)
class Burst:
    """Events that came all at once; times in seconds from the first one on.

    `accepted` of them had been answered with 200 by `until_accepted`; by `until_right` the `issues`
    that they were about had come into the catalog as they are in Jira, but for `wrong` of them,
    which never did. `slowest`: the longest that one waited for its answer; None: nobody looked.
    """

    name: str
    events: int
    issues: int
    accepted: int
    until_accepted: float
    slowest: float | None
    until_right: float
    wrong: int
    requests: int

    @property
    def per_second(self) -> float:
        return self.accepted / self.until_accepted

    @property
    def lost(self) -> int:
        """At least so many: the issue of an event that was not accepted may be a wrong one, too."""
        return max(self.events - self.accepted, self.wrong)


@dataclass(frozen=True, slots=True)
class Edits:
    """Single edits at a steady pace: of each the seconds from Jira until its entity was written.

    `lost` further ones never came into the catalog.
    """

    per_second: float
    seconds: tuple[float, ...]
    lost: int

    def percentile(self, percent: float) -> float:
        """The lowest of the times that at least so many percent of them do not exceed."""
        ranked = sorted(self.seconds)
        return ranked[max(math.ceil(len(ranked) * percent / 100), 1) - 1]


@dataclass(frozen=True, slots=True)
class LiveEvents:
    """One process that follows a Jira of so many `issues`.

    `sent` as fast as they were accepted, by a sender that can send `most_sent` a second to whoever
    only answers; those of the `bulk_edit` by the sandbox Jira.
    """

    issues: int
    sent: tuple[Burst, ...]
    most_sent: float
    bulk_edit: Burst
    edits: Edits


def burst_table(live: LiveEvents) -> Table:
    """A column for each burst."""
    bursts = (*live.sent, live.bulk_edit)
    most = [f"{live.most_sent:,.0f}" for _ in live.sent]
    rows = (
        ("issues that they are about", *(f"{b.issues:,}" for b in bursts)),
        ("events absorbed per second", *(f"{b.per_second:,.0f}" for b in bursts)),
        ("the most that the sender can send", *most, "-"),
        ("events lost", *(f"{b.lost:,}" for b in bursts)),
        ("slowest answer, ms", *map(_slowest, bursts)),
        ("until the last event was accepted, s", *(f"{b.until_accepted:.1f}" for b in bursts)),
        ("until the catalog was right, s", *(f"{b.until_right:.1f}" for b in bursts)),
        ("requests to Jira", *(f"{b.requests:,}" for b in bursts)),
    )
    title = f"Live events, all at once, to one process; {live.issues:,} issues in Jira"
    return Table(title, ("", *(b.name for b in bursts)), rows)


def latency_table(edits: Edits) -> Table:
    """Median, 99th percentile and longest of those that came."""
    figures = (edits.percentile(50), edits.percentile(99), max(edits.seconds))
    name = f"{len(edits.seconds) + edits.lost} edits, {edits.per_second:g} a second"
    return Table(
        "From an edit in Jira to its entity in the catalog",
        ("", "median, s", "99th percentile, s", "longest, s", "lost"),
        ((name, *(f"{one:.2f}" for one in figures), str(edits.lost)),),
    )


def _slowest(burst: Burst) -> str:
    return "-" if burst.slowest is None else f"{burst.slowest * 1000:.0f}"
