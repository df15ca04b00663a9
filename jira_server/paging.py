"""Decides what to ask next so that a list of issues is complete although Jira changes meanwhile.

Performs no I/O and uses no offsets: every ask starts at the first result. An issue's `created`
never changes, so a list ordered by it can be cut into slices of time and each slice be walked
forward from the last second seen; an issue that leaves or is moved shifts nothing. Where more
issues share a second than fit on a page (imports), the ones already seen are excluded by id until
none is left. The end of a slice is proved, by a total that the page holds or by an empty page
that says so; whatever cannot be proved raises.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from jira_server.errors import ListingUnproved
from jira_server.jql import all_of

ORDER = "ORDER BY created ASC, key ASC"
_MOST_STALLS = 3
_MOST_RESETS = 8
_FEWEST_PAGES_TO_SPLIT = 4
_PAGES_TO_GROW_AGAIN = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One issue of a page: its id, which never changes, and `created` in epoch seconds."""

    id: str
    created: int


@dataclass(frozen=True, slots=True)
class Page:
    """A reply to an ask. `total` is Jira's count for the ask's JQL, None where it sent none."""

    rows: tuple[Row, ...]
    total: int | None


class DateLiterals(Protocol):
    """How a site takes points in time in JQL."""

    def literal(self, second: int) -> str: ...

    def earliest(self, second: int) -> int:
        """The earliest second that `created >= literal(second)` can match."""

    def upper_literal(self, second: int) -> str: ...


@dataclass(frozen=True, slots=True)
class EpochMillis:
    """Bare epoch milliseconds: exact and free of time zones (Jira's DateSupport class)."""

    def literal(self, second: int) -> str:
        return str(second * 1000)

    def upper_literal(self, second: int) -> str:
        return self.literal(second)

    def earliest(self, second: int) -> int:
        return second


@dataclass(frozen=True, slots=True)
class QuotedMinutes:
    """`"yyyy-MM-dd HH:mm"`, which Jira reads in the calling user's time zone, to the minute.

    Bounds are put a minute outside; at a change of the clocks, where a local time is read in two
    ways or in none, outside of the whole change.
    """

    zone: tzinfo

    def literal(self, second: int) -> str:
        return self._quoted(self.earliest(second))

    def upper_literal(self, second: int) -> str:
        return self._quoted(self._clear_of_change(second + 120, 1))

    def earliest(self, second: int) -> int:
        return self._clear_of_change(second - second % 60 - 60, -1)

    def _clear_of_change(self, second: int, step: int) -> int:
        while self._is_unclear(second):
            second += step * 900
        return second - second % 60

    def _is_unclear(self, second: int) -> bool:
        local = datetime.fromtimestamp(second, UTC).astimezone(self.zone).replace(tzinfo=None)
        around = [local + timedelta(hours=h) for h in (-3, 0, 3)]
        return len({moment.replace(tzinfo=self.zone).utcoffset() for moment in around}) > 1

    def _quoted(self, second: int) -> str:
        return (
            datetime.fromtimestamp(second, UTC).astimezone(self.zone).strftime('"%Y-%m-%d %H:%M"')
        )


@dataclass(frozen=True, slots=True)
class Ask:
    """One search to make: `jql` with startAt 0 and at most `max_results` issues.

    `excluding`: it leaves out issues by id; `bounded`: it names a time or such ids.
    """

    jql: str
    max_results: int
    slice: int
    excluding: bool = False
    bounded: bool = False


@dataclass(slots=True)
class _Slice:
    """One stretch of time, walked forward. None means open to that side."""

    number: int
    position: int | None
    end: int | None
    seen: dict[str, int] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    excluding: bool = False
    asked: bool = False
    done: bool = False
    remaining: int | None = None
    stalls: int = 0
    resets: int = 0


