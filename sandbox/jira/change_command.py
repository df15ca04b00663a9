"""`python -m sandbox.jira change …`: changes a running sandbox from a terminal, over its control API."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

_DEFAULT: Final = "http://127.0.0.1:2990"
_OPTIONS: Final = ("summary", "description", "priority", "assignee", "reporter", "due")


class CommandError(Exception):
    """The change was not made; the message says why, for a person."""


def main(arguments: Sequence[str]) -> int:
    """Make one change and tell of it; gives the exit code."""
    given = _parser().parse_args(arguments)
    try:
        recorded = _post(given.url, given.document(given))
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    print(_told(recorded, given.url))
    return 0


def _post(url: str, document: dict[str, Any]) -> dict[str, Any]:
    parts = urlsplit(url)
    place = f"{parts.scheme}://{parts.netloc}/_sandbox/change"
    try:
        reply = httpx.post(place, json=document, trust_env=False, timeout=30)
        answer: dict[str, Any] = reply.json()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        message = f"No sandbox Jira answers on {url} ({error}). Is `make run` or `python -m sandbox.jira` running? Its first lines name the address for --url."
        raise CommandError(message) from error
    except ValueError as error:
        message = f"{url} is no sandbox Jira: it answered {reply.status_code} without JSON."
        raise CommandError(message) from error
    if not reply.is_success:
        message = f"Refused: {answer.get('error', answer)}"
        raise CommandError(message)
    return answer


def _told(recorded: dict[str, Any], url: str) -> str:
    text = f"{recorded['key']}: {recorded['kind']} done ({recorded['event']})"
    about_issue = recorded["event"].startswith("jira:issue_")
    shown = about_issue and recorded["event"] != "jira:issue_deleted"
    return (
        f"{text}; {url.rstrip('/')}/rest/api/2/issue/{recorded['key']} shows it."
        if shown
        else f"{text}."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m sandbox.jira change",
        description="Change the company of a running sandbox Jira, as its administrator.",
        epilog="For instance: python -m sandbox.jira change edit PAY-1 --summary 'Now urgent'",
    )
    parser.add_argument("--url", default=_DEFAULT, help="of the sandbox (default: %(default)s)")
    kinds = parser.add_subparsers(required=True, metavar="CHANGE")
    _add_issue_changes(kinds)
    _add_other_changes(kinds)
    return parser


_Kinds = Any  # argparse keeps the type of its sub-parsers to itself
_Document = Callable[[argparse.Namespace], dict[str, Any]]


def _add_issue_changes(kinds: _Kinds) -> None:
    create = _add(kinds, "create", "a new issue", "PROJECT", "SUMMARY", document=_creation)
    for name in ("type", "priority", "assignee", "parent", "description"):
        create.add_argument(f"--{name}")
    create.add_argument("--label", action="append", default=[], dest="labels")
    edit = _add(kinds, "edit", "new values for an issue", "ISSUE", document=_edit)
    for name in _OPTIONS:
        edit.add_argument(f"--{name}", help="an empty text clears it" if name != "due" else None)
    edit.add_argument("--label", action="append", dest="labels", help="in place of all labels")
    _add(kinds, "transition", "another status", "ISSUE", "STATUS")
    _add(kinds, "close", "closed, with a resolution", "ISSUE")
    _add(kinds, "reopen", "open again", "ISSUE")
    _add(kinds, "move", "to another project", "ISSUE", "PROJECT")
    _add(kinds, "delete", "the issue with its sub-tasks", "ISSUE")
    _add(kinds, "comment", "something to say", "ISSUE", "BODY")
    _add(kinds, "link", "from one issue to another", "ISSUE", "TYPE", "TO")


def _add_other_changes(kinds: _Kinds) -> None:
    _add(kinds, "rename_project", "a new name", "PROJECT", "NAME")
    _add(kinds, "rekey_project", "a new key", "PROJECT", "KEY")
    _add(kinds, "delete_project", "with all its issues", "PROJECT")
    _add(kinds, "create_user", "a new account", "NAME", "DISPLAY_NAME")
    _add(kinds, "rename_user", "a new user name", "USER", "NAME")
    _add(kinds, "delete_user", "leaves issues as they are", "USER")
    _add(kinds, "raw", "any change of the control API, as JSON", "JSON", document=_raw)


def _add(
    kinds: _Kinds, kind: str, text: str, *places: str, document: _Document | None = None
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = kinds.add_parser(kind, help=text, description=text)
    names = [place.lower() for place in places]
    for name, place in zip(names, places, strict=True):
        parser.add_argument(name, metavar=place)
    parser.add_argument("--url", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    parser.set_defaults(document=document or _plain(kind, names))
    return parser


def _plain(kind: str, names: Sequence[str]) -> _Document:
    return lambda given: {"kind": kind, **{name: getattr(given, name) for name in names}}


def _creation(given: argparse.Namespace) -> dict[str, Any]:
    names = ("project", "summary", "type", "priority", "assignee", "parent", "description")
    return {"kind": "create", "labels": given.labels, **_given(given, names)}


def _edit(given: argparse.Namespace) -> dict[str, Any]:
    changed = _given(given, (*_OPTIONS, "labels"))
    if not changed:
        raise CommandError(
            "Nothing to edit: name at least one of "
            + ", ".join(f"--{name}" for name in (*_OPTIONS, "label"))
        )
    return {"kind": "edit", "issue": given.issue, **changed}


def _raw(given: argparse.Namespace) -> dict[str, Any]:
    try:
        document = json.loads(given.json)
    except ValueError as error:
        message = f"Not JSON: {error}"
        raise CommandError(message) from error
    if not isinstance(document, dict):
        message = 'A change is a JSON object such as {"kind": "close", "issue": "PAY-1"}'
        raise CommandError(message)
    return document


def _given(given: argparse.Namespace, names: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(given, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}
