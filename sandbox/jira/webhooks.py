"""The webhooks that administrators have registered. Nothing is delivered yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Webhook:
    """One registration: `document` is what the administrator sent, in the form of the version."""

    id: int
    document: dict[str, Any]
    author_key: str
    updated: int


@dataclass(slots=True)
class Webhooks:
    """Registrations by id. A deliverer would observe the company's change log from here."""

    by_id: dict[int, Webhook] = field(default_factory=dict)
    _last_id: int = 0

    def add(self, document: dict[str, Any], author_key: str, now: int) -> Webhook:
        self._last_id += 1
        webhook = Webhook(self._last_id, document, author_key, now)
        self.by_id[webhook.id] = webhook
        return webhook
