"""Token buckets."""

from __future__ import annotations

from sandbox.jira.rate_limit import RateLimiter
from sandbox.jira.settings import RateLimitRule
from tests.sandbox_jira.conftest import Sandbox


def limiter() -> RateLimiter:
    return RateLimiter(RateLimitRule(bucket=3, fill=2, seconds=10))


def test_a_bucket_grants_what_it_holds_and_no_more() -> None:
    bucket = limiter()
    assert [bucket.take("a", 0.0).granted for _ in range(4)] == [True, True, True, False]


def test_tokens_come_back_in_steps() -> None:
    bucket = limiter()
    for _ in range(3):
        bucket.take("a", 0.0)
    assert not bucket.take("a", 9.9).granted
    assert [bucket.take("a", 10.0).granted for _ in range(3)] == [True, True, False]


def test_a_bucket_never_holds_more_than_its_size() -> None:
    bucket = limiter()
    bucket.take("a", 0.0)
    assert bucket.take("a", 1000.0).headers["X-RateLimit-Remaining"] == "2"


def test_everybody_has_a_bucket() -> None:
    bucket = limiter()
    for _ in range(3):
        bucket.take("a", 0.0)
    assert bucket.take("b", 0.0).granted


def test_retry_after_is_zero_while_tokens_are_left_and_then_the_seconds_to_the_next() -> None:
    bucket = limiter()
    told = [bucket.take("a", 3.5).headers["Retry-After"] for _ in range(4)]
    assert told == ["0", "0", "10", "10"]
    assert bucket.take("a", 6.6).headers["Retry-After"] == "7"


def test_the_server_tells_and_refuses(jira: Sandbox) -> None:
    jira.set(rate_limit={"bucket": 2, "fill": 1, "seconds": 60})
    replies = [jira.reader.get("/myself") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert replies[0].headers["X-RateLimit-Limit"] == "2"
    assert replies[0].headers["X-RateLimit-Remaining"] == "1"
    assert replies[0].headers["X-RateLimit-FillRate"] == "1"
    assert replies[0].headers["X-RateLimit-Interval-Seconds"] == "60"
    assert replies[0].headers["Retry-After"] == "0"
    assert 1 <= int(replies[2].headers["Retry-After"]) <= 60
    assert jira.admin.get("/myself").status_code == 200
    assert "X-RateLimit-Limit" not in jira.nobody.get("/serverInfo").headers
