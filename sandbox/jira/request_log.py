"""What was asked of the site, for tests and benchmarks to look at. Holds no credentials."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

MOST: Final = 200_000


@dataclass(slots=True)
class Entry:
    """One request; `status` is None while it is being answered, and when nobody waited for it."""

    method: str
    path: str
    query: dict[str, str | list[str]]
    body: Any
    authorization: str | None
    user_agent: str | None
    started: float
    user: str | None = None
    status: int | None = None
    bytes: int = 0
    seconds: float | None = None
    fault: Any = None

    def document(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class RequestLog:
    """The latest requests, oldest first."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=MOST))

    def clear(self) -> None:
        self.entries.clear()


def plain_query(query: Mapping[str, Sequence[str]]) -> dict[str, str | list[str]]:
    """Parameters that were given once as their value, repeated ones as a list."""
    return {name: values[0] if len(values) == 1 else list(values) for name, values in query.items()}


def plain_body(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON was sent
    """JSON as what it says, other text as it is, nothing as None."""
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
