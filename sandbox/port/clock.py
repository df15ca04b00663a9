"""Instants as Port writes them. Reads no clock itself."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(seconds: float) -> str:
    """Epoch seconds as `2024-05-01T10:00:00.000Z`."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch(text: object) -> float | None:
    """Epoch seconds of an ISO 8601 text, None when it is none. Without a zone it means UTC."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
