"""The command line of `python -m sandbox.jira`: what can be said there, and what it means."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sandbox.jira.company.generate import Size
from sandbox.jira.settings import RateLimitRule, Settings, default_settings
from sandbox.jira.versions import SHORT_NAMES, Version, parse_version

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Options:
    """A sandbox as it is asked for; `now` None is the machine's own clock."""

    port: int
    version: Version
    context_path: str
    size: Size
    seed: int
    now: datetime | None
    settings: Settings
    ready_file: Path | None
    log_file: Path | None


def parse_options(arguments: Sequence[str]) -> Options:
    """Read the command line; argparse ends the process with a text where it is wrong."""
    parser = _parser()
    given = parser.parse_args(arguments)
    return Options(
        given.port,
        given.version,
        given.context_path,
        Size(given.projects, given.issues, given.users),
        given.seed,
        given.now,
        _settings(given),
        given.ready_file,
        given.log_file,
    )


def _settings(given: argparse.Namespace) -> Settings:
    settings = default_settings(given.version)
    settings.page_cap = given.page_cap
    settings.anonymous = given.anonymous
    settings.latency_ms = given.latency_ms
    settings.latency_per_issue_ms = given.latency_per_issue_ms
    settings.rate_limit = given.rate_limit
    settings.index_lag_ms = given.index_lag_ms
    if given.result_window is not None:
        settings.result_window = given.result_window or None
    if given.user_cap is not None:
        settings.user_cap = given.user_cap or None
    if given.basic_auth is not None:
        settings.basic_auth = given.basic_auth
    return settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m sandbox.jira",
        description="A Jira Server / Data Center with an invented company, on 127.0.0.1.",
        epilog="python -m sandbox.jira change --help: change a running one from another terminal.",
    )
    _add_place(parser)
    _add_company(parser)
    _add_behaviour(parser)
    return parser


def _add_place(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--port", type=_port, default=2990, help="0 takes a free one (default: %(default)s)")
    add(
        "--version",
        type=_version,
        default="9.12",
        metavar="VERSION",
        help=f"{', '.join(SHORT_NAMES)}, or a full number such as 10.3.14 (default: %(default)s)",
    )
    add("--context-path", type=_context_path, default="", metavar="/PATH", help="such as /jira")
    add("--ready-file", type=Path, metavar="PATH", help="JSON with the addresses, once it serves")
    add("--log-file", type=Path, metavar="PATH", help="faults of the sandbox itself go here")


def _add_company(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    default = Size()
    add("--projects", type=_positive, default=default.projects, help="(default: %(default)s)")
    add("--issues", type=_natural, default=default.issues, help="(default: %(default)s)")
    add(
        "--users",
        type=_natural,
        default=default.users,
        help="beside the four that log in (default: %(default)s)",
    )
    add("--seed", type=int, default=1, help="another number, another company")
    add("--now", type=_moment, metavar="ISO", help="the server's clock starts at this moment")


def _add_behaviour(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--page-cap", type=_positive, default=1000, help="most issues on a page (default: 1000)")
    add("--result-window", type=_natural, help="0 for none (default: none, 10000 from 10 on)")
    add("--anonymous", action="store_true", help="the site lets everybody see public projects")
    add(
        "--basic-auth",
        action=argparse.BooleanOptionalAction,
        help="passwords are accepted (default: yes, no from 11 on)",
    )
    add("--latency-ms", type=_milliseconds, default=0.0, help="for every request")
    add("--latency-per-issue-ms", type=_milliseconds, default=0.0, help="for every issue given")
    add("--index-lag-ms", type=_natural, default=0, help="a search sees a change so much later")
    add(
        "--rate-limit",
        type=_rate_limit,
        metavar="BUCKET/FILL/SECONDS",
        help="requests at once / added / every so many seconds, for each user",
    )
    add(
        "--user-cap",
        type=_natural,
        help="most users of user/search, 0 for no cap (default: by version)",
    )


def _version(text: str) -> Version:
    try:
        return parse_version(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _context_path(text: str) -> str:
    path = text.rstrip("/")
    if path and (not path.startswith("/") or path.startswith("/_sandbox")):
        message = f"{text!r} is no context path: it starts with a slash, as /jira does"
        raise argparse.ArgumentTypeError(message)
    return path


def _port(text: str) -> int:
    return _number(text, 0, 65_535)


def _natural(text: str) -> int:
    return _number(text, 0, 10_000_000)


def _positive(text: str) -> int:
    return _number(text, 1, 10_000_000)


def _number(text: str, least: int, most: int) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        message = f"{text!r} is not a number from {least} to {most}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _milliseconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 3_600_000:
        message = f"{text!r} is not a number of milliseconds"
        raise argparse.ArgumentTypeError(message)
    return value


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is not a moment such as 2026-05-04T08:00:00Z"
        raise argparse.ArgumentTypeError(message) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _rate_limit(text: str) -> RateLimitRule:
    parts = text.split("/")
    if len(parts) != 3 or not all(part.isdecimal() and int(part) for part in parts):
        message = f"{text!r} is not BUCKET/FILL/SECONDS, such as 50/5/1"
        raise argparse.ArgumentTypeError(message)
    bucket, fill, seconds = map(int, parts)
    return RateLimitRule(bucket, fill, seconds)
