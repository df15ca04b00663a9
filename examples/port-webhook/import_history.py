#!/usr/bin/env python3
"""Imports the projects and issues that a Jira Server or Data Center already has into Port.

Reads Jira, writes `jiraProject` and `jiraIssue` entities, deletes nothing. It may be stopped at any
moment: run again, it goes on where it was. Needs Python 3.11 and `pip install httpx`, no other file.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx

Json = dict[str, Any]

FIELDS = "summary,status,issuetype,priority,assignee,reporter,creator,project,created"
ORDER = "ORDER BY created ASC, key ASC"
PAGE_SIZE = 100
BULK_SIZE = 20  # Port takes no more entities in one request.
ATTEMPTS = 8
LONGEST_WAIT = 60.0
MOST_STALLS = 3
MOST_RESETS = 8
USAGE = """\
Set these environment variables:
  PORT_CLIENT_ID, PORT_CLIENT_SECRET   from Port: ... > Credentials
  JIRA_API_URL                         such as https://jira.example.com, with its context path
  JIRA_TOKEN                           a personal access token (Jira 8.14 and later), or
  JIRA_USERNAME and JIRA_PASSWORD      a user name and a password
and, if you like:
  PORT_API_URL                         https://api.getport.io without it; https://api.us.getport.io
  IMPORT_STATE_FILE                    where it keeps how far it came; import_history.state.json"""


class ImportStopped(Exception):
    """The import cannot go on; the message says what happened and what to do about it."""

    def __init__(self, *, why: str) -> None:
        super().__init__(why)


class QueryRejected(ImportStopped):
    """Jira answered 400: it does not take this JQL."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. No URL ends in a slash."""

    jira_url: str
    jira_login: httpx.Auth
    port_url: str
    client_id: str
    client_secret: str = field(repr=False)
    state_file: Path


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Raises: ImportStopped, naming every variable that is missing or cannot be meant so."""
    given = {name: text.strip() for name, text in environment.items() if text.strip()}
    needed = ("PORT_CLIENT_ID", "PORT_CLIENT_SECRET", "JIRA_API_URL")
    missing = [name for name in needed if name not in given]
    if missing:
        raise ImportStopped(why=f"Not set: {', '.join(missing)}\n{USAGE}")
    return Settings(
        # Whoever reads "API URL" may well have given the address with the API's path.
        jira_url=_web_address("JIRA_API_URL", given["JIRA_API_URL"].split("/rest/")[0]),
        jira_login=_login(given),
        port_url=_web_address("PORT_API_URL", given.get("PORT_API_URL", "https://api.getport.io")),
        client_id=given["PORT_CLIENT_ID"],
        client_secret=given["PORT_CLIENT_SECRET"],
        state_file=Path(given.get("IMPORT_STATE_FILE", "import_history.state.json")),
    )


def _login(given: Mapping[str, str]) -> httpx.Auth:
    token, user, password = (
        given.get(f"JIRA_{name}", "") for name in ("TOKEN", "USERNAME", "PASSWORD")
    )
    if token and not (token.isascii() and token.isprintable() and " " not in token):
        raise ImportStopped(why="JIRA_TOKEN holds what no token has: copy it once more")
    if token:
        return TokenLogin(token)
    if user and password:
        return httpx.BasicAuth(user, password)
    raise ImportStopped(
        why=f"No login for Jira: set JIRA_TOKEN, or both JIRA_USERNAME and JIRA_PASSWORD\n{USAGE}"
    )


def _web_address(name: str, text: str) -> str:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise ImportStopped(why=f"{name} is no web address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ImportStopped(why=f"{name} is no web address: write it as https://{text}")
    if url.userinfo:
        raise ImportStopped(why=f"{name} holds a user name: set JIRA_USERNAME and JIRA_PASSWORD")
    return text.rstrip("/")


class TokenLogin(httpx.Auth):
    """A personal access token; kept out of every message."""

    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        request.headers["Authorization"] = self._header
        yield request


# Everything that is asked here, of Jira and of Port, may safely be asked twice.
def ask(
    http: httpx.Client,
    request: httpx.Request,
    auth: httpx.Auth | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> httpx.Response:
    """The first reply that is not a passing trouble. Raises: ImportStopped after ATTEMPTS."""
    for attempt in range(ATTEMPTS):
        wait = min(LONGEST_WAIT, 0.5 * 2**attempt)
        try:
            reply = http.send(request, auth=auth)
        except (httpx.TransportError, httpx.DecodingError) as error:
            trouble = f"{type(error).__name__}: {error}"
        else:
            if reply.status_code not in (429, 502, 503, 504):
                return reply
            trouble = f"HTTP {reply.status_code}"
            wait = _retry_after(reply) or wait
        if attempt + 1 < ATTEMPTS:
            say(f"{request.url.host}: {trouble}; asking again in {wait:.1f} s")
            sleep(wait)
    raise ImportStopped(
        why=f"{request.url.host} did not answer after {ATTEMPTS} attempts, lastly {trouble}. "
        "Check address, proxy (HTTPS_PROXY) and certificate (SSL_CERT_FILE)."
    )


def _retry_after(reply: httpx.Response) -> float | None:
    text = reply.headers.get("Retry-After", "")
    return float(text) if text.isdigit() and int(text) else None


def words_of(reply: httpx.Response) -> str:
    """What the server itself says, on one line."""
    try:
        told = reply.json()
    except ValueError:
        return "" if "html" in _content_type(reply) else " ".join(reply.text.split())[:300]
    if not isinstance(told, dict):
        return ""
    errors = told.get("errors")
    texts = list(told.get("errorMessages") or [])
    texts += [f"{key}: {text}" for key, text in errors.items()] if isinstance(errors, dict) else []
    return " ".join(str(text) for text in texts or [told.get("message") or ""])[:500]


def _content_type(reply: httpx.Response) -> str:
    return str(reply.headers.get("Content-Type", "")).lower()


class Jira:
    """Reads a Jira as one user."""

    def __init__(self, http: httpx.Client, base_url: str, login: httpx.Auth) -> None:
        self._http, self.base_url, self._login = http, base_url, login

    def user(self) -> Json:
        """Who is logged in. The one question that Jira never answers to a visitor."""
        found: Json = self._get("myself")
        return found

    def projects(self) -> list[Json]:
        """All that this user may see. Raises: ImportStopped when there is none."""
        found: list[Json] = self._get("project?expand=description,lead")
        if not found:
            raise ImportStopped(
                why="Jira shows this user no project: it needs Browse projects there"
            )
        return found

    def count(self, project: str) -> int:
        """How many issues the project has that this user may see."""
        return int(self.search(f'project = "{project}"', limit=0)["total"])

    def search(self, jql: str, limit: int = PAGE_SIZE) -> Json:
        """The first `limit` issues. Raises: QueryRejected, ImportStopped."""
        # By POST: proxies refuse addresses as long as a query can become.
        body = {"jql": jql, "startAt": 0, "maxResults": limit, "fields": FIELDS.split(",")}
        found: Json = self._read("POST", "search", body)
        return found

    def _get(self, path: str) -> Any:  # noqa: ANN401 - whatever JSON there is
        return self._read("GET", path)

    def _read(self, method: str, path: str, body: Json | None = None) -> Any:  # noqa: ANN401
        url = f"{self.base_url}/rest/api/2/{path}"
        reply = ask(self._http, self._http.build_request(method, url, json=body), self._login)
        return meaning_of(reply)


def meaning_of(reply: httpx.Response) -> Any:  # noqa: ANN401 - whatever JSON there is
    """The JSON of a reply of Jira that can be believed. Raises: ImportStopped for any other."""
    problem = _problem(reply)
    if problem:
        kind = QueryRejected if reply.status_code == 400 else ImportStopped
        raise kind(why=" ".join(part for part in (problem, words_of(reply)) if part))
    try:
        return reply.json()
    except ValueError as error:
        raise ImportStopped(why="Jira's reply is no whole JSON; a proxy may cut it") from error


def _problem(reply: httpx.Response) -> str | None:
    status = reply.status_code
    if "CAPTCHA" in reply.headers.get("X-Authentication-Denied-Reason", ""):
        return "Jira wants a CAPTCHA solved: log in once in a browser as this user, or use a token."
    if status == 401:
        return "Jira refused the login (HTTP 401): renew the token or password. It was sent once."
    if reply.is_redirect:
        where = reply.headers.get("Location", "nowhere").split("?")[0]
        return f"Jira redirects to {where}: set JIRA_API_URL to where it really is."
    if status != 200:
        return f"Jira answered HTTP {status} to {reply.request.url.path}."
    if reply.headers.get("X-AUSERNAME", "").lower() == "anonymous":
        return "Jira answered as to a visitor, not to the user: renew the token or password."
    if "json" not in _content_type(reply):
        return "A page came instead of data: a login page of single sign-on, or a proxy's."
    return None


@dataclass(frozen=True, slots=True)
class EpochMillis:
    """Points in time as JQL takes them exactly, free of time zones."""

    def floor(self, second: int) -> int:
        """The earliest second that `created >= literal(second)` can match."""
        return second

    def literal(self, second: int) -> str:
        return str(second * 1000)


@dataclass(frozen=True, slots=True)
class QuotedMinutes:
    """The fallback: minutes in the user's time zone, from a minute before, and not within hours of
    a change of the clocks, when a local time can mean two things."""

    zone: tzinfo

    def floor(self, second: int) -> int:
        second -= second % 60 + 60
        while self._offset(second - 10800) != self._offset(second + 10800):
            second -= 900
        return second

    def literal(self, second: int) -> str:
        local = datetime.fromtimestamp(self.floor(second), UTC).astimezone(self.zone)
        return local.strftime('"%Y-%m-%d %H:%M"')

    def _offset(self, second: int) -> timedelta | None:
        return datetime.fromtimestamp(second, UTC).astimezone(self.zone).utcoffset()


Dates = EpochMillis | QuotedMinutes


@dataclass(frozen=True, slots=True)
class Row:
    """One issue of a reply: its id, which never changes, and `created` in epoch seconds."""

    id: str
    created: int


def row_of(issue: Json) -> Row:
    created = datetime.strptime(issue["fields"]["created"], "%Y-%m-%dT%H:%M:%S.%f%z")
    return Row(str(issue["id"]), int(created.timestamp()))


class Walk:
    """Decides what to ask next, so that no issue is missed while others come, go and move.

    An issue's `created` never changes, an offset in a list does: so every ask starts anew at the
    second that was reached. Where more issues share it than a page holds, those that were seen are
    left out by id. The end is believed only when Jira's own count says that the page holds it all.
    """

    def __init__(self, position: int | None, fallback: Callable[[], QuotedMinutes]) -> None:
        """`position`: the second to go on from, None for the beginning."""
        self.position = position
        self.done = False
        self._fallback = fallback
        self._dates: Dates = EpochMillis()
        self._seen: dict[str, int] = {}
        self._there: set[str] = set()
        self._excluding = False
        self._stalls = 0
        self._resets = 0

    def jql(self) -> str:
        if self.position is None:
            return ORDER
        bounds = [f"created >= {self._dates.literal(self.position)}"]
        if self._excluding and self._there:
            bounds.append(f"id NOT IN ({', '.join(sorted(self._there))})")
        return f"{' AND '.join(bounds)} {ORDER}"

    def take(self, rows: Sequence[Row], total: int | None) -> list[int]:
        """The indexes of the rows that were not told before. Raises: ImportStopped on nonsense."""
        self._check(rows)
        new = [i for i, row in enumerate(rows) if row.id not in self._seen]
        self._note_progress(grown=any(row.id not in self._there for row in rows))
        self._seen.update((row.id, row.created) for row in rows)
        self._there.update(row.id for row in rows)
        self.done = not rows if total is None else total <= len(rows)
        self._advance(rows)
        return new

    def rejected(self) -> bool:
        """Whether the walk can go on although Jira took exception to the last ask."""
        if self._excluding:
            # One of the issues to leave out was deleted: begin the second anew.
            self._resets += 1
            self._excluding = False
            self._there.clear()
            return self._resets <= MOST_RESETS
        if self.position is None or isinstance(self._dates, QuotedMinutes):
            return False
        self._dates = self._fallback()
        return True

    def _check(self, rows: Sequence[Row]) -> None:
        created = [row.created for row in rows]
        floor = None if self.position is None else self._dates.floor(self.position)
        if created != sorted(created) or (floor is not None and created and created[0] < floor):
            raise ImportStopped(
                why="Jira did not sort the issues as asked; nothing can be proved so"
            )

    def _note_progress(self, *, grown: bool) -> None:
        self._stalls = 0 if grown else self._stalls + 1
        if self._stalls > MOST_STALLS:
            raise ImportStopped(why="Jira says that there are more issues, but sends none of them")

    def _advance(self, rows: Sequence[Row]) -> None:
        before = self.position
        if rows:
            self.position = max(rows[-1].created, before or rows[-1].created)
        if self.position is None:
            return
        floor = self._dates.floor(self.position)
        same = sum(row.created >= floor for row in rows)
        self._excluding = self.position == before or same == len(rows)
        self._resets = self._resets if self.position == before else 0
        self._seen = {i: second for i, second in self._seen.items() if second >= floor}
        self._there.intersection_update(self._seen)


def time_zone(user: Json) -> QuotedMinutes:
    """The fallback for a Jira that takes no epoch milliseconds. Raises: ImportStopped."""
    try:
        return QuotedMinutes(ZoneInfo(user["timeZone"]))
    except (KeyError, ZoneInfoNotFoundError) as error:
        raise ImportStopped(why=f"The user's time zone is unknown here: {error}") from error


def walk_pages(jira: Jira, walk: Walk) -> Iterator[list[Json]]:
    """The issues that are new, a page at a time; `walk.position` says how far they lead."""
    while not walk.done:
        try:
            reply = jira.search(walk.jql())
        except QueryRejected:
            if not walk.rejected():
                raise
            continue
        issues = reply["issues"]
        indexes = walk.take([row_of(issue) for issue in issues], reply.get("total"))
        yield [issues[i] for i in indexes]


# What follows makes the same entities as mapping.json does.
def identifier_of(key: str) -> str:
    """The key, with every character that Port does not take written as =XX."""
    return re.sub(
        r"[^A-Za-z0-9@_.+:/-]", lambda found: "=" + found[0].encode().hex("=").upper(), key
    )


def project_entity(project: Json, issue_count: int) -> Json:
    return {
        "identifier": identifier_of(project["key"]),
        "title": project["name"],
        "properties": {
            "url": _page(project, "projects"),
            "description": project.get("description"),
            "type": project.get("projectTypeKey"),
            "lead": (project.get("lead") or {}).get("displayName"),
            "issueCount": issue_count,
        },
    }


def issue_entity(issue: Json) -> Json:
    fields = issue["fields"]

    def name_in(field_name: str, part: str = "name") -> str | None:
        found: str | None = (fields.get(field_name) or {}).get(part)
        return found

    people = ("assignee", "reporter", "creator")
    return {
        "identifier": identifier_of(issue["key"]),
        "title": fields["summary"],
        "properties": {
            "url": _page(issue, "browse"),
            "status": name_in("status"),
            "issueType": name_in("issuetype"),
            "priority": name_in("priority"),
            **{person: name_in(person, "displayName") for person in people},
        },
        "relations": {"project": identifier_of(fields["project"]["key"])},
    }


def _page(thing: Json, kind: str) -> str:
    # Before /rest/ stands the address with its context path.
    return f"{thing['self'].split('/rest/')[0]}/{kind}/{quote(thing['key'], safe='')}"


class Port:
    """Writes entities, twenty at a time."""

    def __init__(self, http: httpx.Client, settings: Settings) -> None:
        self._http, self._settings = http, settings
        self._token = ""

    def check_blueprints(self, *identifiers: str) -> None:
        """Raises: ImportStopped when one does not exist."""
        for identifier in identifiers:
            if self._send("GET", f"blueprints/{identifier}").status_code == 404:
                raise ImportStopped(
                    why=f"Port has no blueprint {identifier}: create those of blueprints.json first"
                )

    def write(self, blueprint: str, entities: Sequence[Json]) -> dict[str, str]:
        """Create or update them; those that Port refused, with the reason."""
        refused: dict[str, str] = {}
        for start in range(0, len(entities), BULK_SIZE):
            refused |= self._write_some(blueprint, entities[start : start + BULK_SIZE])
        return refused

    def _write_some(self, blueprint: str, entities: Sequence[Json]) -> dict[str, str]:
        path = f"blueprints/{blueprint}/entities/bulk"
        switches = "upsert=true&merge=true&create_missing_related_entities=true"
        reply = self._send("POST", f"{path}?{switches}", {"entities": entities})
        if not reply.is_success:
            raise ImportStopped(why=f"Port answered HTTP {reply.status_code}: {words_of(reply)}")
        errors = reply.json().get("errors") or []
        return {str(one.get("identifier")): str(one.get("message")) for one in errors}

    def _send(self, method: str, path: str, body: Json | None = None) -> httpx.Response:
        url = f"{self._settings.port_url}/v1/{path}"
        reply = httpx.Response(401)
        # A token of Port's lasts a few hours, an import may last longer.
        for _ in range(2):
            self._token = self._token or self._login()
            headers = {"Authorization": f"Bearer {self._token}"}
            reply = ask(
                self._http, self._http.build_request(method, url, json=body, headers=headers)
            )
            if reply.status_code != 401:
                return reply
            self._token = ""
        raise ImportStopped(why="Port does not take its own token")

    def _login(self) -> str:
        credentials = {
            "clientId": self._settings.client_id,
            "clientSecret": self._settings.client_secret,
        }
        url = f"{self._settings.port_url}/v1/auth/access_token"
        reply = ask(self._http, self._http.build_request("POST", url, json=credentials))
        if not reply.is_success:
            raise ImportStopped(
                why=f"Port refused the login (HTTP {reply.status_code}): check PORT_CLIENT_ID, "
                f"PORT_CLIENT_SECRET and PORT_API_URL. {words_of(reply)}"
            )
        return str(reply.json()["accessToken"])


@dataclass(slots=True)
class Progress:
    """What is kept between two runs; written when Port has what it tells of."""

    jira: str
    port: str
    position: int | None = None
    issues: int = 0
    refused: dict[str, str] = field(default_factory=dict)

    def save(self, file: Path) -> None:
        """In one move, so that being killed at this moment leaves the one before."""
        content = {name: getattr(self, name) for name in self.__slots__}
        written = file.with_name(f"{file.name}.new")
        written.write_text(json.dumps(content), encoding="utf-8")
        written.replace(file)


def progress_of(settings: Settings, user: str) -> Progress:
    """What an earlier run left, or the beginning. Raises: ImportStopped for another's file."""
    fresh = Progress(jira=f"{user} at {settings.jira_url}", port=settings.port_url)
    if not settings.state_file.exists():
        return fresh
    try:
        found = Progress(**json.loads(settings.state_file.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ImportStopped(why=f"{settings.state_file} cannot be read: delete it") from error
    if (found.jira, found.port) != (fresh.jira, fresh.port):
        raise ImportStopped(
            why=f"{settings.state_file} is from an import by {found.jira} to {found.port}: "
            "delete it to begin anew, or set IMPORT_STATE_FILE to another file"
        )
    return found


def run(settings: Settings, http: httpx.Client) -> Progress:
    """Import everything. Raises: ImportStopped; a second run goes on from where this one was."""
    jira, port = Jira(http, settings.jira_url, settings.jira_login), Port(http, settings)
    user = jira.user()
    say(f"Logged in at {settings.jira_url} as {user.get('name')}")
    port.check_blueprints("jiraProject", "jiraIssue")
    progress = progress_of(settings, str(user.get("key") or user.get("name")))
    import_projects(jira, port, progress)
    if progress.position is not None:
        reached = datetime.fromtimestamp(progress.position, UTC)
        say(f"Going on with issues created since {reached:%Y-%m-%d %H:%M:%S} UTC")
    walk = Walk(progress.position, lambda: time_zone(user))
    for issues in walk_pages(jira, walk):
        progress.refused |= port.write("jiraIssue", [issue_entity(one) for one in issues])
        progress.issues += len(issues)
        progress.position = walk.position
        progress.save(settings.state_file)
        say(f"{progress.issues} issues")
    settings.state_file.unlink(missing_ok=True)
    return progress


def import_projects(jira: Jira, port: Port, progress: Progress) -> None:
    projects = jira.projects()
    entities = [project_entity(one, jira.count(one["key"])) for one in projects]
    progress.refused |= port.write("jiraProject", entities)
    say(f"{len(projects)} projects")


def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    """0 when everything is in Port, 1 when not, 130 after Ctrl-C."""
    try:
        settings = read_settings(os.environ)
        agent = {"User-Agent": "jira-server-import/1"}
        with httpx.Client(timeout=60, headers=agent) as http:
            progress = run(settings, http)
    except ImportStopped as stopped:
        print(f"The import stopped. {stopped}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; run it again to go on.", file=sys.stderr)
        return 130
    for identifier, reason in progress.refused.items():
        print(f"Port refused {identifier}: {reason}", file=sys.stderr)
    say(f"Done: {progress.issues} issues read, {len(progress.refused)} entities refused by Port.")
    return 1 if progress.refused else 0


if __name__ == "__main__":
    sys.exit(main())
