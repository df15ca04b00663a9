"""Holds inputs against Jira's create, edit and transition metadata, before anything is sent. Pure.

Reads what Jira says about its fields and makes of plain values what Jira wants to be sent.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any

from actions.errors import InvalidInput

_MOST_SHOWN = 25
_NUMBER = re.compile(r"[+-]?[0-9]+([.][0-9]+)?")
# Jira says that they are required, and fills them in when they are not sent.
_FILLED_IN_BY_JIRA = frozenset({"project", "issuetype", "reporter"})
_NAMED_BY = {
    "component": "name",
    "group": "name",
    "issuelink": "key",
    "issuetype": "name",
    "option": "value",
    "priority": "name",
    "project": "key",
    "resolution": "name",
    "securitylevel": "name",
    "user": "name",
    "version": "name",
}

_EMPTY: tuple[object, ...] = (None, "", [])

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field as Jira's metadata describes it.

    `type` is Jira's (`string`, `number`, `date`, `option`, `array` …), `items` that of an array's
    items; `allowed` is None where Jira does not list values.
    """

    id: str
    name: str
    type: str = "any"
    items: str = ""
    custom: str = ""
    required: bool = False
    has_default: bool = False
    operations: tuple[str, ...] = ("set",)
    allowed: tuple[Json, ...] | None = None

    @property
    def label(self) -> str:
        """The name that people know, with the id where that says something else."""
        return self.name if self.name.lower() == self.id.lower() else f"{self.name} ({self.id})"


def fields_in(metadata: object) -> dict[str, Field]:
    """The fields by id, in any of the shapes that Jira gives them in.

    An object by id under `fields` (editmeta, transitions, createmeta before 9), or a list of
    objects with `fieldId` (createmeta from 8.4 on).
    """
    if isinstance(metadata, list):
        described = [(str(f["fieldId"]), f) for f in metadata if isinstance(f, dict)]
    else:
        some = metadata.get("fields") if isinstance(metadata, Mapping) else None
        described = list(some.items()) if isinstance(some, Mapping) else []
    return {name: _field(name, facts) for name, facts in described}


def values_to_create(
    fields: Mapping[str, Field], given: Mapping[str, object], deed: str
) -> dict[str, object]:
    """What to send as `fields`, by field id, for a new issue; what is empty counts as not given.

    `given` is by field id or display name; `deed` says what is being done, such as `creating a Bug
    in PAY`. Raises: InvalidInput, naming every unknown field, missing field and wrong value.
    """
    some = {name: value for name, value in given.items() if value not in _EMPTY}
    return _checked(fields, some, deed, complete=True)


def values_to_edit(
    fields: Mapping[str, Field], given: Mapping[str, object], deed: str
) -> dict[str, object]:
    """What to send as `fields`, by field id, for an issue that exists; null empties a field.

    Raises: InvalidInput, as `values_to_create`.
    """
    return _checked(fields, given, deed, complete=False)


def holds(sent: object, found: object) -> bool:
    """Whether a value that was sent is what Jira now shows, as far as it can be compared.

    Jira shows more of a thing than was sent (`{"id": "3"}` comes back with a name), and lists in
    an order of its own.
    """
    if isinstance(sent, Mapping):
        return isinstance(found, Mapping) and all(holds(v, found.get(n)) for n, v in sent.items())
    if isinstance(sent, list):
        if not isinstance(found, list) or len(found) != len(sent):
            return False
        return all(any(holds(one, other) for other in found) for one in sent)
    if isinstance(sent, str) and isinstance(found, str):
        return sent == found or _moment(sent) == _moment(found) is not None
    return sent == found


