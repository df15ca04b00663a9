"""The integrations an account has, and what each left there. Speaks no HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sandbox.port.clock import iso
from sandbox.port.replies import Json, Resource, invalid, not_found, taken
from sandbox.port.tokens import ORGANIZATION

_OWN = frozenset({"installationId", "resyncState", "createdAt", "updatedAt"})


@dataclass
class Integration:
    """One integration: its document, its cursors, and when a resync of it was last asked for."""

    document: Json
    cursors: dict[str, Json] = field(default_factory=dict)
    resync_requested_at: float | None = None


class Integrations:
    """Integrations by identifier (`installationId`)."""

    def __init__(self) -> None:
        self._all: dict[str, Integration] = {}

    def __iter__(self) -> Iterator[Integration]:
        return iter(self._all.values())

    def get(self, identifier: str) -> Integration:
        """Raises `RefusedError` 404 for an unknown one."""
        if identifier not in self._all:
            raise not_found(Resource.INTEGRATION, identifier)
        return self._all[identifier]

    def create(self, body: Json, now: float) -> Integration:
        """Raises `RefusedError`: 409 when the identifier is in use, 422 without one."""
        identifier = body.get("installationId")
        if not isinstance(identifier, str) or not identifier:
            message = "installationId must be a string"
            raise invalid(message)
        if identifier in self._all:
            raise taken(Resource.INTEGRATION, identifier)
        integration = Integration(_document(body, now))
        self._all[identifier] = integration
        return integration

    def patch(self, identifier: str, changes: Json, now: float) -> Integration:
        integration = self.get(identifier)
        for name, value in changes.items():
            if name not in _OWN:
                integration.document[name] = value
        integration.document["updatedAt"] = iso(now)
        return integration

    def configure(self, identifier: str, config: Json, now: float, resync: bool) -> Integration:
        """Set the mapping; with `resync`, ask for one, as a save in Port does."""
        integration = self.patch(identifier, {"config": config}, now)
        if resync:
            self.request_resync(identifier, now)
        return integration

    def set_resync_state(self, identifier: str, state: Json, now: float) -> Integration:
        integration = self.get(identifier)
        known = integration.document["resyncState"]
        integration.document["resyncState"] = {**known, **state, "updatedAt": iso(now)}
        return integration

    def request_resync(self, identifier: str, now: float) -> None:
        self.get(identifier).resync_requested_at = now

    def remove(self, identifier: str) -> None:
        self.get(identifier)
        del self._all[identifier]

    def clear(self) -> None:
        self._all.clear()

    def dump(self) -> list[Json]:
        """Everything as JSON; `load` takes it back."""
        return [
            {
                "document": one.document,
                "cursors": one.cursors,
                "resync_requested_at": one.resync_requested_at,
            }
            for one in self._all.values()
        ]

    def load(self, dumped: list[Json]) -> None:
        for fields in dumped:
            self._all[fields["document"]["installationId"]] = Integration(**fields)


def presented(integration: Integration, base_url: str) -> Json:
    """The document as Port answers it; where to send logs, metrics and raw data depends on the host."""
    identifier = integration.document["installationId"]
    ingest = f"{base_url}/ingest"
    return {
        **integration.document,
        "identifier": identifier,
        "logAttributes": {"ingestId": identifier, "ingestUrl": f"{ingest}/logs"},
        "metricAttributes": {"ingestId": identifier, "ingestUrl": f"{ingest}/metrics"},
        "ingestAttributes": {"ingestId": identifier, "ingestUrl": f"{ingest}/raw"},
    }


def _document(body: Json, now: float) -> Json:
    return {
        "_id": f"integration_{body['installationId']}",
        "_orgId": ORGANIZATION,
        "title": body["installationId"],
        "installationType": "OnPrem",
        "config": {},
        "arePortResourcesInitialized": False,
        **body,
        "integrationType": body.get("installationAppType"),
        "resyncState": {"status": None, "updatedAt": iso(now)},
        "createdAt": iso(now),
        "updatedAt": iso(now),
    }
