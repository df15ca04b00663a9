"""The store of blueprints and entities, with the indexes that keep it quick. Checks nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from sandbox.port.clock import iso
from sandbox.port.replies import Json, Resource, not_found
from sandbox.port.search_query import Lookup, Query

Key = tuple[str, str]
"""A blueprint's and an entity's identifier."""

Listener = Callable[["Entity | None", "Entity | None"], None]
"""Is told of an entity as it was and as it is now, None where there is none."""


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity as it was written. Instants are epoch seconds, `sequence` grows with each new one."""

    blueprint: str
    identifier: str
    title: str | None
    icon: str | None
    team: list[str]
    properties: Json
    relations: Json
    datasource: str
    created_at: float
    updated_at: float
    sequence: int

    @property
    def key(self) -> Key:
        return self.blueprint, self.identifier


class Catalog:
    """Blueprints and entities by identifier; also entities by writer and by what points at them."""

    def __init__(self, listener: Listener = lambda _before, _after: None) -> None:
        self._tell = listener
        self.blueprints: dict[str, Json] = {}
        self._entities: dict[str, dict[str, Entity]] = {}
        self._by_datasource: dict[str, dict[Key, Entity]] = {}
        self._targets: dict[Key, tuple[Key, ...]] = {}
        self._referrers: dict[Key, dict[Key, None]] = {}
        self._next_sequence = 1

    def blueprint(self, identifier: str) -> Json:
        """Raises `RefusedError` 404 for an unknown one."""
        if identifier not in self.blueprints:
            raise not_found(Resource.BLUEPRINT, identifier)
        return self.blueprints[identifier]

    def put_blueprint(self, blueprint: Json) -> None:
        self.blueprints[blueprint["identifier"]] = blueprint
        self._entities.setdefault(blueprint["identifier"], {})

    def remove_blueprint(self, identifier: str) -> None:
        """Forget a blueprint and every entity of it."""
        for entity in list(self.of_blueprint(identifier)):
            self.remove(entity)
        self.blueprints.pop(identifier, None)
        self._entities.pop(identifier, None)

    def find(self, blueprint: str, identifier: str) -> Entity | None:
        return self._entities.get(blueprint, {}).get(identifier)

    def has(self, key: Key) -> bool:
        return self.find(*key) is not None

    def entity(self, blueprint: str, identifier: str) -> Entity:
        """Raises `RefusedError` 404 for an unknown one."""
        found = self.find(blueprint, identifier)
        if found is None:
            raise not_found(Resource.ENTITY, identifier, f'in blueprint "{blueprint}"')
        return found

    def of_blueprint(self, blueprint: str) -> Iterable[Entity]:
        return self._entities.get(blueprint, {}).values()

    def count(self, blueprint: str) -> int:
        return len(self._entities.get(blueprint, {}))

    def next_sequence(self) -> int:
        self._next_sequence += 1
        return self._next_sequence - 1

    def put(self, entity: Entity) -> None:
        """Store an entity in the place of the one with its key."""
        before = self.find(*entity.key)
        if before is not None:
            self._forget_links(before)
        self._entities.setdefault(entity.blueprint, {})[entity.identifier] = entity
        self._by_datasource.setdefault(entity.datasource, {})[entity.key] = entity
        self._link(entity)
        self._tell(before, entity)

    def remove(self, entity: Entity) -> None:
        """Forget an entity, and the mention of it in the relations of others."""
        self._forget_links(entity)
        self._entities[entity.blueprint].pop(entity.identifier, None)
        self._tell(entity, None)
        for referrer in self.referrers(entity):
            self.put(replace(referrer, relations=self._relations_without(referrer, entity.key)))

    def referrers(self, entity: Entity) -> list[Entity]:
        """The entities with a relation to this one."""
        keys = self._referrers.get(entity.key, {})
        return [found for key in keys if (found := self.find(*key)) is not None]

    def requires(self, entity: Entity, target: Entity) -> bool:
        """Whether a required relation of `entity` points at `target`."""
        relations = self.blueprints[entity.blueprint]["relations"]
        return any(
            relation["required"]
            and relation["target"] == target.blueprint
            and target.identifier in _listed(entity.relations.get(name))
            for name, relation in relations.items()
        )

    def of_datasource(
        self, prefix: str, suffix: str, before: float | None, after: int
    ) -> list[Entity]:
        """What writers with this beginning and end of a name own, in order of creation.

        `before`: only entities last written earlier; `after`: only those of a later sequence.
        """
        found = [
            entity
            for datasource, entities in self._by_datasource.items()
            if datasource.startswith(prefix) and datasource.endswith(suffix)
            for entity in entities.values()
            if entity.sequence > after and (before is None or entity.updated_at < before)
        ]
        return sorted(found, key=lambda entity: entity.sequence)

    def search(self, query: Query) -> list[Entity]:
        """The entities that a query means, in order of creation."""
        found = [one for one in self._candidates(query) if query.matches(lookup(one))]
        return sorted(found, key=lambda entity: entity.sequence)

    def _candidates(self, query: Query) -> Iterator[Entity]:
        wanted = query.blueprints
        blueprints = [name for name in self._entities if wanted is None or name in wanted]
        for blueprint in blueprints:
            if query.identifiers is None:
                yield from self.of_blueprint(blueprint)
                continue
            for identifier in query.identifiers:
                found = self.find(blueprint, identifier)
                if found is not None:
                    yield found

    def _link(self, entity: Entity) -> None:
        relations = self.blueprints[entity.blueprint]["relations"]
        targets = tuple(
            (relations[name]["target"], identifier)
            for name, value in entity.relations.items()
            if name in relations
            for identifier in _listed(value)
        )
        self._targets[entity.key] = targets
        for target in targets:
            self._referrers.setdefault(target, {})[entity.key] = None

    def _forget_links(self, entity: Entity) -> None:
        self._by_datasource.get(entity.datasource, {}).pop(entity.key, None)
        for target in self._targets.pop(entity.key, ()):
            referrers = self._referrers.get(target, {})
            referrers.pop(entity.key, None)
            if not referrers:
                self._referrers.pop(target, None)

    def _relations_without(self, entity: Entity, target: Key) -> Json:
        relations = self.blueprints[entity.blueprint]["relations"]
        return {
            name: (
                _without(value, target[1])
                if relations.get(name, {}).get("target") == target[0]
                else value
            )
            for name, value in entity.relations.items()
        }

    def dump(self) -> Json:
        """Everything as JSON; `load` takes it back."""
        return {
            "blueprints": list(self.blueprints.values()),
            "entities": [
                {name: getattr(entity, name) for name in _FIELDS}
                for entities in self._entities.values()
                for entity in entities.values()
            ],
            "next_sequence": self._next_sequence,
        }

    def load(self, dumped: Json) -> None:
        """Add what `dump` gave."""
        for blueprint in dumped["blueprints"]:
            self.put_blueprint(blueprint)
        for values in dumped["entities"]:
            self.put(Entity(**values))
        self._next_sequence = dumped["next_sequence"]


_FIELDS = [one.name for one in fields(Entity)]


def lookup(entity: Entity) -> Lookup:
    """The values that search rules ask an entity for."""

    def value(name: str) -> object:
        read = _META.get(name)
        if read is not None:
            return read(entity)
        return entity.properties.get(name, entity.relations.get(name))

    return value


_META: dict[str, Callable[[Entity], object]] = {
    "$identifier": lambda entity: entity.identifier,
    "$title": lambda entity: entity.title,
    "$blueprint": lambda entity: entity.blueprint,
    "$icon": lambda entity: entity.icon,
    "$team": lambda entity: entity.team,
    "$datasource": lambda entity: entity.datasource,
    "$createdAt": lambda entity: iso(entity.created_at),
    "$updatedAt": lambda entity: iso(entity.updated_at),
}


def _listed(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _without(value: object, identifier: str) -> object:
    if isinstance(value, list):
        return [one for one in value if one != identifier]
    return None if value == identifier else value
