"""Gathers the fields of an issue that a run gives: some by inputs of their own, any in `fields`. Pure."""

from collections.abc import Collection, Mapping

from actions.errors import InvalidInput
from actions.run_inputs import RunInputs
from kinds.identifiers import key_of


def given_fields(inputs: RunInputs, names: Collection[str]) -> dict[str, object]:
    """By field id or display name. Raises: InvalidInput when a field is given in both ways."""
    own = inputs.given(names)
    others = inputs.fields("fields")
    twice = sorted(set(own) & set(others))
    if twice:
        raise InvalidInput(
            what=f"{', '.join(twice)} is given twice: as an input and in fields",
            advice="Leave one of them out.",
        )
    if "parent" in own:
        own["parent"] = {"key": key_of(_identifier(own["parent"]))}
    return own | others


def _identifier(value: object) -> str:
    return str(value.get("identifier", "") if isinstance(value, Mapping) else value).strip()
