"""What a resync did, kind by kind, read from the metrics that Ocean sends. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.port.replies import Json

_COUNTS = {
    "extracted": ("extract", "raw_extracted"),
    "transformed": ("transform", "transformed"),
    "filtered_out": ("transform", "filtered_out"),
    "not_transformed": ("transform", "failed"),
    "loaded": ("load", "loaded"),
    "refused": ("load", "failed"),
    "unchanged": ("load", "skipped"),
}


def summary(metrics: Mapping[str, Json], event: str) -> Json:
    """One resync: its kinds in the order they ran, and how many entities were deleted.

    `metrics` holds Ocean's reports by `kindIdentifier` (`issue-2`; with two underscores around
    the name those of the whole process); counts are items or entities, durations seconds.
    """
    kinds = [_kind(one) for name, one in metrics.items() if not name.startswith("__")]
    reconciliation = metrics.get("__reconciliation__", {})
    return {
        "resync": event,
        "kinds": sorted(kinds, key=lambda kind: kind["index"]),
        "deleted": _count(reconciliation, "delete", "deleted"),
    }


def _kind(report: Json) -> Json:
    resync = _phase(report, "resync")
    return {
        "kind": report.get("kind"),
        "index": report.get("kindIndex", 0),
        "state": report.get("syncState"),
        "succeeded": bool(resync.get("success")),
        "seconds": resync.get("duration_seconds", 0.0),
        **{name: _count(report, *place) for name, place in _COUNTS.items()},
    }


def _count(report: Json, phase: str, sort: str) -> int:
    counts = _phase(report, phase).get("object_count_type", {})
    return int(counts.get(sort, {}).get("object_count", 0))


def _phase(report: Json, phase: str) -> Json:
    found: Json = report.get("metrics", {}).get("phase", {}).get(phase, {})
    return found
