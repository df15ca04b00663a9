"""The entities that were refused and why; the same refusal is kept once and counted."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.port.replies import Json, RefusedError

Key = tuple[str, str, str]


@dataclass
class RefusedEntity:
    """One reason to refuse one entity. `later_accepted` tells that a further try went through."""

    blueprint: str
    identifier: str
    status: int
    error: str
    message: str
    times: int = 1
    later_accepted: bool = False


class RefusedEntities:
    """Keeps refusals by entity and message."""

    def __init__(self) -> None:
        self._by_entity: dict[tuple[str, str], dict[str, RefusedEntity]] = {}

    def add(self, blueprint: str, identifier: str, refusal: RefusedError) -> None:
        reasons = self._by_entity.setdefault((blueprint, identifier), {})
        known = reasons.get(refusal.message)
        if known is None:
            reasons[refusal.message] = RefusedEntity(
                blueprint, identifier, refusal.status, refusal.error, refusal.message
            )
            return
        known.times += 1
        known.later_accepted = False

    def accepted(self, blueprint: str, identifier: str) -> None:
        """Note that the entity was written after all."""
        if not self._by_entity:
            return
        for known in self._by_entity.get((blueprint, identifier), {}).values():
            known.later_accepted = True

    def clear(self) -> None:
        self._by_entity.clear()

    def listed(self) -> list[Json]:
        return [vars(one) for reasons in self._by_entity.values() for one in reasons.values()]
