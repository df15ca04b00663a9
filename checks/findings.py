"""Decides what the answers of a Jira mean for a sync. Pure: asks nothing, prints nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from jira_server.errors import JiraError
from jira_server.server_facts import ServerFacts
from jira_server.waiting import RateLimit

_LARGEST_CLOCK_DIFFERENCE = 60.0
_DAYS_OF_WARNING = 14
_OLDEST_VERSION = (7, 6)
_BASIC_IS_OFF_FROM = (11,)
_USERS_ARE_CAPPED_FROM = (10,)
_SLOW_FILL = 1.0


class Verdict(StrEnum):
    """How a finding bears on a sync."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "PROBLEM"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about a subject, why it matters, and the one thing to do about it.

    `kinds`: the kinds that cannot be synced because of it, empty for all of them.
    """

    subject: str
    verdict: Verdict
    what: str
    why: str = ""
    advice: str = ""
    kinds: frozenset[str] = frozenset()


def of_error(subject: str, error: JiraError, *kinds: str) -> Finding:
    """A problem, in the words of the error."""
    words = f" Jira says: {error.words}" if error.words else ""
    return Finding(
        subject,
        Verdict.PROBLEM,
        f"{error.what}.{words}",
        why="Nothing can be synced like this" if not kinds else f"{_names(kinds)} cannot be synced",
        advice=error.advice,
        kinds=frozenset(kinds),
    )


def of_version(facts: ServerFacts, deployment: str, uses_token: bool) -> Finding:
    """What follows from the version. `deployment` is serverInfo's deploymentType."""
    if deployment == "Cloud":
        return Finding(
            "version",
            Verdict.PROBLEM,
            f"{facts} is a Jira Cloud",
            why="Cloud has other resources, which this integration does not know",
            advice="Use Port's Jira (Cloud) integration, type `jira`.",
        )
    if facts.version < _OLDEST_VERSION:
        return Finding(
            "version",
            Verdict.PROBLEM,
            f"{facts} is older than 7.6",
            why="Resources that a sync needs are missing there",
            advice="Update Jira.",
        )
    if uses_token and not facts.takes_tokens:
        return Finding(
            "version",
            Verdict.PROBLEM,
            f"{facts} does not know personal access tokens (they came with 8.14)",
            why="The login cannot be accepted",
            advice="Set username and password instead of token.",
        )
    return Finding("version", Verdict.OK, f"{facts}{_consequences(facts, uses_token)}")


def of_clock(server_time: object, now: datetime) -> Finding:
    """The difference between Jira's clock (serverInfo's serverTime) and `now`, which is aware."""
    try:
        there = datetime.fromisoformat(str(server_time))
        seconds = (there - now).total_seconds()
    except (ValueError, TypeError):
        return Finding("clock", Verdict.UNKNOWN, "Jira does not tell its time")
    if abs(seconds) <= _LARGEST_CLOCK_DIFFERENCE:
        return Finding("clock", Verdict.OK, f"Jira's clock differs by {abs(seconds):.0f} s")
    return Finding(
        "clock",
        Verdict.NOTE,
        f"Jira's clock is {abs(seconds):,.0f} s {'ahead' if seconds > 0 else 'behind'}",
        why="Relative dates in JQL (-1w) count from Jira's clock",
        advice="Let both machines synchronize their clocks (NTP).",
    )


def of_permissions(permissions: object, *, wants_webhooks: bool) -> list[Finding]:
    """One finding for each kind's permission, from the reply of mypermissions."""
    held = _held(permissions)
    if held is None:
        return [
            Finding("permissions", Verdict.UNKNOWN, "Jira does not tell this user's permissions")
        ]
    needed = [
        ("Browse projects", ("BROWSE_PROJECTS", "BROWSE"), ("project", "issue")),
        ("Browse users and groups", ("USER_PICKER",), ("user",)),
    ]
    findings = [_of_permission(held, name, keys, kinds) for name, keys, kinds in needed]
    if wants_webhooks:
        findings.append(_of_webhook_permission(held))
    return findings


def of_tokens(tokens: object, now: datetime) -> Finding:
    """Days until the caller's tokens expire, from the reply of `/rest/pat/latest/tokens`.

    Jira never says which of them is in use; the one that was used last is the likeliest.
    """
    listed = [t for t in tokens if isinstance(t, dict)] if isinstance(tokens, list) else []
    if not listed:
        return Finding("token", Verdict.UNKNOWN, "Jira does not tell when the token expires")
    used = max(listed, key=lambda token: str(token.get("lastAccessedAt") or ""))
    name = f"The token used last, {used.get('name')!r},"
    if not used.get("expiringAt"):
        return Finding("token", Verdict.OK, f"{name} does not expire")
    try:
        days = (datetime.fromisoformat(str(used["expiringAt"])) - now).days
    except (ValueError, TypeError):
        return Finding("token", Verdict.UNKNOWN, f"{name} has an expiry that cannot be read")
    if days > _DAYS_OF_WARNING:
        return Finding("token", Verdict.OK, f"{name} expires in {days} days")
    return Finding(
        "token",
        Verdict.NOTE,
        f"{name} {'expires in' if days >= 0 else 'has expired:'} {days} days",
        why="From then on every sync fails",
        advice="Create a new token in Jira (profile, Personal Access Tokens) and set it.",
    )


