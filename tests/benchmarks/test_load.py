"""What is counted as asked of Jira, and for how long."""

from typing import Any

import pytest

from benchmarks.load import jira_load

SEARCH = "/jira/rest/api/2/search"


def request(started: float, seconds: float, path: str = SEARCH, **query: str) -> dict[str, Any]:
    asked = {"maxResults": "50", **query}
    return {
        "method": "GET",
        "path": path,
        "query": asked,
        "body": None,
        "started": started,
        "seconds": seconds,
        "bytes": 500_000,
    }


def posted(started: float, seconds: float, most: int) -> dict[str, Any]:
    return {
        **request(started, seconds),
        "method": "POST",
        "query": {},
        "body": {"maxResults": most},
    }


def test_time_runs_from_the_first_request_of_any_kind_to_the_end_of_the_last_search() -> None:
    requests = [
        request(10.0, 0.5, "/jira/rest/api/2/myself"),
        request(11.0, 4.0),
        request(12.0, 1.0),
        request(15.0, 2.0, "/jira/rest/api/2/myself"),
    ]

    assert jira_load(requests, 100, 1000).until_last_reply == 5.0


@pytest.mark.parametrize(
    ("requests", "busy"),
    [
        pytest.param([request(0, 1), request(3, 1)], 2.0, id="one-after-the-other"),
        pytest.param([request(0, 2), request(1, 2)], 3.0, id="overlapping"),
        pytest.param([request(0, 5), request(1, 1), request(2, 1)], 5.0, id="one-inside-another"),
    ],
)
def test_jira_is_busy_while_any_request_is_under_way(
    requests: list[dict[str, Any]], busy: float
) -> None:
    assert jira_load(requests, 100, 1000).busy == busy


def test_counting_issues_is_no_search_but_its_bytes_are_sent_all_the_same() -> None:
    load = jira_load([request(0, 1, maxResults="0"), request(1, 1)], 50, 1000)

    assert load.searches == 1
    assert load.megabytes == 1.0


@pytest.mark.parametrize(
    ("asked", "cap", "page"),
    [
        pytest.param(50, 1000, 50, id="as-asked"),
        pytest.param(1000, 200, 200, id="cut-by-jira"),
    ],
)
def test_a_full_page_is_what_jira_gives_of_what_was_asked(asked: int, cap: int, page: int) -> None:
    assert jira_load([posted(0, 1, 20), posted(1, 1, asked)], 1000, cap).page == page


def test_requests_are_held_against_the_full_pages_that_all_issues_need() -> None:
    load = jira_load([request(second, 1) for second in range(6)], 201, 1000)

    assert load.searches_per_full_page == 6 / 5
    assert load.searches_per_thousand == pytest.approx(29.85, abs=0.01)
