"""`run` and `runs` in the terminal: start an action and see it through, list what was started."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator

from sandbox.port.asking import CannotShowError, TimeoutRefusedError, add_url, asked
from sandbox.port.replies import Json
from sandbox.port.terminal import table

COMMANDS = ("run", "runs")
SECONDS_PER_REQUEST = 20


def run(arguments: list[str]) -> int:
    """Carry out `run` or `runs`; the exit code, of `run` 0 only for a run that succeeded."""
    command, *rest = arguments
    try:
        return _followed(rest) if command == "run" else _listed(rest)
    except CannotShowError as err:
        print(err, file=sys.stderr)
        return 1


def _run_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.port run", description="Press the button of an action."
    )
    parser.add_argument("action")
    parser.add_argument("inputs", nargs="*", metavar="key=value", help="JSON for lists and objects")
    parser.add_argument("--entity", help="what a DAY-2 or DELETE action is about")
    parser.add_argument("--as", dest="email", metavar="EMAIL", help="who presses it")
    parser.add_argument("--timeout", type=float, default=120, help="seconds to wait, 120")
    add_url(parser)
    return parser.parse_intermixed_args(arguments)


def _listed(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.port runs", description="The runs so far."
    )
    parser.add_argument("--limit", type=int, default=50, help="how many, the newest")
    parser.add_argument("--json", action="store_true", help="all there is to them, as JSON")
    add_url(parser)
    options = parser.parse_args(arguments)
    runs = asked(options.url, "GET", "runs")["runs"]
    shown = json.dumps(runs, indent=2, ensure_ascii=False)
    print(shown if options.json else "\n".join(runs_lines(runs[-options.limit :])))
    return 0


def _started(options: argparse.Namespace) -> Json:
    actions: Json = asked(options.url, "GET", "extras")["extras"].get("actions", {})
    if options.action not in actions:
        known = ", ".join(actions) or "none"
        message = f'There is no action "{options.action}" at {options.url}; there are: {known}.'
        raise CannotShowError(message)
    asked_for = actions[options.action]["trigger"].get("userInputs", {}).get("properties", {})
    body = {
        "action": options.action,
        "properties": dict(value_of(text, asked_for) for text in options.inputs),
        "entity": options.entity,
        "as": options.email,
    }
    started: Json = asked(options.url, "POST", "runs", json=body)["run"]
    return started


def value_of(text: str, inputs: Json) -> tuple[str, object]:
    """`key=value` with the value in the type that the input has; raises `CannotShowError`."""
    name, equals, value = text.partition("=")
    if not equals:
        message = f"{text!r} must be key=value."
        raise CannotShowError(message)
    kind = inputs.get(name, {}).get("type", "string")
    if kind == "string":
        return name, value
    if kind == "array" and not value.lstrip().startswith("["):
        return name, [one.strip() for one in value.split(",")] if value else []
    try:
        return name, json.loads(value)
    except ValueError as err:
        message = f"{name} is of type {kind}, {value!r} is not."
        raise CannotShowError(message) from err


def _followed(arguments: list[str]) -> int:
    options = _run_options(arguments)
    started = _started(options)
    print(f"{started['id']} of {started['action']}, for {started['installation']}", flush=True)
    until, shown, current = time.monotonic() + options.timeout, 0, started
    while True:
        for entry in current["history"][shown:]:
            print(history_line(entry), flush=True)
        shown = len(current["history"])
        if current["ended_at"] is not None:
            print(end_line(current))
            return 0 if current["status"] == "SUCCESS" else 1
        current = _longer(options.url, current, until)


def _longer(url: str, known: Json, until: float) -> Json:
    """The run with more history than is known; raises `CannotShowError` after `until`."""
    while True:
        patience = min(SECONDS_PER_REQUEST, max(0.0, until - time.monotonic()))
        params = {"after": str(len(known["history"])), "timeout": f"{patience:.2f}"}
        try:
            found: Json = asked(url, "GET", f"runs/{known['id']}/wait", params=params)["run"]
        except TimeoutRefusedError:
            if time.monotonic() >= until:
                raise
        else:
            return found


def history_line(entry: Json) -> str:
    """One event of a run."""
    details = {name: value for name, value in entry.items() if name not in ("time", "event")}
    message = details.pop("message", None)
    said = [] if message is None else [str(message)]
    said += [f"{name.replace('_', ' ')} {_shown(value)}" for name, value in details.items()]
    return f"{entry['time'][11:19]}  {entry['event'].ljust(12)}  {', '.join(said)}".rstrip()


def end_line(run: Json) -> str:
    """How a run ended: status, label, summary, links."""
    label = f"({run['status_label']})" if run["status_label"] else ""
    parts = [run["status"], label, run["summary"] or "", *run["links"]]
    return "  ".join(part for part in parts if part)


def runs_lines(runs: list[Json]) -> Iterator[str]:
    """A table, one run a row."""
    if not runs:
        yield "No runs yet."
        return
    columns = ["created", "run", "action", "status", "label", "requested by", "entity", "link"]
    yield from table(columns, [_row(one) for one in runs])


def _row(run: Json) -> list[str]:
    return [
        f"{run['created_at'][:10]} {run['created_at'][11:19]}",
        run["id"],
        run["action"],
        _standing(run),
        run["status_label"] or "",
        run["requested_by"] or "",
        run["entity"] or "",
        " ".join(run["links"]),
    ]


def _standing(run: Json) -> str:
    """Port knows no status for a run that nobody has taken; people want to see it."""
    waits = run["ended_at"] is None and not run["acknowledged"]
    return "PENDING" if waits else str(run["status"])


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
