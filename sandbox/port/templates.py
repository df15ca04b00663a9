"""Fills in the `{{ jq }}` templates of a definition. Knows nothing of what the definition is for.

A string that is nothing but one template becomes the value itself, with its type; amid other text
a value is written out. An expression that fails gives null, one that gives nothing drops the key.
A key that is a template and comes to null is dropped too; `{{ spreadValue() }}` as a key puts the
fields of its value in its place. Source: Port's package jq-node-bindings, which evaluates them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sandbox.port import jq_expressions
from sandbox.port.replies import Json, invalid

# Braces inside a string of the expression do not end the template.
_TEMPLATE = re.compile(r'\{\{((?:"(?:\\.|[^"\\])*"|[^"])*?)\}\}', re.DOTALL)
_SPREAD = re.compile(r"\{\{\s*spreadValue\(\s*\)\s*\}\}")
_NOTHING = object()


def rendered(template: Any, subject: Json) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """The template's JSON with values of `subject` in the place of expressions.

    Raises `RefusedError` 422 for a key that becomes something else than text, or a spread value
    that is no object; 501 without jq.
    """
    value = _value(template, subject)
    return None if value is _NOTHING else value


def problems(template: object) -> Iterator[str]:
    """What no evaluation will mend: braces without partner, expressions that are not jq."""
    for text in _texts(template):
        if re.search(r"\{\{|\}\}", _TEMPLATE.sub("", text)):
            yield f"{text!r} has double braces without a partner"
        for expression in _TEMPLATE.findall(text):
            if not _SPREAD.fullmatch(f"{{{{{expression}}}}}") and not jq_expressions.compiles(
                expression
            ):
                yield f"{expression.strip()!r} is not jq"


def _texts(template: object) -> Iterator[str]:
    if isinstance(template, str):
        yield template
    elif isinstance(template, list):
        for one in template:
            yield from _texts(one)
    elif isinstance(template, dict):
        for name, value in template.items():
            yield name
            yield from _texts(value)


def _value(template: object, subject: Json) -> object:
    if isinstance(template, str):
        return _text_value(template, subject)
    if isinstance(template, list):
        return [rendered(one, subject) for one in template]
    if isinstance(template, dict):
        return dict(_fields(template, subject))
    return template


def _fields(template: Json, subject: Json) -> Iterator[tuple[str, object]]:
    for name, value in template.items():
        if _SPREAD.fullmatch(name):
            yield from _spread(value, subject)
            continue
        key, filled = _key(name, subject), _value(value, subject)
        if key and filled is not _NOTHING:
            yield key, filled


def _spread(template: object, subject: Json) -> Iterator[tuple[str, object]]:
    fields = rendered(template, subject)
    if not isinstance(fields, dict):
        message = f"the value of spreadValue() must be an object, got {fields!r}"
        raise invalid(message)
    yield from fields.items()


def _key(name: str, subject: Json) -> str | None:
    key = rendered(name, subject)
    if not isinstance(key, str | None):
        message = f"the key {name!r} must become text, got {key!r}"
        raise invalid(message)
    return key


def _text_value(text: str, subject: Json) -> object:
    found = list(_TEMPLATE.finditer(text))
    if not found:
        return text
    jq_expressions.require()
    if len(found) == 1 and found[0].group() == text.strip():
        return jq_expressions.first(found[0].group(1), subject, _NOTHING)
    return _TEMPLATE.sub(lambda one: _written(one.group(1), subject), text)


def _written(expression: str, subject: Json) -> str:
    value = jq_expressions.first(expression, subject)
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
