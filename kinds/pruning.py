"""Takes out of an issue what no expression of the mapping looks at. Pure.

Ocean turns the whole item into text for every expression of the mapping, so what nobody reads
(avatars, icons, links to every user and status) is most of what a sync costs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from client import Json
from kinds.jq_paths import ELEMENTS, Needs, Place

# What the integration itself looks at, where the field is there at all.
_OUR_OWN: tuple[Place, ...] = (
    ("fields", "created"),
    ("fields", "assignee", "key"),
    ("fields", "reporter", "key"),
    ("fields", "creator", "key"),
    ("fields", "parent", "key"),
    ("fields", "subtasks", ELEMENTS, "key"),
)


@dataclass(slots=True)
class _Node:
    whole: bool = False
    children: dict[str, "_Node"] = field(default_factory=dict)


class Pruner:
    """Keeps the places that are needed; everything else at the top of an issue stays as it is."""

    def __init__(self, needs: Iterable[Needs]) -> None:
        self._root = _Node()
        for one in needs:
            for place in one.reached:
                self._at(place)
            for place in one.whole:
                self._at(place).whole = True
        for place in _OUR_OWN:
            self._at(place).whole = True

    def prune(self, issue: Json) -> Json:
        """The issue with only what is needed of its `fields`."""
        fields = self._root.children["fields"]
        return {**issue, "fields": _pruned(issue.get("fields"), fields)}

    def _at(self, place: Place) -> _Node:
        node = self._root
        for name in place:
            node = node.children.setdefault(name, _Node())
        return node


def _pruned(value: object, node: _Node) -> object:
    if node.whole:
        return value
    elements = node.children.get(ELEMENTS)
    if isinstance(value, list):
        return [_pruned(one, elements) for one in value] if elements else value
    if isinstance(value, dict) and elements is None:
        return {
            name: _pruned(value[name], child)
            for name, child in node.children.items()
            if name in value
        }
    return value
