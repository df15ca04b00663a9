"""The webhooks that administrators have registered, whichever of the two forms they were sent in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

_JQL: Final = "issue-related-events-section"


@dataclass(slots=True)
class Webhook:
    """One registration: `document` is what the administrator sent, in the form of the version."""

    id: int
    document: dict[str, Any]
    author_key: str
    created: int
    updated: int

    @property
    def url(self) -> str:
        return str(self.document["url"])

    @property
    def enabled(self) -> bool:
        return bool(self.document.get("active", self.document.get("enabled", True)))

    @property
    def events(self) -> frozenset[str]:
        return frozenset(self.document.get("events") or ())

    @property
    def jql(self) -> str:
        """Which issues' events are wanted; empty for all."""
        filters = self.document.get("filters") or {}
        return str(self._configuration.get("FILTERS") or filters.get(_JQL) or "")

    @property
    def excludes_body(self) -> bool:
        """The newer form has it as a text."""
        given = self._configuration.get("EXCLUDE_BODY", self.document.get("excludeBody", False))
        return str(given).lower() == "true"

    @property
    def secret(self) -> str | None:
        return self._configuration.get("SECRET") or None

    @property
    def _configuration(self) -> dict[str, Any]:
        return self.document.get("configuration") or {}


@dataclass(slots=True)
class Webhooks:
    """Registrations by id."""

    by_id: dict[int, Webhook] = field(default_factory=dict)
    _last_id: int = 0

    def add(self, document: dict[str, Any], author_key: str, now: int) -> Webhook:
        self._last_id += 1
        webhook = Webhook(self._last_id, document, author_key, now, now)
        self.by_id[webhook.id] = webhook
        return webhook

    def wanting(self, event: str) -> list[Webhook]:
        """The enabled ones that list this event."""
        return [one for one in self.by_id.values() if one.enabled and event in one.events]
