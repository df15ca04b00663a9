"""How long to wait before asking Jira again, and how fast to go on. Pure: tells, never sleeps."""

from collections.abc import Mapping
from dataclasses import dataclass

from jira_server.errors import Unavailable

ATTEMPTS = 8
LONGEST_BACKOFF = 60.0
LONGEST_RETRY_AFTER = 900.0
_FIRST_BACKOFF = 0.5
_SLOW_REPLY = 10.0
_QUICK_REPLIES_TO_SPEED_UP = 10


def wait_before_retry(
    attempt: int, error: Unavailable, chance: float, attempts: int = ATTEMPTS
) -> float | None:
    """Seconds until the next attempt, or None: give up.

    `attempt` counts the ones that failed, from 1, of `attempts` that there may be; `chance` in [0, 1) spreads callers that failed
    together. What the server asked for in Retry-After is kept, up to a quarter of an hour; when
    it asked for more than that, waiting inside a run helps nobody.
    """
    if not error.may_retry or attempt >= attempts:
        return None
    backoff = min(LONGEST_BACKOFF, _FIRST_BACKOFF * 2.0 ** (attempt - 1)) * (0.75 + chance / 2)
    if error.retry_after is None:
        return backoff
    if error.retry_after > LONGEST_RETRY_AFTER:
        return None
    return max(error.retry_after, min(backoff, 1.0))


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A token bucket: how many requests fit, are left, and are added every so many seconds."""

    limit: int
    remaining: int
    fill_rate: int
    interval_seconds: float


def rate_limit(headers: Mapping[str, str]) -> RateLimit | None:
    """The limit that a reply tells of, None where nothing is limited.

    Jira 8.6 and later send X-RateLimit-Limit, -Remaining, -FillRate and -Interval-Seconds with
    every authenticated reply where an administrator turned rate limiting on (Atlassian,
    "Improving instance stability with rate limiting").
    """
    try:
        return RateLimit(
            limit=int(headers.get("x-ratelimit-limit", "0")),
            remaining=int(headers["x-ratelimit-remaining"]),
            fill_rate=int(headers["x-ratelimit-fillrate"]),
            interval_seconds=float(headers["x-ratelimit-interval-seconds"]),
        )
    except (KeyError, ValueError):
        return None


def pause_to_spare_bucket(headers: Mapping[str, str], reserve: int) -> float:
    """Seconds to pause so that the token bucket is not emptied; 0.0 where nothing is limited.

    `reserve` tokens are left for requests under way and for the user's other programs.
    """
    limit = rate_limit(headers)
    if limit is None or limit.fill_rate <= 0 or limit.interval_seconds <= 0:
        return 0.0
    missing = max(0, reserve - limit.remaining)
    return min(LONGEST_BACKOFF, limit.interval_seconds * missing / limit.fill_rate)


class Pace:
    """How many requests may be under way at once: fewer while Jira struggles.

    Halved when Jira is busy or does not answer, one less after a slow reply, one more after a
    run of quick ones.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.allowed = most
        self._quick = 0

    def note_reply(self, seconds: float) -> None:
        """A reply came after so many seconds."""
        if seconds > _SLOW_REPLY:
            self._slow_down(self.allowed - 1)
        else:
            self._quick += 1
            if self._quick >= _QUICK_REPLIES_TO_SPEED_UP:
                self.allowed, self._quick = min(self.most, self.allowed + 1), 0

    def note_trouble(self) -> None:
        """No reply came, or one that says that Jira is overloaded."""
        self._slow_down(self.allowed // 2)

    def _slow_down(self, allowed: int) -> None:
        self.allowed, self._quick = max(1, allowed), 0
