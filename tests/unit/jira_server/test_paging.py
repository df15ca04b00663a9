"""What the planner asks, and the contradictions it does not accept.

That nothing is lost is shown by the properties; here are the texts of asks and the errors.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from jira_server.errors import ListingUnproved
from jira_server.paging import Ask, IssueListing, Page, QuotedMinutes, Row

T = 1_700_000_000


def rows(*seconds: int, first_id: int = 1) -> tuple[Row, ...]:
    return tuple(Row(str(first_id + n), T + second) for n, second in enumerate(seconds))


def only_ask(listing: IssueListing) -> Ask:
    (ask,) = listing.next_asks()
    return ask


def started(criteria: str = "", *, page_size: int = 3) -> IssueListing:
    return IssueListing(criteria, page_size=page_size, now=T + 1_000_000)


def walked_to_second_page() -> IssueListing:
    listing = started()
    listing.take(only_ask(listing), Page(rows(0, 5, 9), 6))
    return listing


@pytest.mark.parametrize(
    ("criteria", "jql"),
    [
        pytest.param("", "ORDER BY created ASC, key ASC", id="everything"),
        pytest.param("a = 1", "a = 1 ORDER BY created ASC, key ASC", id="criteria"),
    ],
)
def test_the_first_ask_has_no_bounds(criteria: str, jql: str) -> None:
    assert only_ask(started(criteria)) == Ask(jql=jql, max_results=3, slice=0)


def test_the_next_ask_begins_at_the_last_second_seen() -> None:
    listing = started("a = 1 OR b = 2")
    assert listing.take(only_ask(listing), Page(rows(0, 5, 9), 6)) == [0, 1, 2]
    assert only_ask(listing).jql == (
        f"(a = 1 OR b = 2) AND (created >= {T + 9}000) ORDER BY created ASC, key ASC"
    )


def test_issues_of_one_second_are_left_out_by_id() -> None:
    listing = started()
    listing.take(only_ask(listing), Page(rows(0, 0, 0), 5))
    ask = only_ask(listing)
    assert ask.excluding
    assert "(id NOT IN (1, 2, 3))" in ask.jql


def test_an_issue_that_comes_again_is_told_once() -> None:
    listing = walked_to_second_page()
    again = (Row("3", T + 9), Row("4", T + 10))
    assert listing.take(only_ask(listing), Page(again, 2)) == [1]
    assert listing.done


@pytest.mark.parametrize(
    ("page", "done"),
    [
        pytest.param(Page(rows(0, 1), 2), True, id="the-page-holds-the-total"),
        pytest.param(Page((), 0), True, id="nothing-matches"),
        pytest.param(Page(rows(0, 1), 3), False, id="clipped-below-the-page-size"),
        pytest.param(Page(rows(0, 1), None), False, id="no-total"),
        pytest.param(Page((), None), False, id="empty-without-total"),
    ],
)
def test_the_end_must_be_proved(page: Page, done: bool) -> None:
    listing = started()
    listing.take(only_ask(listing), page)
    assert listing.done is done


def test_without_totals_an_empty_page_proves_the_end_when_it_comes_twice() -> None:
    listing = started()
    listing.take(only_ask(listing), Page((), None))
    listing.take(only_ask(listing), Page((), None))
    assert listing.done


def test_an_unsorted_page_is_not_believed() -> None:
    listing = started("a = 1")
    with pytest.raises(ListingUnproved, match=r"did not sort the issues by created: a = 1"):
        listing.take(only_ask(listing), Page(rows(5, 0), 2))


@pytest.mark.parametrize("second", [8, 0, -5])
def test_issues_from_before_the_slice_are_not_believed(second: int) -> None:
    listing = walked_to_second_page()
    with pytest.raises(ListingUnproved, match="outside of the time that was asked for"):
        listing.take(only_ask(listing), Page(rows(second, first_id=9), 1))


def test_issues_from_behind_the_slice_are_not_believed() -> None:
    listing = IssueListing("", page_size=3, now=T + 1_000, workers=2)
    listing.take(only_ask(listing), Page(rows(0, 1, 2), 50))
    first, second = listing.next_asks()
    assert f"created < {T + 501}000" in first.jql
    assert f"created >= {T + 501}000" in second.jql
    with pytest.raises(ListingUnproved, match="outside of the time that was asked for"):
        listing.take(first, Page(rows(2, 501, first_id=9), 2))


def test_issues_that_were_to_be_left_out_are_not_accepted() -> None:
    listing = started()
    listing.take(only_ask(listing), Page(rows(0, 0, 0), 5))
    with pytest.raises(ListingUnproved, match="were to be left out"):
        listing.take(only_ask(listing), Page(rows(0), 2))


def test_a_total_that_contradicts_the_pages_is_asked_four_times_and_then_raises() -> None:
    listing = walked_to_second_page()
    for _ in range(3):
        listing.take(only_ask(listing), Page((), 7))
    with pytest.raises(ListingUnproved, match="says that 7 issues match but sends none"):
        listing.take(only_ask(listing), Page((), 7))
    assert not listing.done


def test_a_total_that_was_wrong_for_a_moment_is_forgiven() -> None:
    listing = walked_to_second_page()
    listing.take(only_ask(listing), Page((), 1))
    listing.take(only_ask(listing), Page(rows(9, first_id=4), 1))
    assert listing.done


def test_criteria_that_jira_rejects_are_not_mended() -> None:
    listing = started("nosuch = 1")
    assert listing.rejected(only_ask(listing)) is False


def test_a_site_that_takes_no_epoch_gets_quoted_minutes() -> None:
    listing = walked_to_second_page()
    assert listing.rejected(only_ask(listing)) is True
    ask = only_ask(listing)
    assert 'created >= "2023-11-14 22:12"' in ask.jql
    assert listing.rejected(ask) is False


def test_ids_that_jira_no_longer_knows_are_not_left_out_again() -> None:
    listing = started()
    listing.take(only_ask(listing), Page(rows(0, 0, 0), 5))
    assert listing.rejected(only_ask(listing)) is True
    assert not only_ask(listing).excluding


def test_ids_that_vanish_for_ever_raise() -> None:
    listing = started()
    for _ in range(8):
        listing.take(only_ask(listing), Page(rows(0, 0, 0), 5))
        assert listing.rejected(only_ask(listing))
    listing.take(only_ask(listing), Page(rows(0, 0, 0), 5))
    with pytest.raises(ListingUnproved, match="deleted faster than listed"):
        listing.rejected(only_ask(listing))


def test_a_page_that_is_too_heavy_is_halved_down_to_one() -> None:
    listing = started(page_size=5)
    sizes = []
    ask: Ask | None = only_ask(listing)
    while ask is not None:
        sizes.append(ask.max_results)
        last, ask = ask, listing.smaller(ask)
    assert sizes == [5, 2, 1]
    listing.take(last, Page(rows(0), 9))
    assert only_ask(listing).max_results == 1


def test_as_many_slices_are_walked_as_there_are_workers() -> None:
    listing = IssueListing("", page_size=3, now=T + 1_000_000, workers=4)
    listing.take(only_ask(listing), Page(rows(0, 1, 2), 1_000))
    asks = listing.next_asks()
    assert [ask.slice for ask in asks] == [0, 1, 2, 3]
    assert listing.next_asks() == []


def test_workers_find_work_under_a_cap_far_below_the_page_size() -> None:
    listing = IssueListing("", page_size=500, first_page_size=5, now=T + 1_000_000, workers=4)
    listing.take(only_ask(listing), Page(rows(*range(5)), 1_000))
    listing.take(only_ask(listing), Page(rows(*range(4, 14), first_id=5), 996))
    assert len(listing.next_asks()) == 4


@pytest.mark.parametrize(
    ("zone", "moment", "lower", "upper"),
    [
        pytest.param(
            "UTC",
            datetime(2024, 5, 1, 12, 30, 59, tzinfo=UTC),
            '"2024-05-01 12:29"',
            '"2024-05-01 12:32"',
            id="utc",
        ),
        pytest.param(
            "Asia/Kolkata",
            datetime(2024, 5, 1, 12, 30, 0, tzinfo=UTC),
            '"2024-05-01 17:59"',
            '"2024-05-01 18:02"',
            id="half-an-hour-off",
        ),
        pytest.param(
            "Europe/Berlin",
            datetime(2024, 10, 27, 0, 30, 0, tzinfo=UTC),
            '"2024-10-26 23:59"',
            '"2024-10-27 06:02"',
            id="clocks-go-back",
        ),
        pytest.param(
            "Europe/Berlin",
            datetime(2024, 3, 31, 1, 10, 0, tzinfo=UTC),
            '"2024-03-30 23:54"',
            '"2024-03-31 06:12"',
            id="clocks-go-forward",
        ),
    ],
)
def test_minutes_are_bounds_outside_of_the_moment(
    zone: str, moment: datetime, lower: str, upper: str
) -> None:
    dates = QuotedMinutes(ZoneInfo(zone))
    second = int(moment.timestamp())
    assert (dates.literal(second), dates.upper_literal(second)) == (lower, upper)
    assert dates.earliest(second) <= second
