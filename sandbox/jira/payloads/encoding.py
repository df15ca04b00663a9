"""How values become JSON text. Jira writes UTF-8 as it is and escapes nothing it need not."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import quote_plus

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode_optional(value: object) -> str:
    return "null" if value is None else encode(value)


def array(fragments: Iterable[str]) -> str:
    return f"[{','.join(fragments)}]"


def timestamp(milliseconds: int, zone: tzinfo) -> str:
    """`2024-05-03T09:15:27.123+0000`, on the clock of the zone."""
    seconds, rest = divmod(milliseconds, 1000)
    if zone is UTC:
        return _stamp(datetime.fromtimestamp(seconds, UTC), rest, "+0000")
    local = datetime.fromtimestamp(seconds, zone)
    return _stamp(local, rest, _offset(local.utcoffset() or timedelta()))


def _stamp(local: datetime, milliseconds: int, offset: str) -> str:
    return f"{local.isoformat(timespec='seconds')[:19]}.{milliseconds:03}{offset}"


def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
    return f"{sign}{minutes // 60:02}{minutes % 60:02}"


def query_value(text: str) -> str:
    """As Java writes a query parameter: UTF-8, a blank as `+`."""
    return quote_plus(text, safe="*")
