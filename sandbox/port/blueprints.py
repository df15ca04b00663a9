"""Blueprint definitions: which are acceptable and what an update makes of one. Stores nothing."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from sandbox.port.replies import Json

_IDENTIFIER = re.compile(r"[A-Za-z0-9@_=-]{1,100}")
_TYPES = frozenset({"string", "number", "boolean", "object", "array"})
_ALREADY_STORED = frozenset({"createdAt", "createdBy", "updatedAt", "updatedBy"})
_EMPTY: Json = {
    "title": None,
    "icon": None,
    "description": None,
    "schema": {"properties": {}, "required": []},
    "relations": {},
    "mirrorProperties": {},
    "calculationProperties": {},
    "aggregationProperties": {},
}
_DEFINITIONS = ("relations", "mirrorProperties", "calculationProperties", "aggregationProperties")


def completed(definition: Json) -> Json:
    """A definition with every part that was left out, as Port answers it."""
    whole = {**_EMPTY, **without_stamps(definition)}
    whole["schema"] = {**_EMPTY["schema"], **(whole["schema"] or {})}
    for part in _DEFINITIONS:
        whole[part] = whole[part] or {}
    whole["relations"] = {
        name: {"title": None, "many": False, "required": False, **relation}
        for name, relation in whole["relations"].items()
    }
    return whole


def malformed(definition: Json) -> list[str]:
    """Parts of a definition, as it was sent, that are not of the right JSON type."""
    wrong = [
        f"{part} must be an object"
        for part in _EMPTY
        if isinstance(_EMPTY[part], dict) and not isinstance(definition.get(part), dict | None)
    ]
    return wrong or [
        f'{part} "{name}" must be an object'
        for part in _DEFINITIONS
        for name, one in (definition.get(part) or {}).items()
        if not isinstance(one, dict)
    ]


def patched(current: Json, changes: Json) -> Json:
    """`current` with the parts that `changes` names replaced by its own."""
    return completed({**current, **changes, "identifier": current["identifier"]})


def without_stamps(definition: Json) -> Json:
    """A definition without who wrote it and when: those are Port's to say."""
    return {name: value for name, value in definition.items() if name not in _ALREADY_STORED}


def problems(definition: Json, known: Container[str]) -> list[str]:
    """What is wrong with a completed definition; targets of relations aside."""
    identifier = definition.get("identifier")
    if not isinstance(identifier, str) or not _IDENTIFIER.fullmatch(identifier):
        return [f"identifier {identifier!r} must match pattern ^[A-Za-z0-9@_=\\-]+$"]
    if not isinstance(definition["schema"].get("properties"), dict):
        return ["schema must have an object properties"]
    return [*_property_problems(definition), *_calculation_problems(definition, known)]


def missing_targets(definition: Json, known: Container[str]) -> list[str]:
    """Blueprints that relations point at and that neither exist nor are this one."""
    targets = [relation.get("target") for relation in definition["relations"].values()]
    own = definition["identifier"]
    return [str(target) for target in targets if target != own and target not in known]


def _property_problems(definition: Json) -> Iterator[str]:
    properties = definition["schema"]["properties"]
    for name, one in properties.items():
        if not isinstance(one, dict) or one.get("type") not in _TYPES:
            yield f'property "{name}" must have a type of {", ".join(sorted(_TYPES))}'
    for name in definition["schema"]["required"] or []:
        if name not in properties:
            yield f'required property "{name}" is not in the schema'


def _calculation_problems(definition: Json, known: Container[str]) -> Iterator[str]:
    for name, one in definition["calculationProperties"].items():
        if not isinstance(one.get("calculation"), str):
            yield f'calculation property "{name}" must have a calculation'
    for name, one in definition["mirrorProperties"].items():
        relation = str(one.get("path", "")).partition(".")[0]
        if relation not in definition["relations"]:
            yield f'mirror property "{name}" must begin with a relation of the blueprint'
    for name, one in definition["aggregationProperties"].items():
        if one.get("target") not in known and one.get("target") != definition["identifier"]:
            yield f'aggregation property "{name}" has a target that does not exist'
