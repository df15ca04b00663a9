"""What a query finds, as Jira finds it."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from sandbox.jira.jql import compile_query
from tests.sandbox_jql.site import CONTEXT, ISSUES, RANKED, found

ALL = "APO-1 APO-2 APO-3 APO-10 ZEUS-2 ZEUS-5"
type Table = dict[str, tuple[str, str]]


def rules(table: Table) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("jql", "keys"), table.values(), ids=table.keys())


VALUES: Table = {
    "empty-text": ("", ALL),
    "blank-text": (" \t\r\n ", ALL),
    "project-by-key": ("project = ZEUS", "ZEUS-2 ZEUS-5"),
    "project-by-name-any-case": ("project = 'apollo platform'", "APO-1 APO-2 APO-3 APO-10"),
    "project-by-id": ("project = 10001", "ZEUS-2 ZEUS-5"),
    "not-equal": ("project != ZEUS", "APO-1 APO-2 APO-3 APO-10"),
    "not-equal-leaves-out-empty": ("assignee != anna", "APO-3 ZEUS-5"),
    "not-in-leaves-out-empty": ("assignee NOT IN (anna, bo)", "ZEUS-5"),
    "not-around-equal-keeps-empty": ("NOT assignee = anna", "APO-2 APO-3 ZEUS-2 ZEUS-5"),
    "in": ("issuetype in (Epic, 'Task')", "APO-2 APO-3 ZEUS-2"),
    "in-with-empty": ("assignee in (EMPTY, bo)", "APO-2 APO-3 ZEUS-2"),
    "not-in-with-empty": ("assignee not in (EMPTY, bo)", "APO-1 APO-10 ZEUS-5"),
    "nested-list": ("type in ((Epic), (Task))", "APO-2 APO-3 ZEUS-2"),
    "is-empty": ("assignee IS EMPTY", "APO-2 ZEUS-2"),
    "is-null": ("assignee is null", "APO-2 ZEUS-2"),
    "is-not-empty": ("fixVersion is not EMPTY", "ZEUS-2"),
    "equals-empty": ("resolution = EMPTY", "APO-1 APO-2 APO-10 ZEUS-2"),
    "not-equals-empty": ("resolution != null", "APO-3 ZEUS-5"),
    "user-by-name": ("assignee = bo.b", "APO-3"),
    "user-by-key": ("assignee = jirauser10100", "APO-1 APO-10"),
    "current-user": ("assignee = currentUser()", "APO-1 APO-10"),
    "current-user-in-a-list": ("reporter in (CURRENTUSER ( ), bo)", ALL),
    "status-by-id": ("status = 10001", "APO-3 ZEUS-5"),
    "status-by-quoted-id": ("status = '10001'", "APO-3 ZEUS-5"),
    "category-by-name": ("statusCategory = 'In Progress'", "APO-2 ZEUS-2"),
    "category-by-key": ("statusCategory = indeterminate", "APO-2 ZEUS-2"),
    "category-by-id": ("statuscategory = 4", "APO-2 ZEUS-2"),
    "category-new-is-to-do": ("statusCategory = new", "APO-1 APO-10"),
    "category-not-done": ("statusCategory != DONE", "APO-1 APO-2 APO-10 ZEUS-2"),
    "labels": ("labels = BACKEND", "APO-1 APO-2"),
    "labels-word-with-hyphen": ("labels = front-end", "ZEUS-2"),
    "labels-empty": ("labels is empty", "APO-3 APO-10 ZEUS-5"),
    "labels-other-than": ("labels != urgent", "APO-2 ZEUS-2"),
    "version": ("fixVersion = 1.1", "ZEUS-2"),
    "component-that-nobody-has": ("component = Unheard", ""),
    "parent-by-key": ("parent = APO-1", "APO-2"),
    "parent-by-id": ("parent in (10100)", "APO-2"),
    "custom-field-by-name": ('"Epic Link" = apo-3', "APO-1"),
    "custom-field-by-number": ("cf[10101] = APO-3", "APO-1"),
    "custom-field-by-id": ("customfield_10101 is EMPTY", "APO-2 APO-3 APO-10 ZEUS-2 ZEUS-5"),
    "custom-number": ("'Story Points' > 4", "APO-1"),
    "custom-number-at-most": ("'Story Points' <= 3", "APO-2"),
}


@rules(VALUES)
def test_values(jql: str, keys: str) -> None:
    assert found(jql) == keys


KEYS: Table = {
    "key": ("key = APO-2", "APO-2"),
    "key-any-case": ("issuekey = apo-2", "APO-2"),
    "key-quoted": ("issue = 'APO-2'", "APO-2"),
    "id": ("id = 10101", "APO-2"),
    "keys": ("key in (ZEUS-5, APO-1, 10160)", "APO-1 APO-10 ZEUS-5"),
    "other-keys": ("key not in (ZEUS-5, APO-1)", "APO-2 APO-3 APO-10 ZEUS-2"),
    "greater-stays-in-the-project": ("issuekey > APO-2", "APO-3 APO-10"),
    "greater-by-number-not-text": ("key >= APO-3", "APO-3 APO-10"),
    "less-stays-in-the-project": ("id < ZEUS-5", "ZEUS-2"),
    "at-most": ("id <= APO-2", "APO-1 APO-2"),
    "range-over-an-id": ("id > 10101", "APO-3 APO-10"),
    "no-issue-is-without-key": ("key is EMPTY", ""),
    "every-issue-has-a-key": ("key is not EMPTY", ALL),
}


@rules(KEYS)
def test_issue_keys(jql: str, keys: str) -> None:
    assert found(jql, RANKED) == keys


LOGIC: Table = {
    "and": ("project = APO AND type = Bug", "APO-1 APO-10"),
    "or": ("type = Epic or type = Task", "APO-2 APO-3 ZEUS-2"),
    "symbols": ("type = Epic || type = Task && ! project = APO", "APO-3 ZEUS-2"),
    "single-symbols": ("type = Epic | type = Task & project = APO", "APO-2 APO-3"),
    "and-binds-closer-than-or": ("type = Epic OR type = Task AND project = ZEUS", "APO-3 ZEUS-2"),
    "and-binds-closer-from-the-left": (
        "project = ZEUS AND type = Task OR type = Epic",
        "APO-3 ZEUS-2",
    ),
    "brackets": ("(type = Epic OR type = Task) AND project = ZEUS", "ZEUS-2"),
    "not-binds-closest": ("NOT type = Bug AND project = APO", "APO-2 APO-3"),
    "not-of-brackets": ("NOT (type = Bug OR project = APO)", "ZEUS-2"),
    "not-twice": ("not ! type = Epic", "APO-3"),
    "no-blanks-needed": ("(type=Bug)and(project=APO)", "APO-1 APO-10"),
    "line-ends": ("type = Bug\r\nAND\n\tproject = APO", "APO-1 APO-10"),
    "three-parts": ("type = Bug and project = APO and assignee = anna", "APO-1 APO-10"),
    "default-of-the-integration": (
        "(statusCategory != Done) OR (created >= -1w) OR (updated >= -1w)",
        "APO-1 APO-2 APO-3 APO-10 ZEUS-2",
    ),
}


@rules(LOGIC)
def test_logic(jql: str, keys: str) -> None:
    assert found(jql) == keys


DATES: Table = {
    "minute-inclusive": ("created <= '2024-01-05 10:30'", "APO-1 ZEUS-5"),
    "minute-exclusive": ("created < '2024-01-05 10:30'", "ZEUS-5"),
    "slashes": ("created <= '2024/01/05 10:30'", "APO-1 ZEUS-5"),
    "single-digits": ("created <= '2024-1-5 10:30'", "APO-1 ZEUS-5"),
    "day-is-its-midnight": ("created >= 2024-03-15", "APO-10 ZEUS-2"),
    "day-with-slashes": ("created >= '2024/03/15'", "APO-10 ZEUS-2"),
    "day-equals-only-midnight": ("created = 2024-03-15", "ZEUS-2"),
    "day-unequal": ("created != 2024-03-15", "APO-1 APO-2 APO-3 APO-10 ZEUS-5"),
    "several-days": ("created in (2024-03-15, 2024-03-01)", "APO-2 ZEUS-2"),
    "minutes-ago": ("updated >= -10m", "APO-1 APO-10"),
    "minutes-ago-quoted": ("updated >= '-10m'", "APO-1 APO-10"),
    "minutes-without-unit": ("updated >= '-10'", "APO-1 APO-10"),
    "hours-ago": ("created > -3h", "APO-10"),
    "days-ago": ("updated < -2d", "APO-3 ZEUS-5"),
    "weeks-ago": ("created > -1w", "APO-3 APO-10 ZEUS-2"),
    "several-units": ("created >= '-1w 6d 12h'", "APO-3 APO-10 ZEUS-2"),
    "epoch-millis": ("created >= 1710460800000", "APO-10 ZEUS-2"),
    "epoch-millis-exclusive": ("created > 1710460800000", "APO-10"),
    "index-keeps-whole-seconds": ("created >= 1710460800999", "APO-10 ZEUS-2"),
    "before-1970": ("created > -1000", ALL),
    "now": ("created <= now()", ALL),
    "start-of-day": ("created >= startOfDay()", "APO-10 ZEUS-2"),
    "end-of-day": ("created > endOfDay(-1d)", "APO-10 ZEUS-2"),
    "start-of-week-is-sunday": ("created >= startOfWeek()", "APO-3 APO-10 ZEUS-2"),
    "end-of-week": ("created > endOfWeek(-1)", "APO-3 APO-10 ZEUS-2"),
    "start-of-month": ("created = STARTOFMONTH()", "APO-2"),
    "start-of-month-and-days": ("created = startOfMonth('+14d')", "ZEUS-2"),
    "end-of-month-before": ("updated < endOfMonth('-1M')", "ZEUS-5"),
    "start-of-year": ("created < startOfYear()", "ZEUS-5"),
    "year-offset": ("created < startOfYear(-1y)", ""),
    "unresolved-has-no-date": ("resolved < now()", "APO-3 ZEUS-5"),
    "unresolved-is-not-unequal": ("resolutiondate != 2024-01-01", "APO-3 ZEUS-5"),
    "resolved-empty": ("resolved is EMPTY", "APO-1 APO-2 APO-10 ZEUS-2"),
    "due-day": ("due = 2024-03-15", "APO-3"),
    "due-today": ("duedate = now()", "APO-3"),
    "due-within-days": ("due <= 5d", "APO-2 APO-3 ZEUS-5"),
    "overdue": ("due < startOfDay()", "ZEUS-5"),
    "due-empty": ("due is EMPTY", "APO-1 APO-10 ZEUS-2"),
    "due-millis": ("due > 1710460800000", "APO-2"),
    "aliases": ("createdDate < -60d and updatedDate > -1d", "APO-1"),
}


@rules(DATES)
def test_dates(jql: str, keys: str) -> None:
    assert found(jql) == keys


TEXTS: Table = {
    "word": ("summary ~ token", "APO-1 APO-2"),
    "word-any-case": ("summary ~ TOKEN", "APO-1 APO-2"),
    "part-of-a-word-is-none": ("summary ~ toke", ""),
    "end-of-a-word-is-none": ("summary ~ oken", ""),
    "prefix": ("summary ~ 'tok*'", "APO-1 APO-2 APO-3"),
    "all-words-anywhere": ("summary ~ 'expired login'", "APO-1"),
    "one-word-missing": ("summary ~ 'expired logout'", ""),
    "phrase": (r'summary ~ "\"expired token\""', "APO-1"),
    "phrase-in-order": (r'summary ~ "\"token expired\""', ""),
    "phrase-next-to-a-word": (r'summary ~ "\"an expired\" login"', "APO-1"),
    "hyphen-is-a-phrase": ("summary ~ 'sign-in'", "APO-3"),
    "not-like": ("summary !~ token", "APO-3 APO-10 ZEUS-2 ZEUS-5"),
    "not-like-leaves-out-empty": ("description !~ login", "APO-1 ZEUS-2"),
    "text-is-summary-or-description": ("text ~ login", "APO-1 APO-10"),
    "text-words-in-one-place": ("text ~ 'token blank'", ""),
    "umlaut": ("summary ~ ärger", "ZEUS-2"),
    "sharp-s-folds": ("text ~ STRASSE", "ZEUS-2"),
    "part-of-japanese": ("summary ~ 設定", "APO-10"),
    "japanese-in-order": ("summary ~ 定設", ""),
    "no-word-finds-nothing": ("summary ~ '!?-'", ""),
    "empty-description": ("description is EMPTY", "APO-2 APO-3 ZEUS-5"),
    "custom": ("'Epic Link' ~ 'APO-3'", "APO-1"),
}


@rules(TEXTS)
def test_texts(jql: str, keys: str) -> None:
    assert found(jql) == keys


ORDERS: Table = {
    "created-newest-first-by-default": (
        "order by created",
        "APO-10 ZEUS-2 APO-3 APO-2 APO-1 ZEUS-5",
    ),
    "created-asc": ("ORDER BY createdDate ASC", "ZEUS-5 APO-1 APO-2 APO-3 ZEUS-2 APO-10"),
    "key-asc-by-default": ("order by key", ALL),
    "key-by-number": ("project = APO order by issuekey desc", "APO-10 APO-3 APO-2 APO-1"),
    "several": ("order by project desc, updated asc", "ZEUS-5 ZEUS-2 APO-3 APO-2 APO-1 APO-10"),
    "equal-ones-keep-their-order": ("order by type asc", "APO-1 APO-10 ZEUS-5 APO-2 ZEUS-2 APO-3"),
    "equal-ones-keep-it-descending": (
        "order by type desc",
        "APO-3 APO-2 ZEUS-2 APO-1 APO-10 ZEUS-5",
    ),
    "empty-last": ("order by due asc", "ZEUS-5 APO-3 APO-2 APO-1 APO-10 ZEUS-2"),
    "empty-first-descending": ("order by due desc", "APO-1 APO-10 ZEUS-2 APO-2 APO-3 ZEUS-5"),
    "priority-most-urgent-first-by-default": (
        "priority is not empty order by priority",
        "APO-1 APO-10 APO-2 APO-3 ZEUS-5",
    ),
    "priority-asc": (
        "priority is not empty order by priority asc",
        "APO-3 ZEUS-5 APO-2 APO-1 APO-10",
    ),
    "summary": ("project = ZEUS order by summary desc", "ZEUS-2 ZEUS-5"),
    "custom": ("order by cf[10200], key desc", "APO-2 APO-1 ZEUS-5 ZEUS-2 APO-10 APO-3"),
}


@rules(ORDERS)
def test_orders(jql: str, keys: str) -> None:
    assert found(jql) == keys


def test_ranks_decide_before_ids() -> None:
    upside_down = replace(CONTEXT, rank=lambda _, value: -int(value) if value.isdigit() else None)
    expected = "APO-3 ZEUS-5 APO-2 APO-1 APO-10"
    assert found("priority is not empty order by priority desc", upside_down) == expected


def test_without_order_the_given_order_stays() -> None:
    query = compile_query("project = APO", CONTEXT)
    assert query.order_by == ()
    assert query.sorted(reversed(ISSUES)) == list(reversed(ISSUES))


PRIORITIES: Table = {
    "higher": ("priority > Medium", "APO-1 APO-10"),
    "at-least": ("priority >= 3", "APO-1 APO-2 APO-10"),
    "lower": ("priority < High", "APO-2 APO-3 ZEUS-5"),
}


@rules(PRIORITIES)
def test_priorities_compare_by_rank(jql: str, keys: str) -> None:
    assert found(jql, RANKED) == keys


ZONES: Table = {
    "utc": ("UTC", "APO-10 ZEUS-2"),
    "berlin-an-hour-ahead": ("Europe/Berlin", "APO-3 APO-10 ZEUS-2"),
    "new-york-hours-behind": ("America/New_York", "APO-10 ZEUS-2"),
    "tokyo-hours-ahead": ("Asia/Tokyo", "APO-3 APO-10 ZEUS-2"),
}


@pytest.mark.parametrize(("zone", "keys"), ZONES.values(), ids=ZONES.keys())
def test_dates_are_read_in_the_zone_of_the_user(zone: str, keys: str) -> None:
    context = replace(CONTEXT, time_zone=ZoneInfo(zone))
    assert found("created >= '2024-03-10 09:15'", context) == keys


@pytest.mark.parametrize("jql", ["created >= startOfDay()", "created >= '2024-03-15 00:00'"])
def test_the_day_starts_at_the_users_midnight(jql: str) -> None:
    tokyo = replace(CONTEXT, time_zone=ZoneInfo("Asia/Tokyo"))
    assert found(jql, tokyo) == "APO-10 ZEUS-2"
    assert compile_query(jql, tokyo).time_bounds() == (1710428400, None)


def test_relative_and_millis_need_no_zone() -> None:
    tokyo = replace(CONTEXT, time_zone=ZoneInfo("Asia/Tokyo"))
    for jql in ("updated >= -10m", "created >= 1710460800000"):
        assert found(jql, tokyo) == found(jql)


def test_a_day_of_25_hours_ends_at_its_own_midnight() -> None:
    berlin = replace(CONTEXT, time_zone=ZoneInfo("Europe/Berlin"))
    # Clocks are put back in the night of 27 October 2024.
    autumn = replace(berlin, now=CONTEXT.now.replace(month=10, day=27))
    start = compile_query("created >= startOfDay()", autumn).time_bounds()[0]
    until = compile_query("created <= endOfDay()", autumn).time_bounds()[1]
    assert start is not None
    assert until is not None
    assert until - start == 25 * 3600 - 1


def test_due_days_follow_the_zone() -> None:
    auckland = replace(CONTEXT, time_zone=ZoneInfo("Pacific/Auckland"))
    assert found("due < now()", auckland) == "APO-3 ZEUS-5"


@pytest.mark.parametrize("jql", ["assignee = currentUser()", "assignee != currentUser()"])
def test_nobody_is_the_anonymous_user(jql: str) -> None:
    assert found(jql, replace(CONTEXT, user_key=None)) == ""


BOUNDS = {
    "none": ("project = APO", (None, None)),
    "from": ("created >= 1700000000000", (1700000000, None)),
    "after": ("created > 1700000000000", (1700000001, None)),
    "until": ("created <= 1700000000000", (None, 1700000000)),
    "before": ("created < 1700000000000", (None, 1699999999)),
    "equal": ("created = 1700000000000", (1700000000, 1700000000)),
    "several": ("created in (1700000000000, 1600000000000)", (1600000000, 1700000000)),
    "unequal": ("created != 1700000000000", (None, None)),
    "empty": ("created in (EMPTY, 1700000000000)", (None, None)),
    "other-field": ("updated >= 1700000000000", (None, None)),
    "and": (
        "project = APO and (created >= 1600000000000 and created < 1700000000000)",
        (1600000000, 1699999999),
    ),
    "tightest": ("created >= 1600000000000 and created >= 1700000000000", (1700000000, None)),
    "or-is-the-widest": (
        "created = 1600000000000 or created = 1700000000000",
        (1600000000, 1700000000),
    ),
    "or-with-another-field": ("created = 1600000000000 or project = APO", (None, None)),
    "not": ("not created >= 1700000000000", (None, None)),
}


@pytest.mark.parametrize(("jql", "bounds"), BOUNDS.values(), ids=BOUNDS.keys())
def test_bounds_of_created(jql: str, bounds: tuple[int | None, int | None]) -> None:
    assert compile_query(jql, CONTEXT).time_bounds() == bounds
