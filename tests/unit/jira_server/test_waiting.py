"""When to ask again, when to give up, and how fast to go on."""

import pytest

from jira_server.errors import NoConnection, RateLimited, ServerBusy, ServerFailed, Unavailable
from jira_server.waiting import ATTEMPTS, Pace, pause_to_spare_bucket, wait_before_retry


@pytest.mark.parametrize(
    ("attempt", "seconds"),
    [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 16.0), (7, 32.0), (8, None), (9, None)],
)
def test_pauses_double_until_it_gives_up(attempt: int, seconds: float | None) -> None:
    assert wait_before_retry(attempt, NoConnection(what="gone"), chance=0.5) == seconds


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 3.0), (0.5, 4.0), (0.999, 4.998)])
def test_chance_spreads_the_pause_by_a_quarter(chance: float, seconds: float) -> None:
    wait = wait_before_retry(4, ServerBusy(what="busy"), chance)
    assert wait == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        pytest.param(30.0, 30.0, id="kept"),
        pytest.param(120.0, 120.0, id="beyond-a-minute"),
        pytest.param(900.0, 900.0, id="a-quarter-of-an-hour"),
        pytest.param(900.5, None, id="too-long-to-wait"),
        pytest.param(0.0, 0.5, id="at-once-still-pauses"),
    ],
)
def test_what_the_server_asks_for_is_kept(asked: float, seconds: float | None) -> None:
    error = RateLimited(what="too many", retry_after=asked)
    assert wait_before_retry(1, error, chance=0.5) == seconds


def test_the_least_pause_with_retry_after_stays_short() -> None:
    assert wait_before_retry(7, RateLimited(what="too many", retry_after=0.0), chance=0.5) == 1.0


@pytest.mark.parametrize(
    ("attempt", "error"),
    [
        pytest.param(1, ServerFailed(what="broke"), id="the-question-breaks-it"),
        pytest.param(ATTEMPTS, ServerBusy(what="busy"), id="attempts-used-up"),
        pytest.param(ATTEMPTS, RateLimited(what="busy", retry_after=1), id="used-up-though-asked"),
    ],
)
def test_it_gives_up(attempt: int, error: Unavailable) -> None:
    assert wait_before_retry(attempt, error, chance=0.0) is None


def bucket(remaining: object, fill: object = 2, interval: object = 4) -> dict[str, str]:
    return {
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-fillrate": str(fill),
        "x-ratelimit-interval-seconds": str(interval),
    }


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, 0.0, id="nothing-is-limited"),
        pytest.param(bucket(100), 0.0, id="plenty-left"),
        pytest.param(bucket(5), 0.0, id="just-the-reserve"),
        pytest.param(bucket(4), 2.0, id="one-missing"),
        pytest.param(bucket(0), 10.0, id="empty"),
        pytest.param(bucket(0, fill=1, interval=3600), 60.0, id="at-most-a-minute"),
        pytest.param(bucket(0, fill=0), 0.0, id="never-refilled"),
        pytest.param(bucket("many"), 0.0, id="garbage"),
        pytest.param({"x-ratelimit-remaining": "0"}, 0.0, id="half-the-headers"),
    ],
)
def test_the_bucket_is_spared(headers: dict[str, str], seconds: float) -> None:
    assert pause_to_spare_bucket(headers, reserve=5) == seconds


def paced(most: int, *happenings: float | None) -> int:
    """How many requests are allowed after replies of so many seconds; None is trouble."""
    pace = Pace(most)
    for seconds in happenings:
        if seconds is None:
            pace.note_trouble()
        else:
            pace.note_reply(seconds)
    return pace.allowed


@pytest.mark.parametrize(
    ("happenings", "allowed"),
    [
        pytest.param([], 8, id="at-first"),
        pytest.param([0.1] * 50, 8, id="never-above-the-most"),
        pytest.param([None], 4, id="halved-by-trouble"),
        pytest.param([None] * 9, 1, id="never-below-one"),
        pytest.param([10.0], 8, id="ten-seconds-are-not-slow"),
        pytest.param([10.1], 7, id="one-less-after-a-slow-reply"),
        pytest.param([10.1] * 20, 1, id="slow-for-ever"),
        pytest.param([None, *[0.1] * 9], 4, id="nine-quick-replies"),
        pytest.param([None, *[0.1] * 10], 5, id="ten-quick-replies"),
        pytest.param(
            [None, *[0.1] * 9, 10.1, *[0.1] * 9], 3, id="a-slow-one-begins-the-count-anew"
        ),
        pytest.param([None, *[0.1] * 40], 8, id="back-to-the-most"),
    ],
)
def test_the_pace_follows_jira(happenings: list[float | None], allowed: int) -> None:
    assert paced(8, *happenings) == allowed
