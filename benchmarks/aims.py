"""Holds what was measured against what is aimed at. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.own_part import OwnPart
from benchmarks.syncs import SideBySide

_JIRA_PART = 6.0
_WHOLE_SYNC = 2.5
_SEARCHES_PER_PAGE = 1.2
_MEGABYTES = 50.0
_FLAT = 1.25  # less than a quarter more is the noise of a run


@dataclass(frozen=True, slots=True)
class Verdict:
    """One aim, the worst that was measured of it, and whether that will do."""

    aim: str
    measured: str
    met: bool


def verdicts(syncs: Sequence[SideBySide], own_parts: Sequence[OwnPart]) -> list[Verdict]:
    """Each aim, judged by the worst size; both sequences by size, from the smallest on."""
    jira = min(s.plain.load.until_last_reply / s.ours.load.until_last_reply for s in syncs)
    whole = min(s.plain.seconds / s.ours.seconds for s in syncs)
    pages = max(s.ours.load.searches_per_full_page for s in syncs)
    memory = own_parts[-1].memory_above_ready
    growth = own_parts[-1].ours.cpu_per_issue / min(p.ours.cpu_per_issue for p in own_parts)
    return [
        Verdict("Jira's part, times faster: ≥ 6", f"{jira:.1f}", jira >= _JIRA_PART),
        Verdict("whole sync, times faster: ≥ 2.5", f"{whole:.1f}", whole >= _WHOLE_SYNC),
        Verdict("requests for each full page: ≤ 1.2", f"{pages:.2f}", pages <= _SEARCHES_PER_PAGE),
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