def shown(names: Iterable[str]) -> str:
    """Names for a message: so many of them, and how many more there are."""
    every = list(names)
    rest = len(every) - _MOST_SHOWN
    return ", ".join(every[:_MOST_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _field(name: str, facts: Json) -> Field:
    schema = facts.get("schema") or {}
    allowed = facts.get("allowedValues")
    return Field(
        id=name,
        name=str(facts.get("name") or name),
        type=str(schema.get("type") or "any"),
        items=str(schema.get("items") or ""),
        custom=str(schema.get("custom") or ""),
        required=bool(facts.get("required")),
        has_default=bool(facts.get("hasDefaultValue")),
        operations=tuple(facts.get("operations") or ("set",)),
        allowed=tuple(allowed) if isinstance(allowed, list) else None,
    )


def _checked(
    fields: Mapping[str, Field], given: Mapping[str, object], deed: str, *, complete: bool
) -> dict[str, object]:
    values: dict[str, object] = {}
    problems: list[str] = []
    for name, value in given.items():
        try:
            field = _named(fields, name, deed)
            if field.id in values:
                problems.append(f"{field.label} is given twice.")
            values[field.id] = _value(field, value)
        except InvalidInput as error:
            problems.append(str(error))
    named = {f.id for f in fields.values() if _is_named(f, given)}
    if complete:
        problems += [_missing(f, deed) for f in fields.values() if _lacks(f, named)]
    if problems:
        raise InvalidInput(what="\n".join(problems))
    return values


def _is_named(field: Field, given: Mapping[str, object]) -> bool:
    return any(n == field.id or n.casefold() == field.name.casefold() for n in given)


def _lacks(field: Field, given: set[str]) -> bool:
    needed = field.required and not field.has_default and field.id not in _FILLED_IN_BY_JIRA
    return needed and field.id not in given


def _missing(field: Field, deed: str) -> str:
    choice = f" Choose one of: {_choice(field)}." if field.allowed else " Fill it in."
    return f"{field.label} is required for {deed}.{choice}"


def _named(fields: Mapping[str, Field], name: str, deed: str) -> Field:
    if name in fields:
        return _settable(fields[name])
    same = [f for f in fields.values() if name.casefold() in (f.id.casefold(), f.name.casefold())]
    if len(same) == 1:
        return _settable(same[0])
    if same:
        ids = ", ".join(f.id for f in same)
        raise InvalidInput(
            what=f"{name} is the name of several fields. Write one of their ids: {ids}."
        )
    raise InvalidInput(
        what=f"{name} is no field that can be set when {deed}. {_near(fields, name)}"
    )


def _near(fields: Mapping[str, Field], name: str) -> str:
    by_name = {text.casefold(): f.label for f in fields.values() for text in (f.id, f.name)}
    close = [by_name[text] for text in get_close_matches(name.casefold(), by_name, 3)]
    if close:
        return f"Did you mean {' or '.join(dict.fromkeys(close))}?"
    return f"There are: {shown(f.label for f in fields.values())}."


def _settable(field: Field) -> Field:
    if "set" not in field.operations:
        raise InvalidInput(
            what=f"{field.label} cannot be set like a field (Jira offers: "
            f"{', '.join(field.operations)}). Leave it out; comments and links have actions of "
            "their own."
        )
    return field


def _value(field: Field, value: object) -> object:
    if value in _EMPTY:
        if field.required:
            raise InvalidInput(what=f"{field.label} is required and cannot be emptied.")
        return [] if field.type == "array" else None
    if field.type != "array":
        return _single(field, field.type, value)
    items = value if isinstance(value, list) else [value]
    return [_single(field, field.items, item) for item in items]


def _single(field: Field, kind: str, value: object) -> object:
    if field.allowed is not None:
        return _allowed(field, value)
    if kind in _NAMED_BY:
        return _by_name(field, _NAMED_BY[kind], value)
    if kind == "string" and field.id == "labels":
        return _label(field, value)
    reader = None if field.type == "array" else _READERS.get(kind)
    return reader(field, value) if reader else value


def _by_name(field: Field, name: str, value: object) -> object:
    if isinstance(value, Mapping) and isinstance(value.get("identifier"), str):
        return {name: value["identifier"]}  # an entity of Port
    if isinstance(value, Mapping) and value:
        return dict(value)
    if isinstance(value, str):
        return {name: value}
    raise _wrong(field, f"a {name}, as text", value)


def _allowed(field: Field, value: object) -> object:
    child: object = None
    if isinstance(value, Mapping) and "child" in value:
        value, child = {n: v for n, v in value.items() if n != "child"}, value["child"]
    elif isinstance(value, str) and " > " in value and not _matching(field.allowed, value):
        value, child = (part.strip() for part in value.split(" > ", 1))
    chosen = _chosen(field, field.allowed or (), value)
    picked = _reference(chosen)
    if child is None:
        return picked
    return picked | {"child": _reference(_chosen(field, chosen.get("children") or (), child))}


def _chosen(field: Field, allowed: Iterable[Json], value: object) -> Json:
    found = _matching(allowed, value)
    if len(found) == 1:
        return found[0]
    if not list(allowed):
        raise InvalidInput(
            what=f"{field.label} has no values to choose from here. Leave it out, or have one created."
        )
    why = "fits several of the values" if found else "is not among the allowed values"
    raise InvalidInput(
        what=f"{field.label}: {_text(value)} {why}. Choose one of: {_choice(field)}."
    )


def _matching(allowed: Iterable[Json] | None, value: object) -> list[Json]:
    """Those that the value means: by id in an object, else by name or value, key, id."""
    every = list(allowed or ())
    if isinstance(value, Mapping):
        return [
            a for a in every if value and all(str(a.get(n)) == str(v) for n, v in value.items())
        ]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return []
    text = str(value).strip()
    tests: tuple[Callable[[Json], bool], ...] = (
        lambda a: _name(a) == text,
        lambda a: text in (str(a.get("key")), str(a.get("id"))),
        lambda a: _name(a).casefold() == text.casefold(),
    )
    for test in tests:
        if found := [a for a in every if test(a)]:
            return found
    return []


def _name(allowed: Json) -> str:
    """System fields name their values by `name`, custom ones by `value`."""
    named = (allowed.get(part) for part in ("name", "value", "key", "id"))
    return str(next((n for n in named if n), ""))


def _reference(allowed: Json) -> Json:
    for part in ("id", "value", "name", "key"):
        if allowed.get(part):
            return {part: str(allowed[part])}
    return allowed


def _choice(field: Field) -> str:
    every = [*(field.allowed or ())]
    children = [f"{_name(a)} > {_name(c)}" for a in every for c in a.get("children") or ()]
    return shown([_name(a) for a in every] + children)


def _text_value(field: Field, value: object) -> object:
    if not isinstance(value, str):
        raise _wrong(field, "text", value)
    return value


def _label(field: Field, value: object) -> object:
    if not isinstance(value, str) or re.search(r"\s", value):
        raise _wrong(field, "words without spaces", value)
    return value


def _number(field: Field, value: object) -> object:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(field, "a number", value)
    return value


def _date(field: Field, value: object) -> object:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise _wrong(field, "a date, such as 2026-03-20", value) from error


def _datetime(field: Field, value: object) -> object:
    moment = _moment(value)
    if moment is None:
        raise _wrong(field, "a time with its zone, such as 2026-03-20T09:30:00+01:00", value)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+0000"


def _moment(value: object) -> datetime | None:
    """The moment in UTC that an ISO 8601 text with a zone means, None for anything else."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment and moment.tzinfo else None


_READERS: Mapping[str, Callable[[Field, object], object]] = {
    "string": _text_value,
    "number": _number,
    "date": _date,
    "datetime": _datetime,
}


def _wrong(field: Field, wanted: str, value: object) -> InvalidInput:
    return InvalidInput(what=f"{field.label} takes {wanted}, not {_text(value)}.")


def _text(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:79]}…"
