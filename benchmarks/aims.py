"""Holds what was measured against what is aimed at. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.live_figures import LiveEvents
from benchmarks.own_part import OwnPart
from benchmarks.syncs import SideBySide

_JIRA_PART = 6.0
_WHOLE_SYNC = 2.5
_SEARCHES_PER_PAGE = 1.2
_MEGABYTES = 50.0
_FLAT = 1.25  # less than a quarter more is the noise of a run
_EVENTS_PER_SECOND = 1_000.0
_SECONDS_TO_ENTITY = 5.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One aim, the worst that was measured of it, and whether that will do."""

    aim: str
    measured: str
    met: bool


def verdicts(
    syncs: Sequence[SideBySide], own_parts: Sequence[OwnPart], live: LiveEvents
) -> list[Verdict]:
    """Each aim, judged by the worst size; both sequences by size, from the smallest on."""
    return [*_of_syncs(syncs), *_of_listing(own_parts), *_of_live_events(live)]


def _of_syncs(syncs: Sequence[SideBySide]) -> list[Verdict]:
    jira = min(s.plain.load.until_last_reply / s.ours.load.until_last_reply for s in syncs)
    whole = min(s.plain.seconds / s.ours.seconds for s in syncs)
    pages = max(s.ours.load.searches_per_full_page for s in syncs)
    return [
        Verdict("Jira's part, times faster: ≥ 6", f"{jira:.1f}", jira >= _JIRA_PART),
        Verdict("whole sync, times faster: ≥ 2.5", f"{whole:.1f}", whole >= _WHOLE_SYNC),
        Verdict("requests for each full page: ≤ 1.2", f"{pages:.2f}", pages <= _SEARCHES_PER_PAGE),
    ]


def _of_listing(own_parts: Sequence[OwnPart]) -> list[Verdict]:
    memory = own_parts[-1].memory_above_ready
    growth = own_parts[-1].ours.cpu_per_issue / min(p.ours.cpu_per_issue for p in own_parts)
    return [
        Verdict(
            f"MB of our own at {own_parts[-1].ours.issues:,} issues: ≤ 50",
            f"{memory:.0f}",
            memory <= _MEGABYTES,
        ),
        Verdict(
            "CPU per issue at the largest size, times the lowest: ≤ 1.25",
            f"{growth:.2f}",
            growth <= _FLAT,
        ),
    ]


def _of_live_events(live: LiveEvents) -> list[Verdict]:
    absorbed = min(burst.per_second for burst in live.sent)
    lost = sum(burst.lost for burst in (*live.sent, live.bulk_edit)) + live.edits.lost
    late = live.edits.percentile(99)
    return [
        Verdict(
            "live events absorbed per second: ≥ 1,000",
            f"{absorbed:,.0f}",
            absorbed >= _EVENTS_PER_SECOND,
        ),
        Verdict("live events lost: 0", f"{lost:,}", lost == 0),
        Verdict(
            "from an edit to its entity, 99th percentile, s: ≤ 5",
            f"{late:.1f}",
            late <= _SECONDS_TO_ENTITY,
        ),
    ]
