"""Reads the properties of a run. Pure: knows what Port's templates make of inputs, not Jira's fields."""

import json
import re
from collections.abc import Collection, Mapping

from actions.errors import InvalidInput
from kinds.identifiers import key_of

_ISSUE_KEY = re.compile(r"[^\s/?#]+-[0-9]+")


class RunInputs:
    """The inputs of one run, each by name.

    A template of Port whose input was left empty gives null or an empty text; both count as not
    given. An input that is an entity comes as its identifier or as an object with `identifier`.
    """

    def __init__(self, properties: Mapping[str, object], known: Collection[str]) -> None:
        """Raises: InvalidInput when there is a property that is not known."""
        unknown = sorted(set(properties) - set(known))
        if unknown:
            raise InvalidInput(
                what=f"This action has no property {', '.join(unknown)}",
                advice=f"It has {', '.join(sorted(known))}. Mend the action's "
                "integrationActionExecutionProperties in Port.",
            )
        self._given = {name: v for name, v in properties.items() if not _is_empty(v)}

    def text(self, name: str) -> str:
        """The text without space around it; empty when it was not given. Raises: InvalidInput."""
        value = self._given.get(name, "")
        if isinstance(value, Mapping):
            value = value.get("identifier") or ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise InvalidInput(what=f"{name} is no text, but {_shown(value)}")
        return str(value).strip()

    def required(self, name: str) -> str:
        """The text. Raises: InvalidInput when it was not given."""
        text = self.text(name)
        if not text:
            raise InvalidInput(what=f"{name} is missing", advice=f"Fill in {name}.")
        return text

    def flag(self, name: str) -> bool:
        """Whether it is true; false when it was not given. Raises: InvalidInput."""
        value = self._given.get(name, False)
        if isinstance(value, str) and value.strip().lower() in ("true", "false"):
            return value.strip().lower() == "true"
        if not isinstance(value, bool):
            raise InvalidInput(what=f"{name} is neither true nor false, but {_shown(value)}")
        return value

    def fields(self, name: str) -> dict[str, object]:
        """An object of Jira fields, also when it comes as JSON text. Raises: InvalidInput."""
        value = self._given.get(name, {})
        if isinstance(value, str):
            value = _from_json(name, value)
        if not isinstance(value, Mapping):
            raise InvalidInput(
                what=f"{name} is no object, but {_shown(value)}",
                advice='Write it as {"priority": "High", "labels": ["finance"]}.',
            )
        return {str(key): item for key, item in value.items()}

    def given(self, names: Collection[str]) -> dict[str, object]:
        """Those of the properties that were given, as they came."""
        return {name: self._given[name] for name in names if name in self._given}

    def issue_key(self, name: str) -> str:
        """An issue key, also from the identifier of its entity. Raises: InvalidInput."""
        key = key_of(self.required(name))
        if not _ISSUE_KEY.fullmatch(key):
            raise InvalidInput(
                what=f"{name} is no issue key: {key}", advice="Write one such as PAY-12."
            )
        return key


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _from_json(name: str, text: str) -> object:
    try:
        value: object = json.loads(text)
    except ValueError as error:
        raise InvalidInput(what=f"{name} is not whole JSON: {error}") from error
    return value


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:79]}…"
