"""What writing an entity does to the catalog: merge, resolve searches, check, store. No HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.port.catalog import Catalog, Entity, Key
from sandbox.port.entity_checks import entity_problems, identifier_problems, missing_required
from sandbox.port.replies import Json, RefusedError, Resource, invalid, not_found, taken
from sandbox.port.search_query import compiled, within


@dataclass(frozen=True)
class UpsertOptions:
    """The query parameters of Port's entity routes, under their own names."""

    upsert: bool = False
    merge: bool = False
    create_missing_related_entities: bool = False
    validation_only: bool = False


@dataclass(frozen=True)
class Writer:
    """Who writes (the User-Agent, which becomes the entity's datasource) and when (epoch seconds)."""

    datasource: str
    now: float


@dataclass(frozen=True)
class Upserted:
    """The entity as it is now and whether it is new."""

    entity: Entity
    created: bool


class Upserts:
    """Writes entities of one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def write(self, blueprint: str, body: Json, options: UpsertOptions, writer: Writer) -> Upserted:
        """Store one entity (or only check it) and give it back.

        Raises `RefusedError`: 404 `not_found` for an unknown blueprint, a relation to a missing
        entity or a search identifier without match; 409 for an existing entity without `upsert`;
        422 for everything that does not fit the blueprint.
        """
        definition = self._catalog.blueprint(blueprint)
        body = self._without_searches(definition, body)
        _refuse([*identifier_problems(body.get("identifier")), *entity_problems(body, definition)])
        before = self._catalog.find(blueprint, body["identifier"])
        if before is not None and not options.upsert:
            raise taken(Resource.ENTITY, before.identifier)
        entity = self._combined(definition, body, before, options, writer)
        _refuse(missing_required(entity.properties, entity.relations, definition))
        self._settle_targets(definition, entity, options, writer)
        if not options.validation_only:
            self._catalog.put(entity)
        return Upserted(entity, before is None)

    def _combined(
        self,
        definition: Json,
        body: Json,
        before: Entity | None,
        options: UpsertOptions,
        writer: Writer,
    ) -> Entity:
        kept = before if options.merge else None
        sequence = before.sequence if before else self._catalog.next_sequence()
        return Entity(
            blueprint=definition["identifier"],
            identifier=body["identifier"],
            title=body.get("title", kept.title if kept else None),
            icon=body.get("icon", kept.icon if kept else None),
            team=_team(body["team"]) if "team" in body else (kept.team if kept else []),
            properties=_merged(kept.properties if kept else {}, body.get("properties")),
            relations=_merged(kept.relations if kept else {}, body.get("relations")),
            datasource=writer.datasource,
            created_at=before.created_at if before else writer.now,
            updated_at=writer.now,
            sequence=sequence,
        )

    def _settle_targets(
        self, definition: Json, entity: Entity, options: UpsertOptions, writer: Writer
    ) -> None:
        missing = list(self._missing_targets(definition, entity))
        if missing and not options.create_missing_related_entities:
            blueprint, identifier = missing[0]
            raise not_found(Resource.ENTITY, identifier, f'in blueprint "{blueprint}"')
        if options.validation_only:
            return
        for blueprint, identifier in missing:
            self._catalog.put(self._bare(blueprint, identifier, writer))

    def _missing_targets(self, definition: Json, entity: Entity) -> Iterator[Key]:
        for name, value in entity.relations.items():
            target = definition["relations"].get(name, {}).get("target", "")
            for identifier in value if isinstance(value, list) else [value]:
                key = (target, identifier)
                if identifier is not None and key != entity.key and not self._catalog.has(key):
                    yield key

    def _bare(self, blueprint: str, identifier: str, writer: Writer) -> Entity:
        return Entity(
            blueprint=blueprint,
            identifier=identifier,
            title=identifier,
            icon=None,
            team=[],
            properties={},
            relations={},
            datasource=writer.datasource,
            created_at=writer.now,
            updated_at=writer.now,
            sequence=self._catalog.next_sequence(),
        )

    def _without_searches(self, definition: Json, body: Json) -> Json:
        """The body with identifiers in the place of search queries."""
        identifier = body.get("identifier")
        relations = body.get("relations")
        team = body.get("team")
        if isinstance(identifier, dict):
            body = {**body, "identifier": self._searched_entity(definition, identifier)}
        if isinstance(relations, dict):
            body = {**body, "relations": self._searched_relations(definition, relations)}
        if isinstance(team, dict):
            body = {**body, "team": self._identifiers("_team", team)}
        return body

    def _searched_entity(self, definition: Json, query: Json) -> str:
        found = self._identifiers(definition["identifier"], query)
        if not found:
            message = (
                f'No entity of blueprint "{definition["identifier"]}" matches the search identifier'
            )
            raise RefusedError(404, "not_found", message)
        if len(found) > 1:
            message = f"The search identifier matches {len(found)} entities, it must match one"
            raise invalid(message)
        return found[0]

    def _searched_relations(self, definition: Json, relations: Json) -> Json:
        return {
            name: (
                self._searched_target(name, definition["relations"].get(name), value)
                if isinstance(value, dict)
                else value
            )
            for name, value in relations.items()
        }

    def _searched_target(self, name: str, relation: Json | None, query: Json) -> object:
        if relation is None:
            return query
        found = self._identifiers(relation["target"], query)
        if relation["many"]:
            return found
        if len(found) > 1:
            message = f'The search of relation "{name}" matches {len(found)} entities, it takes one'
            raise invalid(message)
        return found[0] if found else None

    def _identifiers(self, blueprint: str, query: Json) -> list[str]:
        found = self._catalog.search(within(compiled(query), blueprint))
        return [entity.identifier for entity in found]


def deleted(catalog: Catalog, entity: Entity, with_dependents: bool) -> list[Entity]:
    """Delete an entity and give what went with it.

    Entities with a required relation to it go too when `with_dependents` says so, otherwise
    `RefusedError` 409; a relation that is not required only loses its value.
    """
    doomed = [entity, *_dependents(catalog, entity)]
    if len(doomed) > 1 and not with_dependents:
        message = f'Entity "{entity.identifier}" has {len(doomed) - 1} dependent entities'
        raise RefusedError(409, "has_dependents", message)
    for one in doomed:
        current = catalog.find(*one.key)
        if current is not None:
            catalog.remove(current)
    return doomed


def _dependents(catalog: Catalog, entity: Entity) -> Iterator[Entity]:
    seen, waiting = {entity.key}, [entity]
    while waiting:
        target = waiting.pop()
        for referrer in catalog.referrers(target):
            if referrer.key not in seen and catalog.requires(referrer, target):
                seen.add(referrer.key)
                waiting.append(referrer)
                yield referrer


def _merged(before: Json, given: Json | None) -> Json:
    values = {**before, **(given or {})}
    return {name: value for name, value in values.items() if value is not None}


def _team(value: object) -> list[str]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, str) else []


def _refuse(problems: list[str]) -> None:
    if problems:
        raise invalid("; ".join(problems))
