"""Outages on request: which request meets which fault. Carries none of them out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.port.replies import Json, invalid


@dataclass(frozen=True)
class Reply:
    """Answer with this status instead of handling the request."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reset:
    """Cut the connection without a reply."""


@dataclass(frozen=True)
class Hang:
    """Wait this many seconds, then handle the request."""

    seconds: float


@dataclass(frozen=True)
class RefuseEntity:
    """Refuse the entities whose identifier matches."""

    identifier: re.Pattern[str]
    message: str


Effect = Reply | Reset | Hang | RefuseEntity


@dataclass
class Fault:
    """A rule: the requests it concerns, how many it lets pass first, how many it spoils."""

    number: int
    method: str | None
    path: re.Pattern[str]
    effect: Effect
    after: int
    times: int | None
    definition: Json
    seen: int = 0
    hits: int = 0

    def concerns(self, method: str, path: str) -> bool:
        return self.method in (None, method) and self.path.search(path) is not None

    def strikes(self) -> bool:
        """Count one more occasion and say whether the fault happens on it."""
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.hits >= self.times):
            return False
        self.hits += 1
        return True


class Faults:
    """The faults that are in force, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._numbers = itertools.count(1)

    def add(self, definition: Json) -> Fault:
        """Put a fault in force; raises `RefusedError` 422 when its JSON says nothing useful."""
        fault = Fault(
            number=next(self._numbers),
            method=_method(definition.get("method")),
            path=_pattern(definition.get("path", "")),
            effect=_effect(definition.get("then")),
            after=_count(definition.get("after") or 0, "after"),
            times=None if definition.get("times") is None else _count(definition["times"], "times"),
            definition=definition,
        )
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        self._faults.clear()

    def listed(self) -> list[Json]:
        return [
            {"id": one.number, "hits": one.hits, "seen": one.seen, **one.definition}
            for one in self._faults
        ]

    def for_request(self, method: str, path: str) -> Reply | Reset | Hang | None:
        """What happens to a request; counts the occasion."""
        for fault in self._concerning(method, path):
            if not isinstance(fault.effect, RefuseEntity) and fault.strikes():
                return fault.effect
        return None

    def for_entities(self, method: str, path: str) -> Callable[[str], str | None]:
        """Gives the refusal's message for an identifier sent with this request, None to let it pass."""
        faults = list(self._concerning(method, path))

        def refusal(identifier: str) -> str | None:
            for fault in faults:
                effect = fault.effect
                if (
                    isinstance(effect, RefuseEntity)
                    and effect.identifier.search(identifier)
                    and fault.strikes()
                ):
                    return effect.message
            return None

        return refusal

    def _concerning(self, method: str, path: str) -> Iterator[Fault]:
        return (fault for fault in self._faults if fault.concerns(method, path))


def _effect(then: object) -> Effect:
    if then == "reset":
        return Reset()
    if isinstance(then, dict):
        if "status" in then:
            return _reply(then)
        if "hang" in then:
            return Hang(_seconds(then["hang"]))
        if "refuse_entity" in then:
            message = str(then.get("message") or "refused on request")
            return RefuseEntity(_pattern(then["refuse_entity"]), message)
    message = '"then" must be "reset" or an object with status, hang or refuse_entity'
    raise invalid(message)


def _reply(then: Json) -> Reply:
    status = _count(then["status"], "status")
    if not 200 <= status <= 599:
        message = f"status must be between 200 and 599, got {status}"
        raise invalid(message)
    default = {"ok": False, "error": "fault", "message": "This outage was asked for"}
    headers = {str(name): str(value) for name, value in (then.get("headers") or {}).items()}
    return Reply(status, then.get("body", default), headers)


def _method(value: object) -> str | None:
    return None if value is None else str(value).upper()


def _pattern(value: object) -> re.Pattern[str]:
    try:
        return re.compile(str(value))
    except re.error as err:
        message = f"{value!r} is not a regular expression: {err}"
        raise invalid(message) from err


def _count(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        message = f"{name} must be a whole number that is not negative, got {value!r}"
        raise invalid(message)
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        message = f"hang must be a number of seconds, got {value!r}"
        raise invalid(message)
    return float(value)
