"""The inputs of a self-service action: which definitions are good, and which values fit them.

Source: Port's documentation of user inputs (types, required, order, enum, dynamic `jqQuery` values).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.port import jq_expressions
from sandbox.port.entity_checks import value_problems
from sandbox.port.replies import Json

_TYPES = ("string", "number", "boolean", "object", "array")


def definition_problems(inputs: object) -> Iterator[str]:
    """What is wrong with `userInputs`; each message begins with its place."""
    if not isinstance(inputs, dict) or not isinstance(inputs.get("properties"), dict):
        yield "userInputs must be an object with an object properties"
        return
    properties = inputs["properties"]
    for name, one in properties.items():
        yield from _input_problems(f'userInputs "{name}"', one)
    if _query(inputs.get("required")) is None:
        yield from _name_problems("required", inputs.get("required", []), properties)
    yield from _name_problems("order", inputs.get("order", []), properties)


def filled(inputs: Json, given: Json, subject: Json) -> Json:
    """The given values and, for inputs that were left out, their defaults."""
    defaults = {
        name: _settled(one["default"], subject)
        for name, one in inputs["properties"].items()
        if name not in given and one.get("default") is not None
    }
    return {**given, **{name: value for name, value in defaults.items() if value is not None}}


def value_refusals(inputs: Json, given: Json, subject: Json) -> list[str]:
    """What is wrong with the values for a run; `subject` is what dynamic definitions look at."""
    properties = inputs["properties"]
    required = _settled(inputs.get("required", []), subject)
    return [
        *(
            f'properties must have required property "{name}"'
            for name in (required if isinstance(required, list) else [])
            if name not in given
        ),
        *(
            problem
            for name, value in given.items()
            for problem in _fit(name, value, properties, subject)
        ),
    ]


def _fit(name: str, value: object, properties: Json, subject: Json) -> Iterator[str]:
    if name not in properties:
        yield f'properties must NOT have additional properties: "{name}" is no input of the action'
        return
    yield from value_problems(f'properties "{name}"', value, _static(properties[name], subject))


def _static(definition: Json, subject: Json) -> Json:
    """The definition with its dynamic choice of values worked out."""
    if _query(definition.get("enum")) is None:
        return definition
    choice = _settled(definition["enum"], subject)
    return {**definition, "enum": choice if isinstance(choice, list) else []}


def _settled(value: Any, subject: Json) -> Any:  # noqa: ANN401 - any JSON
    query = _query(value)
    return value if query is None else jq_expressions.first(query, subject)


def _query(value: object) -> str | None:
    """The expression of a dynamic value, None for a static one."""
    query = value.get("jqQuery") if isinstance(value, dict) else None
    return query if isinstance(query, str) else None


def _input_problems(where: str, one: object) -> Iterator[str]:
    if not isinstance(one, dict) or one.get("type") not in _TYPES:
        yield f"{where} must have a type of {', '.join(_TYPES)}"
        return
    for name in ("default", "enum", "visible"):
        query = _query(one.get(name))
        if query is not None and not jq_expressions.compiles(query):
            yield f"{where} {name}: {query!r} is not jq"
    yield from _constraint_problems(where, one)


def _constraint_problems(where: str, one: Json) -> Iterator[str]:
    enum = one.get("enum", [None])
    if _query(enum) is None and not (isinstance(enum, list) and enum):
        yield f"{where} enum must be an array that is not empty"
        return
    if "pattern" in one and not _is_pattern(one["pattern"]):
        yield f"{where} pattern must be a regular expression"
        return
    if one.get("default") is not None and _query(one["default"]) is None:
        definition = {name: value for name, value in one.items() if _query(value) is None}
        yield from value_problems(f"{where} default", one["default"], definition)


def _is_pattern(text: object) -> bool:
    try:
        re.compile(str(text))
    except re.error:
        return False
    return isinstance(text, str)


def _name_problems(part: str, names: object, properties: Json) -> Iterator[str]:
    if not isinstance(names, list):
        yield f"userInputs {part} must be an array"
        return
    for name in names:
        if name not in properties:
            yield f'userInputs {part} names "{name}", which is no input'
