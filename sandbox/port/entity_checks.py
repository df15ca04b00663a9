"""Whether an entity fits its blueprint, and what is wrong with it. Looks nothing up, changes nothing.

Source: Port's documentation of blueprints (properties, relations) and the entity identifier's pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sandbox.port.property_formats import fits
from sandbox.port.replies import Json

_IDENTIFIER = re.compile(r"[A-Za-z0-9@_.+:/=-]+")
_IDENTIFIER_PATTERN = r"^[A-Za-z0-9@_.+:\/=-]+$"

_SAYING_NOTHING_OF_THE_VALUE = frozenset({"type", "title", "description", "icon", "default"})

_TYPES: dict[str, Callable[[object], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}


def identifier_problems(identifier: object) -> list[str]:
    """What is wrong with an entity's identifier; empty when nothing is."""
    if not isinstance(identifier, str):
        return ["identifier must be a string"]
    if not _IDENTIFIER.fullmatch(identifier):
        return [f'identifier "{identifier}" must match pattern "{_IDENTIFIER_PATTERN}"']
    return []


def entity_problems(entity: Json, blueprint: Json) -> list[str]:
    """What is wrong with the fields of `entity` as they were sent, required ones aside.

    Relations are looked at for name and shape only, not for their targets.
    """
    return [
        *_field_problems(entity),
        *_property_problems(entity.get("properties") or {}, blueprint),
        *_relation_problems(entity.get("relations") or {}, blueprint),
    ]


def missing_required(properties: Json, relations: Json, blueprint: Json) -> list[str]:
    """Problems of a whole entity (after merging): required properties and relations without a value."""
    required = (blueprint.get("schema") or {}).get("required") or []
    wanted = [
        name
        for name, relation in (blueprint.get("relations") or {}).items()
        if relation.get("required")
    ]
    return [
        *(f'must have required property "{name}"' for name in _absent(required, properties)),
        *(f'must have required relation "{name}"' for name in _absent(wanted, relations)),
    ]


def _absent(names: Iterable[str], values: Json) -> list[str]:
    return [name for name in names if values.get(name) is None]


def _field_problems(entity: Json) -> Iterator[str]:
    for name in ("title", "icon"):
        if not isinstance(entity.get(name), str | None):
            yield f"{name} must be a string"
    for name in ("properties", "relations"):
        if not isinstance(entity.get(name), dict | None):
            yield f"{name} must be an object"
    if not _is_team(entity.get("team")):
        yield "team must be a string or an array of strings"


def _is_team(team: object) -> bool:
    if isinstance(team, list):
        return all(isinstance(name, str) for name in team)
    return team is None or isinstance(team, str)


def _property_problems(properties: Json, blueprint: Json) -> Iterator[str]:
    if not isinstance(properties, dict):
        return
    known = (blueprint.get("schema") or {}).get("properties") or {}
    for name, value in properties.items():
        if name not in known:
            yield f'must NOT have additional properties: "{name}" is not in the blueprint'
        elif value is not None:
            yield from value_problems(f'property "{name}"', value, known[name])


def value_problems(where: str, value: object, definition: Json) -> Iterator[str]:
    """What is wrong with one value for a property's definition; `where` begins each message."""
    kind = definition.get("type", "string")
    if not _is_type(kind, value):
        yield f"{where} must be {kind}, got {_shown(value)}"
        return
    if definition.keys() <= _SAYING_NOTHING_OF_THE_VALUE:
        return
    if "enum" in definition and value not in definition["enum"]:
        yield f"{where} must be equal to one of the allowed values {definition['enum']}, got {_shown(value)}"
    if isinstance(value, str):
        yield from _string_problems(where, value, definition)
    elif isinstance(value, list):
        yield from _array_problems(where, value, definition)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number_problems(where, value, definition)


def _is_type(kind: str, value: object) -> bool:
    check = _TYPES.get(kind)
    return check is None or check(value)


def _string_problems(where: str, value: str, definition: Json) -> Iterator[str]:
    if "format" in definition and not fits(definition["format"], value):
        yield f'{where} must match format "{definition["format"]}", got {_shown(value)}'
    if "pattern" in definition and not re.search(definition["pattern"], value):
        yield f'{where} must match pattern "{definition["pattern"]}", got {_shown(value)}'
    yield from _bound_problems(where, len(value), definition, ("minLength", "maxLength"))


def _array_problems(where: str, value: list[Any], definition: Json) -> Iterator[str]:
    yield from _bound_problems(where, len(value), definition, ("minItems", "maxItems"))
    items = definition.get("items")
    if items:
        for index, item in enumerate(value):
            yield from value_problems(f"{where} item {index}", item, items)


def _number_problems(where: str, value: float, definition: Json) -> Iterator[str]:
    yield from _bound_problems(where, value, definition, ("minimum", "maximum"))


def _bound_problems(
    where: str, size: float, definition: Json, bounds: tuple[str, str]
) -> Iterator[str]:
    least, most = bounds
    if least in definition and size < definition[least]:
        yield f"{where} has {least} {definition[least]}, got {size}"
    if most in definition and size > definition[most]:
        yield f"{where} has {most} {definition[most]}, got {size}"


def _relation_problems(relations: Json, blueprint: Json) -> Iterator[str]:
    if not isinstance(relations, dict):
        return
    known = blueprint.get("relations") or {}
    for name, value in relations.items():
        if name not in known:
            yield f'relation "{name}" is not in the blueprint'
        elif value is not None:
            yield from _target_problems(name, value, bool(known[name].get("many")))


def _target_problems(name: str, value: object, many: bool) -> Iterator[str]:
    if many != isinstance(value, list):
        yield f'relation "{name}" must be {"an array" if many else "a string"}, got {_shown(value)}'
        return
    for target in value if isinstance(value, list) else [value]:
        for problem in identifier_problems(target):
            yield f'relation "{name}": {problem}'


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
