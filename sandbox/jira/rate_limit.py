"""Jira's rate limiting: one token bucket for each user, and the headers that tell of it.

Source: Atlassian, "Improving instance stability with rate limiting" and "Adjusting your code for
rate limiting". Time is handed in, nothing sleeps here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sandbox.jira.settings import RateLimitRule


@dataclass(slots=True)
class _Bucket:
    tokens: int
    filled_at: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether a request may go on, and the headers to send in either case."""

    granted: bool
    headers: dict[str, str]


@dataclass(slots=True)
class RateLimiter:
    """The buckets of all users under one rule."""

    rule: RateLimitRule
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def take(self, user_key: str, now: float) -> Allowance:
        """Take one token of the user's bucket at `now` (seconds of a clock that never goes back)."""
        bucket = self._buckets.setdefault(user_key, _Bucket(self.rule.bucket, now))
        self._fill(bucket, now)
        granted = bucket.tokens > 0
        bucket.tokens -= granted
        return Allowance(granted, self._headers(bucket, now))

    def _fill(self, bucket: _Bucket, now: float) -> None:
        rounds = int((now - bucket.filled_at) / self.rule.seconds)
        bucket.tokens = min(self.rule.bucket, bucket.tokens + rounds * self.rule.fill)
        bucket.filled_at += rounds * self.rule.seconds

    def _headers(self, bucket: _Bucket, now: float) -> dict[str, str]:
        wait = math.ceil(bucket.filled_at + self.rule.seconds - now)
        return {
            "X-RateLimit-Limit": str(self.rule.bucket),
            "X-RateLimit-Remaining": str(bucket.tokens),
            "X-RateLimit-FillRate": str(self.rule.fill),
            "X-RateLimit-Interval-Seconds": str(self.rule.seconds),
            "Retry-After": "0" if bucket.tokens else str(max(1, wait)),
        }