class IssueListing:
    """The walk through all issues that match `criteria`.

    Give every page that came for an ask of `next_asks` to `take`, every rejection to `rejected`,
    until `done`. Several asks may be under way at once, one a slice. `taken` counts the issues
    that `take` told of.
    """

    def __init__(
        self,
        criteria: str,
        *,
        page_size: int,
        now: int,
        workers: int = 1,
        zone: tzinfo = UTC,
        first_page_size: int | None = None,
    ) -> None:
        """`now` in epoch seconds guides where slices are cut; nothing depends on its being right.

        The first ask, the only one that is not `bounded`, is for `first_page_size` issues.
        """
        self._criteria = criteria
        self._page_size = page_size
        self._largest_page_size = page_size
        self._pages_since_smaller = 0
        self._first_page_size = first_page_size or page_size
        self._now = now
        self._workers = workers
        self._zone = zone
        self._dates: DateLiterals = EpochMillis()
        self._slices = [_Slice(0, None, None)]
        self.taken = 0
        # A server that caps pages below what is asked tells it by nothing but fewer issues.
        self._most_given = page_size

    @property
    def done(self) -> bool:
        """Whether every slice is proved complete."""
        return all(s.done for s in self._slices)

    def next_asks(self) -> list[Ask]:
        """The asks that may be sent now: one for each free worker."""
        free = self._workers - self._under_way()
        if free <= 0:
            return []
        self._split_for_idle_workers()
        waiting = [s for s in self._slices if not s.done and not s.asked]
        asks = [self._ask(s) for s in waiting[:free]]
        for ask in asks:
            self._slices[ask.slice].asked = True
        return asks

    def smaller(self, ask: Ask) -> Ask | None:
        """The same ask for half the issues, or None when it is down to one.

        The next asks are as small, too; they grow again after a run of pages that came.
        """
        if ask.max_results <= 1:
            return None
        self._page_size = max(1, min(self._page_size, ask.max_results // 2))
        self._pages_since_smaller = 0
        return replace(ask, max_results=max(1, ask.max_results // 2))

    def take(self, ask: Ask, page: Page) -> list[int]:
        """The indexes of the rows that are new; each issue is told once.

        Raises: ListingUnproved when the page contradicts what was asked.
        """
        part = self._slices[ask.slice]
        part.asked = False
        self._grow_again()
        if len(page.rows) < min(ask.max_results, page.total or 0):
            self._most_given = max(1, len(page.rows))
        self._check(ask, part, page)
        new = [
            i for i, row in enumerate(page.rows) if row.id not in part.seen and _within(part, row)
        ]
        grown = bool(new) or any(row.id not in part.confirmed for row in page.rows)
        part.resets = 0 if new else part.resets
        part.seen.update((row.id, row.created) for row in page.rows)
        part.confirmed.update(row.id for row in page.rows)
        self._advance(part, page, grown)
        self.taken += len(new)
        return new

    def rejected(self, ask: Ask) -> bool:
        """Jira answered 400 to this ask: whether the listing can go on without what it disliked.

        An excluded issue that has been deleted since, or a date in epoch milliseconds, can be the
        cause; False means that the criteria themselves must be at fault.

        Raises: ListingUnproved when excluded issues keep disappearing.
        """
        part = self._slices[ask.slice]
        part.asked = False
        if ask.excluding:
            part.resets += 1
            part.excluding = False
            part.confirmed.clear()
            if part.resets > _MOST_RESETS:
                raise _unproved(what="Issues of one second are deleted faster than listed", ask=ask)
            return True
        if ask.bounded and isinstance(self._dates, EpochMillis):
            self._dates = QuotedMinutes(self._zone)
            return True
        return ask.bounded and not self._is_current(ask, part)

    def _grow_again(self) -> None:
        self._pages_since_smaller += 1
        if self._pages_since_smaller >= _PAGES_TO_GROW_AGAIN:
            self._page_size = min(self._largest_page_size, self._page_size * 2)
            self._pages_since_smaller = 0

    def _is_current(self, ask: Ask, part: _Slice) -> bool:
        return ask.jql == self._ask(part).jql

    def _under_way(self) -> int:
        return sum(s.asked for s in self._slices)

    def _ask(self, part: _Slice) -> Ask:
        bounds = []
        if part.position is not None:
            bounds.append(f"created >= {self._dates.literal(part.position)}")
        if part.end is not None:
            bounds.append(f"created < {self._dates.upper_literal(part.end)}")
        if part.excluding:
            bounds.append(f"id NOT IN ({', '.join(sorted(part.confirmed, key=_by_number))})")
        criteria = all_of(self._criteria, *bounds)
        return Ask(
            jql=f"{criteria} {ORDER}".lstrip(),
            max_results=self._page_size if bounds else self._first_page_size,
            slice=part.number,
            excluding=part.excluding,
            bounded=bool(bounds),
        )

    def _check(self, ask: Ask, part: _Slice, page: Page) -> None:
        created = [row.created for row in page.rows]
        if created != sorted(created):
            raise _unproved(what="Jira did not sort the issues by created", ask=ask)
        exact = isinstance(self._dates, EpochMillis)
        if exact and not all(_within(part, row) for row in page.rows):
            raise _unproved(
                what="Jira sent issues from outside of the time that was asked for", ask=ask
            )
        if ask.excluding and not part.confirmed.isdisjoint(row.id for row in page.rows):
            raise _unproved(what="Jira sent issues that were to be left out", ask=ask)

    def _advance(self, part: _Slice, page: Page, grown: bool) -> None:
        held = len(page.rows)
        if (page.total is not None and page.total <= held) or (
            page.total is None and not held and part.stalls
        ):
            part.done = True
        elif not grown:
            part.stalls += 1
            if part.stalls > _MOST_STALLS:
                raise ListingUnproved(
                    what=f"Jira says that {page.total} issues match but sends none of them"
                )
        else:
            part.stalls = 0
        if part.done:
            part.seen.clear()
            part.confirmed.clear()
            return
        part.remaining = None if page.total is None else max(0, page.total - held)
        self._walk(part, page)

    def _walk(self, part: _Slice, page: Page) -> None:
        before = part.position
        if page.rows:
            last = page.rows[-1].created
            part.position = last if before is None else max(before, last)
        if part.position is None:
            return
        moved = part.position != before
        part.excluding = not moved or len(page.rows) == self._rows_at(part, page)
        floor = self._dates.earliest(part.position)
        part.seen = {i: second for i, second in part.seen.items() if second >= floor}
        part.confirmed = {i for i in part.confirmed if i in part.seen}

    def _rows_at(self, part: _Slice, page: Page) -> int:
        floor = self._dates.earliest(part.position or 0)
        return sum(row.created >= floor for row in page.rows)

    def _split_for_idle_workers(self) -> None:
        while len([s for s in self._slices if not s.done]) < self._workers:
            part = max(self._splittable(), key=lambda s: s.remaining or 0, default=None)
            if part is None or part.position is None:
                return
            end = part.end if part.end is not None else max(self._now, part.position)
            middle = part.position + (end - part.position) // 2
            if middle <= part.position + 1:
                return
            self._slices.append(_Slice(len(self._slices), middle, part.end))
            left = (part.remaining or 0) // 2
            part.end, part.remaining, self._slices[-1].remaining = middle, left, left

    def _splittable(self) -> Iterable[_Slice]:
        enough = _FEWEST_PAGES_TO_SPLIT * min(self._page_size, self._most_given)
        return (
            s
            for s in self._slices
            if not s.done and not s.asked and s.position is not None and (s.remaining or 0) > enough
        )


def _within(part: _Slice, row: Row) -> bool:
    after_start = part.position is None or row.created >= part.position
    return after_start and (part.end is None or row.created < part.end)


def _by_number(identifier: str) -> tuple[int, str]:
    return len(identifier), identifier


def _unproved(*, what: str, ask: Ask) -> ListingUnproved:
    return ListingUnproved(what=f"{what}: {ask.jql[:200]}")
