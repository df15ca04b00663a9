"""The planner against a Jira that changes under it: every stable issue, each once, or an error."""

from collections.abc import Iterator
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jira_server.errors import ListingUnproved
from jira_server.paging import IssueListing, Page, Row
from tests.properties.model_jira import ModelIssue, ModelJira, Result

START = 1_711_800_000  # 2024-03-30, a day before the clocks change in Europe


@st.composite
def companies(draw: st.DrawFn) -> list[ModelIssue]:
    """Up to 80 issues; many share a second, as after an import."""
    spread = draw(st.sampled_from([1, 5, 300, 90_000]))
    seconds = draw(st.lists(st.integers(0, spread), max_size=80))
    matching = draw(st.lists(st.booleans(), min_size=len(seconds), max_size=len(seconds)))
    return [
        ModelIssue(10_000 + n, f"{'ABC'[n % 3]}-{n}", START + second, matches)
        for n, (second, matches) in enumerate(zip(seconds, matching, strict=True))
    ]


def listed(jira: ModelJira, listing: IssueListing, random: Random) -> Iterator[int]:
    """Drive the planner as the client does, with replies in any order; yields issue ids."""
    under_way = []
    while not listing.done:
        under_way += listing.next_asks()
        ask = under_way.pop(random.randrange(len(under_way)))
        reply = jira.search(ask.jql, ask.max_results)
        if not isinstance(reply, Result):
            if not listing.rejected(ask):
                pytest.fail(f"gave up on {ask.jql}")
            continue
        page = Page(tuple(Row(str(i.id), i.created) for i in reply.issues), reply.total)
        yield from (reply.issues[n].id for n in listing.take(ask, page))
        assert jira.requests < 5_000


@settings(max_examples=400, deadline=None)
@given(
    issues=companies(),
    cap=st.sampled_from([1, 2, 7, 50]),
    workers=st.integers(1, 4),
    changes=st.integers(0, 3),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kolkata"]),
    takes_epoch=st.booleans(),
    sends_totals=st.booleans(),
    seed=st.integers(0, 2**32),
)
def test_every_stable_issue_is_listed_once_or_the_listing_raises(
    issues: list[ModelIssue],
    cap: int,
    workers: int,
    changes: int,
    zone: str,
    takes_epoch: bool,
    sends_totals: bool,
    seed: int,
) -> None:
    random = Random(seed)
    jira = ModelJira(
        issues,
        cap=cap,
        random=random,
        changes_per_request=changes,
        zone=ZoneInfo(zone),
        takes_epoch=takes_epoch,
        sends_totals=sends_totals,
    )
    listing = IssueListing(
        "", page_size=50, now=START + 100_000, workers=workers, zone=ZoneInfo(zone)
    )
    got: list[int] = []
    try:
        got.extend(listed(jira, listing, random))
    except ListingUnproved:
        assert changes, "nothing changed, so the end can be proved"
        return
    assert jira.stable <= set(got)
    assert len(got) == len(set(got))
