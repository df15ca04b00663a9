"""What somebody waits to see in the catalog, and whether it is there. Waits for nothing itself."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sandbox.port.catalog import Catalog, Entity, lookup
from sandbox.port.entity_views import stored
from sandbox.port.replies import Json


@dataclass(frozen=True)
class Expectation:
    """An entity is there, or is not (`absent`), or a property or relation of it has a value.

    `field` is a name or `$title` and the like; `value` the value as text or JSON, None means any.
    """

    blueprint: str
    identifier: str
    field: str | None = None
    value: str | None = None
    absent: bool = False

    def is_met(self, catalog: Catalog) -> bool:
        entity = catalog.find(self.blueprint, self.identifier)
        if entity is None or self.absent:
            return self.absent and entity is None
        if self.field is None:
            return True
        found = _field(catalog, entity, self.field)
        return found is not None if self.value is None else is_value(found, self.value)

    def unmet(self, catalog: Catalog) -> str:
        """A sentence on what is there instead."""
        entity = catalog.find(self.blueprint, self.identifier)
        where = f'entity "{self.identifier}" of blueprint "{self.blueprint}"'
        if entity is None:
            return f"There is no {where}"
        if self.field is None:
            return f"There still is an {where}"
        found = json.dumps(_field(catalog, entity, self.field), ensure_ascii=False)
        return f'"{self.field}" of {where} is {found}'


def is_value(found: object, text: str) -> bool:
    """Whether a value is what a text says: as it stands, as JSON, or as one item of a list."""
    if found == text or (isinstance(found, list) and any(is_value(one, text) for one in found)):
        return True
    try:
        meant: object = json.loads(text)
    except ValueError:
        return False
    return found == meant and isinstance(found, bool) == isinstance(meant, bool)


def _field(catalog: Catalog, entity: Entity, name: str) -> object:
    value = lookup(entity)(name)
    if value is not None or name.startswith("$"):
        return value
    whole: Json = stored(catalog, entity)
    return whole["properties"].get(name)
