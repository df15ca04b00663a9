"""Puts the measurements into tables that a person can read. Pure."""

from collections.abc import Callable, Sequence

from benchmarks.aims import Verdict
from benchmarks.own_part import OwnPart
from benchmarks.syncs import SideBySide, Sync
from benchmarks.table import Table

_SYNC_ROWS: tuple[tuple[str, Callable[[Sync], str]], ...] = (
    ("whole sync, start to exit, s", lambda s: f"{s.seconds:.1f}"),
    ("the resync alone, s", lambda s: "-" if (r := s.resync_seconds) is None else f"{r:.1f}"),
    ("issues per second", lambda s: f"{s.issues_per_second:.0f}"),
    ("until Jira's last reply, s", lambda s: f"{s.load.until_last_reply:.1f}"),
    ("of these a request was under way, s", lambda s: f"{s.load.busy:.1f}"),
    ("searches per 1,000 issues", lambda s: f"{s.load.searches_per_thousand:.1f}"),
    ("searches for each full page", lambda s: f"{s.load.searches_per_full_page:.2f}"),
    ("issues on a full page", lambda s: f"{s.load.page:,}"),
    ("MB from Jira", lambda s: f"{s.load.megabytes:.1f}"),
    ("peak memory of the process, MB", lambda s: f"{s.peak_memory:.0f}"),
    ("peak of its JQ workers, MB (shared pages twice)", lambda s: f"{s.workers_memory:.0f}"),
)
_OWN_ROWS: tuple[tuple[str, Callable[[OwnPart], str]], ...] = (
    ("peak memory above ready-made items, MB", lambda p: f"{p.memory_above_ready:.1f}"),
    ("CPU per issue, µs", lambda p: f"{p.ours.cpu_per_issue:.0f}"),
    ("the same of ready-made items, µs", lambda p: f"{p.ready.cpu_per_issue:.0f}"),
    ("searches for each full page", lambda p: f"{p.load.searches_per_full_page:.2f}"),
)


def sync_table(syncs: Sequence[SideBySide]) -> Table:
    """Both exporters' columns for each size."""
    sides = [(s.issues, side) for s in syncs for side in (s.plain, s.ours)]
    return Table(
        "Whole syncs by `ocean sail`, once each; Jira takes 30 ms a request and 4 ms an issue",
        ("", *(f"{side.exporter} {issues:,}" for issues, side in sides)),
        tuple((name, *(shown(side) for _, side in sides)) for name, shown in _SYNC_ROWS),
    )


def own_table(own_parts: Sequence[OwnPart]) -> Table:
    """A column for each size."""
    return Table(
        "Listing alone, in a process of its own, without mapping and without Port",
        ("", *(f"{p.ours.issues:,} issues" for p in own_parts)),
        tuple((name, *(shown(p) for p in own_parts)) for name, shown in _OWN_ROWS),
    )


def aims_table(verdicts: Sequence[Verdict]) -> Table:
    """What was aimed at, and what came of it."""
    rows = tuple((v.aim, v.measured, "met" if v.met else "not met") for v in verdicts)
    return Table("Aims, by the worst size", ("", "measured", ""), rows)


def same_catalog(syncs: Sequence[SideBySide]) -> str:
    """Whether both exporters put the same into the catalog, in a sentence for each size."""
    return "\n".join(_same(sync) for sync in syncs)


def _same(sync: SideBySide) -> str:
    if not sync.differing:
        return f"{sync.issues:,} issues: both put the same entities into the catalog."
    missing = len(sync.plain.entities.keys() - sync.ours.entities.keys())
    return (
        f"{sync.issues:,} issues: THE CATALOGS DIFFER in {sync.differing:,} entities "
        f"({missing:,} are missing from ours)."
    )
