"""Which strings count as a url, an email, a date-time... Decides on single strings only."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import urlsplit

_EMAIL = re.compile(r"[^\s@<>(),;:\"]+@[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z0-9-]*[A-Za-z0-9]")
# An offset may be written with or without its colon: Port takes Jira's `+0000`.
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)")
_WHITE_SPACE = re.compile(r"\s")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def is_url(text: str) -> bool:
    """An absolute address: a scheme and a host, without white space."""
    if _WHITE_SPACE.search(text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and parts.hostname)


def is_email(text: str) -> bool:
    """`local@domain.tld`."""
    return _EMAIL.fullmatch(text) is not None


def is_date_time(text: str) -> bool:
    """RFC 3339: date, time with seconds, and a zone. The day has to exist."""
    return _DATE_TIME.fullmatch(text) is not None and _exists(datetime.fromisoformat, text.upper())


def is_date(text: str) -> bool:
    """`YYYY-MM-DD`; the day has to exist."""
    return _DATE.fullmatch(text) is not None and _exists(date.fromisoformat, text)


def _exists(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _is_ipv4(text: str) -> bool:
    return _exists(ipaddress.IPv4Address, text)


def _is_ipv6(text: str) -> bool:
    return _exists(ipaddress.IPv6Address, text)


_FORMATS: dict[str, Callable[[str], bool]] = {
    "url": is_url,
    "email": is_email,
    "user": is_email,
    "date-time": is_date_time,
    "timer": is_date_time,
    "date": is_date,
    "ipv4": _is_ipv4,
    "ipv6": _is_ipv6,
}


def fits(format_name: str, text: str) -> bool:
    """Whether `text` fits a format. Markdown, yaml, team and the like take any string."""
    check = _FORMATS.get(format_name)
    return check is None or check(text)
