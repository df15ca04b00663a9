"""Pauses have bounds, grow with the attempts, and are never negative."""

from hypothesis import given
from hypothesis import strategies as st

from jira_server.errors import NoConnection, RateLimited, ServerBusy, ServerFailed, Unavailable
from jira_server.waiting import (
    ATTEMPTS,
    LONGEST_BACKOFF,
    LONGEST_RETRY_AFTER,
    Pace,
    pause_to_spare_bucket,
    wait_before_retry,
)

chances = st.floats(0, 1, exclude_max=True)
attempts = st.integers(1, ATTEMPTS - 1)
asked = st.none() | st.floats(0, 1e9)
errors = st.sampled_from([NoConnection, RateLimited, ServerBusy])


@given(attempt=attempts, error=errors, retry_after=asked, chance=chances)
def test_a_pause_is_as_long_as_asked_for_and_has_bounds(
    attempt: int, error: type[Unavailable], retry_after: float | None, chance: float
) -> None:
    wait = wait_before_retry(attempt, error(what="x", retry_after=retry_after), chance)
    if retry_after is not None and retry_after > LONGEST_RETRY_AFTER:
        assert wait is None
        return
    assert wait is not None
    assert max(0.0, retry_after or 0.0) < wait + 1e-9
    assert 0 < wait <= max(LONGEST_BACKOFF * 1.25, retry_after or 0.0)


@given(attempt=st.integers(1, 100), chance=chances, retry_after=asked, most=st.integers(1, 50))
def test_it_always_gives_up_in_the_end(
    attempt: int, chance: float, retry_after: float | None, most: int
) -> None:
    busy = ServerBusy(what="x", retry_after=retry_after)
    if attempt >= most:
        assert wait_before_retry(attempt, busy, chance, most) is None
    assert wait_before_retry(attempt, ServerFailed(what="x"), chance, most) is None


@given(attempt=st.integers(1, ATTEMPTS - 2), chance=chances)
def test_pauses_grow(attempt: int, chance: float) -> None:
    error = NoConnection(what="x")
    now, later = (wait_before_retry(n, error, chance) for n in (attempt, attempt + 1))
    assert now is not None
    assert later is not None
    assert later >= now


@given(attempt=attempts, one=chances, other=chances)
def test_chance_spreads_a_pause_but_not_widely(attempt: int, one: float, other: float) -> None:
    error = NoConnection(what="x")
    first, second = (wait_before_retry(attempt, error, chance) for chance in (one, other))
    assert first is not None
    assert second is not None
    assert max(first, second) <= min(first, second) * 5 / 3 + 1e-9


numbers = st.one_of(
    st.integers(0, 10**6).map(str), st.sampled_from(["", "x", "-1", "1e9", "nan", "inf"])
)


@given(
    remaining=numbers,
    fill=numbers,
    interval=numbers.filter(lambda n: not n.startswith("-")),
    reserve=st.integers(0, 50),
)
def test_the_pause_for_the_bucket_has_bounds_whatever_the_headers_say(
    remaining: str, fill: str, interval: str, reserve: int
) -> None:
    headers = {
        "x-ratelimit-remaining": remaining,
        "x-ratelimit-fillrate": fill,
        "x-ratelimit-interval-seconds": interval,
    }
    assert 0.0 <= pause_to_spare_bucket(headers, reserve) <= LONGEST_BACKOFF


@given(left=st.integers(0, 50), less=st.integers(0, 50), reserve=st.integers(1, 50))
def test_the_emptier_the_bucket_the_longer_the_pause(left: int, less: int, reserve: int) -> None:
    def pause(remaining: int) -> float:
        headers = {
            "x-ratelimit-remaining": str(remaining),
            "x-ratelimit-fillrate": "3",
            "x-ratelimit-interval-seconds": "2",
        }
        return pause_to_spare_bucket(headers, reserve)

    assert pause(min(left, less)) >= pause(max(left, less))


@given(most=st.integers(1, 32), happenings=st.lists(st.none() | st.floats(0, 60), max_size=80))
def test_the_pace_stays_between_one_and_the_most(most: int, happenings: list[float | None]) -> None:
    pace = Pace(most)
    for seconds in happenings:
        if seconds is None:
            pace.note_trouble()
        else:
            pace.note_reply(seconds)
        assert 1 <= pace.allowed <= most
