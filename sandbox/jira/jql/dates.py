"""What a date in a query means: absolute, relative, by function. It does not know which field is asked."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_ABSOLUTE = re.compile(
    r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})(?: +([0-9]{1,2}):([0-9]{1,2}))?"
)
_PERIOD = re.compile(r"([-+]?)\s*((?:[0-9]{1,9}[wdhm]\s*)+|[0-9]{1,9})")
_PERIOD_PART = re.compile(r"([0-9]+)([wdhm]?)")
_PERIOD_UNITS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "": timedelta(minutes=1),
}
_OFFSET = re.compile(r"([-+]?[0-9]{1,9})([yMwdhm]?)")
_COARSER_OR_SAME = {"d": "dwMy", "w": "wMy", "M": "My", "y": "y"}


def read_date(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The instant that a date value means, or None when it is no valid date.

    `yyyy-MM-dd[ HH:mm]`, also with slashes, is read in `zone`; a period (`-1w 2d`, a number
    without unit is minutes) counts from `now`. Source: "Advanced searching", field "Created".
    """
    try:
        return _absolute(text.strip(), zone) or _relative(text.strip(), now)
    except (ValueError, OverflowError):
        return None


def from_epoch_millis(millis: int) -> datetime | None:
    """The instant, or None when it lies outside the years 1 to 9999."""
    try:
        return EPOCH + timedelta(milliseconds=millis)
    except OverflowError:
        return None


def epoch_seconds(instant: datetime) -> int:
    """Whole seconds, as the index keeps them: what is smaller is cut off."""
    return (instant - EPOCH) // timedelta(seconds=1)


def _absolute(text: str, zone: tzinfo) -> datetime | None:
    match = _ABSOLUTE.fullmatch(text)
    if match is None:
        return None
    year, _, month, day, hour, minute = match.groups(default="0")
    return datetime(int(year), int(month), int(day), int(hour), int(minute), tzinfo=zone)


def _relative(text: str, now: datetime) -> datetime | None:
    match = _PERIOD.fullmatch(text)
    if match is None:
        return None
    sign, parts = match.groups()
    period = sum(
        (int(count) * _PERIOD_UNITS[unit] for count, unit in _PERIOD_PART.findall(parts)),
        timedelta(),
    )
    return now.astimezone(UTC) + (-period if sign == "-" else period)


def rounded(bound: str, unit: str, offset: str | None, now: datetime) -> datetime | None:
    """The start or end of the day, week, month or year (`d`, `w`, `M`, `y`) that `now` is in.

    `now` is in the zone whose midnight counts. A week starts on Sunday, as in a Jira with its
    default locale. An offset is `(+/-)n(yMwdhm)`, without unit in units of the function; one that
    is finer than the unit counts from the rounded time (`endOfMonth(+15d)` is the 15th of the next
    month, as "Advanced searching" has it). None when the offset is invalid or leaves the calendar.
    """
    match = _OFFSET.fullmatch(offset or "0")
    if match is None:
        return None
    count, by = int(match.group(1)), match.group(2) or unit
    try:
        if by in _COARSER_OR_SAME[unit]:
            return _round(bound, unit, _shifted(now, count, by))
        return _shifted(_round(bound, unit, now), count, by)
    except (ValueError, OverflowError):
        return None


def _round(bound: str, unit: str, at: datetime) -> datetime:
    start = _STARTS[unit](at.replace(hour=0, minute=0, second=0, microsecond=0, fold=0))
    return start if bound == "start" else _shifted(start, 1, unit) - timedelta(seconds=1)


_STARTS: dict[str, Callable[[datetime], datetime]] = {
    "d": lambda midnight: midnight,
    "w": lambda midnight: midnight - timedelta(days=midnight.isoweekday() % 7),
    "M": lambda midnight: midnight.replace(day=1),
    "y": lambda midnight: midnight.replace(month=1, day=1),
}


def _shifted(at: datetime, count: int, by: str) -> datetime:
    if by in "yM":
        return _months_later(at, count * 12 if by == "y" else count)
    if by in "wd":
        # Days are added on the clock of the zone, so that midnight stays midnight.
        return at + count * _PERIOD_UNITS[by]
    return (at.astimezone(UTC) + count * _PERIOD_UNITS[by]).astimezone(at.tzinfo)


def _months_later(at: datetime, count: int) -> datetime:
    year, month = divmod(at.year * 12 + at.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(year)
    last = monthrange(year, month + 1)[1]
    return at.replace(year=year, month=month + 1, day=min(at.day, last))
