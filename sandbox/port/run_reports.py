"""What the bodies mean that integrations send about runs. Refuses what Port's API does not know.

Source: what port_ocean sends, and Port's API reference (action runs).
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from sandbox.port.property_formats import is_url
from sandbox.port.replies import Json, invalid
from sandbox.port.runs import Claim, Outcome, Report, RunKind

MOST_RUNS = 1000
LONGEST_HIDDEN_MS = 600_000
_DEFAULT_HIDDEN_MS = 60_000
_ACTION_FIELDS = frozenset({"status", "statusLabel", "link", "summary", "externalRunId"})
# port_ocean may send a whole run back; what only Port sets is passed over.
_PASSED_OVER = frozenset({"id", "payload", "action"})
_NODE_FIELDS = frozenset(
    {"status", "result", "statusLabel", "links", "output", "externalRunId", "reauthRequired"}
)
_ACTION_OUTCOMES = {
    "IN_PROGRESS": None,
    "SUCCESS": Outcome.SUCCESS,
    "FAILURE": Outcome.FAILURE,
}
_NODE_OUTCOMES = {
    "SUCCESS": Outcome.SUCCESS,
    "FAILED": Outcome.FAILURE,
    "CANCELLED": Outcome.CANCELLED,
}
_LEVELS = ("DEBUG", "INFO", "WARN", "ERROR")


def claim(kind: RunKind, body: Json) -> Claim:
    """Raises `RefusedError` 422 without an installation or beyond Port's bounds."""
    excluded = body.get("exclude", [])
    if not isinstance(excluded, list):
        message = "exclude must be an array"
        raise invalid(message)
    return Claim(
        kind=kind,
        installation=required_text(body, "installationId"),
        limit=_bounded(body, "limit", 1, MOST_RUNS),
        seconds=_bounded(body, "visibilityTimeoutMs", _DEFAULT_HIDDEN_MS, LONGEST_HIDDEN_MS) / 1000,
        excluded=frozenset(str(one) for one in excluded),
    )


def action_report(body: Json) -> Report:
    """The body of `PATCH /v1/actions/runs/{id}`."""
    _refuse_unknown(body, _ACTION_FIELDS | _PASSED_OVER)
    return Report(
        outcome=_one_of(_ACTION_OUTCOMES, "status", body.get("status", "IN_PROGRESS")),
        status_label=_text(body, "statusLabel"),
        summary=_text(body, "summary"),
        links=_links(body, "link"),
        external_id=_text(body, "externalRunId"),
    )


def action_log(body: Json) -> tuple[Json, Report]:
    """The body of `POST /v1/actions/runs/{id}/logs`: the line, and what it says of the run."""
    entry = {"message": required_text(body, "message")}
    status = body.get("terminationStatus", "IN_PROGRESS")
    outcome = _one_of(_ACTION_OUTCOMES, "terminationStatus", status)
    return entry, Report(outcome=outcome, status_label=_text(body, "statusLabel"))


def node_report(body: Json) -> Report:
    """The body of `PATCH /v1/workflows/nodes/runs/{id}`."""
    _refuse_unknown(body, _NODE_FIELDS)
    return Report(
        outcome=_node_outcome(body),
        status_label=_node_label(body),
        links=_links(body, "links"),
        external_id=_text(body, "externalRunId"),
        output=_object(body, "output"),
        needs_user=body.get("reauthRequired") is True,
    )


def node_logs(body: Json) -> list[Json]:
    """The body of `POST /v1/workflows/nodes/runs/{id}/logs`."""
    lines = body.get("logs")
    if not isinstance(lines, list) or not all(isinstance(one, dict) for one in lines):
        message = "logs must be an array of objects"
        raise invalid(message)
    return [
        {"level": _level(line.get("level")), "message": required_text(line, "message")}
        for line in lines
    ]


def required_text(body: Json, name: str) -> str:
    """A text that is not empty; raises `RefusedError` 422."""
    text = _text(body, name)
    if not text:
        message = f"{name} must be a text that is not empty"
        raise invalid(message)
    return text


def _node_outcome(body: Json) -> Outcome | None:
    status = body.get("status", "IN_PROGRESS")
    if status == "IN_PROGRESS":
        return None
    if status == "COMPLETED":
        return _one_of(_NODE_OUTCOMES, "result", body.get("result"))
    message = f"status must be one of IN_PROGRESS, COMPLETED, got {status!r}"
    raise invalid(message)


def _node_label(body: Json) -> str | None:
    label = _object(body, "statusLabel")
    return None if label is None else required_text(label, "text")


def _level(level: object) -> str:
    if level not in _LEVELS:
        message = f"level must be one of {', '.join(_LEVELS)}, got {level!r}"
        raise invalid(message)
    return str(level)


def _one_of[T](meanings: dict[str, T], name: str, value: object) -> T:
    if not isinstance(value, str) or value not in meanings:
        message = f"{name} must be one of {', '.join(meanings)}, got {value!r}"
        raise invalid(message)
    return meanings[value]


def _text(body: Json, name: str) -> str | None:
    value = body.get(name)
    if not isinstance(value, str | None):
        message = f"{name} must be a text, got {value!r}"
        raise invalid(message)
    return value


def _object(body: Json, name: str) -> Json | None:
    value = body.get(name)
    if not isinstance(value, dict | None):
        message = f"{name} must be an object, got {value!r}"
        raise invalid(message)
    return value


def _links(body: Json, name: str) -> tuple[str, ...] | None:
    given: Any = body.get(name)
    if given is None:
        return None
    links = given if isinstance(given, list) else [given]
    for link in links:
        if not isinstance(link, str) or not is_url(link):
            message = f"{name} must be an address, got {link!r}"
            raise invalid(message)
    return tuple(links)


def _bounded(body: Json, name: str, default: int, most: int) -> int:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        message = f"{name} must be a whole number from 1 to {most}, got {value!r}"
        raise invalid(message)
    return value


def _refuse_unknown(body: Json, known: Container[str]) -> None:
    unknown = [name for name in body if name not in known]
    if unknown:
        message = f"body must NOT have additional properties: {', '.join(unknown)}"
        raise invalid(message)
