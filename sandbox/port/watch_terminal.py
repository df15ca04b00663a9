"""`watch` in the terminal: what changes in the catalog, a line for each change, until Ctrl-C."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator

import httpx

from sandbox.port.asking import CannotShowError, add_url, address, reaching
from sandbox.port.replies import Json

COMMANDS = ("watch",)
LONGEST_VALUE = 60


def run(arguments: list[str]) -> int:
    """Print changes as they come; 0 after Ctrl-C, 1 when the server cannot be reached or ends."""
    options = _parser().parse_args(arguments)
    try:
        for line in _lines(options):
            print(line, flush=True)
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:
        # Whoever read the lines has seen enough; nothing is left to be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except CannotShowError as err:
        print(err, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.port")
    commands = parser.add_subparsers(dest="command", required=True)
    watch = commands.add_parser("watch", help="what changes in the catalog, as it changes")
    watch.add_argument("blueprint", nargs="?", help="all blueprints when left out")
    watch.add_argument("--json", action="store_true", help="one JSON object a line")
    add_url(watch)
    return parser


def _lines(options: argparse.Namespace) -> Iterator[str]:
    params = {} if options.blueprint is None else {"blueprint": options.blueprint}
    where, patience = address(options.url, "changes"), httpx.Timeout(10, read=None)
    with (
        reaching(options.url),
        httpx.stream("GET", where, params=params, timeout=patience, trust_env=False) as reply,
    ):
        if not reply.is_success:
            message = f"{where} answers {reply.status_code}; is it a sandbox Port?"
            raise CannotShowError(message)
        print(f"Watching {options.url}, Ctrl-C ends it.", file=sys.stderr, flush=True)
        for line in reply.iter_lines():
            yield line if options.json else change_line(json.loads(line))


def change_line(change: Json) -> str:
    """One change in words: when, what, which entity, each field from what to what."""
    time = change["time"][11:19]
    if change["change"] == "emptied":
        return f"{time}  the catalog was emptied"
    title = f' "{change["title"]}"' if change["title"] else ""
    which = f"{change['blueprint']} {change['identifier']}{title}"
    fields = ", ".join(_difference(one) for one in change["differences"])
    return f"{time}  {change['change']}  {which}{': ' if fields else ''}{fields}"


def _difference(one: Json) -> str:
    name = one["field"].partition(".")[2] or one["field"]
    return f"{name} {_shown(one['before'])} → {_shown(one['after'])}"


def _shown(value: object) -> str:
    if value is None or value == []:
        return "–"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_VALUE else f"{line[: LONGEST_VALUE - 1]}…"
