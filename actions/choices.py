"""Picks what a person named out of what Jira offers: issue types, transitions, link types, people. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from actions.errors import InvalidInput, NotPossible
from actions.metadata import shown

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LinkChoice:
    """A type of link, its text as read from the first issue, and whether the second one has it."""

    type_name: str
    text: str
    reversed: bool


def chosen_issue_type(types: Sequence[Json], wanted: str, project: str) -> Json:
    """The issue type with this name or id. Raises: InvalidInput, naming those that there are."""
    if found := _by_text(types, wanted, "name", "id"):
        return found[0]
    if not types:
        raise InvalidInput(
            what=f"There is no project {project} in which this user may create issues",
            advice='Check the project\'s key, and that the user has "Create issues" there.',
        )
    raise InvalidInput(
        what=f"There is no issue type {wanted} in {project}",
        advice=f"Choose one of: {shown(str(t.get('name')) for t in types)}.",
    )


def chosen_transition(transitions: Sequence[Json], wanted: str, status: str, key: str) -> Json:
    """The transition with this name, else the one that leads to a status of this name, else by id.

    Raises: NotPossible, naming those that are possible from the present status.
    """
    found = _by_text(transitions, wanted, "name") or _by_target(transitions, wanted)
    if len(found) > 1:
        raise NotPossible(
            what=f"{wanted} is the name of several transitions of {key}",
            advice=f"Write one of their ids: {shown(f'{t["id"]} ({_led(t)})' for t in found)}.",
        )
    if not found:
        found = _by_text(transitions, wanted, "id")
    if found:
        return found[0]
    possible = shown(_led(t) for t in transitions)
    raise NotPossible(
        what=f"{key} is in {status}, from where {wanted} is not possible",
        advice=(
            f"Possible from here: {possible}."
            if transitions
            else "No transition is possible from here for this user: the workflow ends here, or the "
            'user lacks "Transition issues".'
        ),
    )


def target_of(transition: Json) -> str:
    """The name of the status that a transition leads to, empty where Jira does not say."""
    return str((transition.get("to") or {}).get("name") or "")


def chosen_link(types: Sequence[Json], wanted: str) -> LinkChoice:
    """The link that the words mean: `blocks`, `is blocked by`, or the type's name for the former.

    Raises: InvalidInput, naming the texts that there are.
    """
    for part, is_reversed in (("outward", False), ("inward", True), ("name", False)):
        if found := _by_text(types, wanted, part):
            text = found[0].get("inward" if is_reversed else "outward")
            return LinkChoice(str(found[0]["name"]), str(text or wanted), is_reversed)
    texts = dict.fromkeys(str(t.get(p)) for t in types for p in ("outward", "inward"))
    raise InvalidInput(
        what=f"Issues cannot be linked as {wanted}",
        advice=(
            f"Choose one of: {shown(texts)}."
            if types
            else "Issue linking is switched off in this Jira, or has no link types."
        ),
    )


def only_user_with(email: str, users: Iterable[Json]) -> Json | None:
    """The one user whose e-mail address is this one; None for nobody and for several.

    Nothing but the whole address counts: names can be alike, and addresses can begin alike.
    """
    same = [u for u in users if _address(u) == email.strip().casefold()]
    return same[0] if len(same) == 1 and same[0].get("name") else None


def _address(user: Json) -> str:
    return str(user.get("emailAddress") or "").strip().casefold()


def _by_text(offered: Iterable[Json], wanted: str, *parts: str) -> list[Json]:
    every = list(offered)
    for part in parts:
        for same in (str, str.casefold):
            if found := [o for o in every if same(str(o.get(part))) == same(wanted)]:
                return found
    return []


def _by_target(transitions: Iterable[Json], wanted: str) -> list[Json]:
    return [t for t in transitions if target_of(t).casefold() == wanted.casefold()]


def _led(transition: Json) -> str:
    name, target = str(transition.get("name")), target_of(transition)
    return f"{name} (to {target})" if target and target != name else name
