"""Tells what changes in the catalog to those who listen, and puts a change in words. Keeps nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sandbox.port.catalog import Entity
from sandbox.port.replies import Json
from sandbox.port.waiting import ChangeSignal


@dataclass(frozen=True, slots=True)
class Change:
    """One entity as it was and as it is, None where it is not; both None: the catalog was emptied."""

    before: Entity | None
    after: Entity | None


class CatalogChanges:
    """Whoever writes calls `tell`; others wait on `signal` or read each change while `listening`."""

    def __init__(self) -> None:
        self.signal = ChangeSignal()
        self._listeners: list[asyncio.Queue[Change]] = []

    def tell(self, before: Entity | None, after: Entity | None) -> None:
        self.signal.notify()
        for listener in self._listeners:
            listener.put_nowait(Change(before, after))

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Change]]:
        """Every change from now until the context is left."""
        changes: asyncio.Queue[Change] = asyncio.Queue()
        self._listeners.append(changes)
        try:
            yield changes
        finally:
            self._listeners.remove(changes)


def described(change: Change) -> Json | None:
    """The change as JSON: what happened to which entity, and each field that differs.

    None when an entity was written again without a difference.
    """
    entity = change.after or change.before
    if entity is None:
        return {"change": "emptied"}
    differences = _differences(change)
    if change.before and change.after and not differences:
        return None
    return {
        "change": _word(change),
        "blueprint": entity.blueprint,
        "identifier": entity.identifier,
        "title": entity.title,
        "datasource": entity.datasource,
        "differences": differences,
    }


def _word(change: Change) -> str:
    if change.before is None:
        return "created"
    return "updated" if change.after else "deleted"


def _differences(change: Change) -> list[Json]:
    """Of an entity that was and is; a new or deleted one differs in everything."""
    if change.before is None or change.after is None:
        return []
    before, after = _values(change.before), _values(change.after)
    return [
        {"field": name, "before": before.get(name), "after": after.get(name)}
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    ]


def _values(entity: Entity) -> Json:
    return {
        "title": entity.title,
        "icon": entity.icon,
        "team": entity.team,
        **{f"properties.{name}": value for name, value in entity.properties.items()},
        **{f"relations.{name}": value for name, value in entity.relations.items()},
    }