def of_rate_limit(limit: RateLimit | None) -> Finding:
    """Whether requests are limited, and whether a sync will be slowed by it."""
    if limit is None:
        return Finding("rate limit", Verdict.OK, "No limit in force for this user")
    per_second = limit.fill_rate / limit.interval_seconds if limit.interval_seconds else 0.0
    what = (
        f"{limit.limit} requests at once, {limit.fill_rate} more every "
        f"{limit.interval_seconds:g} s, {limit.remaining} left"
    )
    if per_second >= _SLOW_FILL:
        return Finding("rate limit", Verdict.OK, what)
    return Finding(
        "rate limit",
        Verdict.NOTE,
        what,
        why="The sync keeps to it, and waits",
        advice="Ask for an exemption of this user (System, Rate limiting) if syncs take too long.",
    )


def of_page(asked: int, max_results: object) -> Finding:
    """How many issues Jira gives on a page, from the reply's `maxResults`."""
    if not isinstance(max_results, int) or max_results <= 0:
        return Finding("page size", Verdict.UNKNOWN, "Jira does not tell how much it gives at once")
    if max_results >= asked:
        return Finding("page size", Verdict.OK, f"{max_results:,} issues at once")
    return Finding(
        "page size",
        Verdict.NOTE,
        f"Jira gives {max_results:,} issues at once at most",
        why="A sync takes more requests; it misses nothing",
        advice="An administrator may raise jira.search.views.default.max.",
    )


def of_window(limits: object) -> Finding:
    """The result window, from the reply of searchLimits (11.3 and later)."""
    told = limits if isinstance(limits, dict) else {}
    numbers = [v for k, v in told.items() if "window" in str(k).lower() and isinstance(v, int)]
    if not numbers:
        return Finding("result window", Verdict.OK, "Not told; issues are listed without offsets")
    return Finding(
        "result window", Verdict.OK, f"{numbers[0]:,}; issues are listed without offsets"
    )


def of_jql(jql: str, count: int) -> Finding:
    """An issue resource's JQL, and how many issues it selects."""
    shown = jql or "(every issue)"
    if count:
        return Finding("JQL", Verdict.OK, f"{count:,} issues: {shown}")
    return Finding(
        "JQL",
        Verdict.NOTE,
        f"No issue: {shown}",
        why="A sync with it leaves no issue in the catalog",
        advice="Try it in Jira's issue search as the same user.",
    )


def _consequences(facts: ServerFacts, uses_token: bool) -> str:
    consequences = []
    if facts.version >= _BASIC_IS_OFF_FROM and not uses_token:
        consequences.append("user name and password may be switched off there: a token is safer")
    if facts.version >= _USERS_ARE_CAPPED_FROM:
        consequences.append("users come from user/list, or by prefix where there is none")
    return f" ({'; '.join(consequences)})" if consequences else ""


def _held(permissions: object) -> dict[str, bool] | None:
    told = permissions.get("permissions") if isinstance(permissions, dict) else None
    if not isinstance(told, Mapping):
        return None
    return {
        str(key): bool(one.get("havePermission"))
        for key, one in told.items()
        if isinstance(one, dict)
    }


def _of_permission(
    held: dict[str, bool], name: str, keys: tuple[str, ...], kinds: tuple[str, ...]
) -> Finding:
    told = [held[key] for key in keys if key in held]
    if not told:
        return Finding(name, Verdict.UNKNOWN, "Jira does not tell")
    if any(told):
        return Finding(name, Verdict.OK, f"Given, for {_names(kinds)}")
    return Finding(
        name,
        Verdict.PROBLEM,
        "Not given",
        why=f"{_names(kinds)} cannot be synced",
        advice=f'Have the permission "{name}" given to this user.',
        kinds=frozenset(kinds),
    )


def _of_webhook_permission(held: dict[str, bool]) -> Finding:
    if held.get("ADMINISTER"):
        return Finding("Administer Jira", Verdict.OK, "Given, for the webhook")
    return Finding(
        "Administer Jira",
        Verdict.NOTE,
        "Not given",
        why="The integration cannot create its webhook; changes arrive with the next sync",
        advice="Create the webhook by hand with the values in the log at start, or give the right.",
    )


def _names(kinds: tuple[str, ...]) -> str:
    return " and ".join(f"{kind}s" for kind in kinds)


def now_utc() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)
