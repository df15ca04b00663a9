"""Waiting below `/_sandbox` for what the catalog is to hold, and watching what changes in it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sandbox.port.account import Account
from sandbox.port.catalog_changes import described
from sandbox.port.clock import iso
from sandbox.port.entity_views import stored
from sandbox.port.expectations import Expectation
from sandbox.port.replies import RefusedError, invalid
from sandbox.port.routes.control import PREFIX
from sandbox.port.routes.requests import is_on, ok, seconds


class WatchRoutes:
    """Needs no token."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        return [
            Route(f"{PREFIX}/wait", self.wait, methods=["GET"]),
            Route(f"{PREFIX}/changes", self.changes, methods=["GET"]),
        ]

    async def wait(self, request: Request) -> Response:
        """Answers as soon as the catalog is as expected, with the entity; 408 after `timeout`."""
        expectation = _expectation(request)
        patience = seconds(request, "timeout", 30)
        signal = self._account.catalog_changes.signal
        if not await signal.until(lambda: expectation.is_met(self._account.catalog), patience):
            message = f"{expectation.unmet(self._account.catalog)} after {patience:g} s"
            raise RefusedError(408, "timeout", message)
        catalog = self._account.catalog
        entity = catalog.find(expectation.blueprint, expectation.identifier)
        return ok(entity=None if entity is None else stored(catalog, entity))

    async def changes(self, request: Request) -> Response:
        """Every change from now on, one line of JSON each, until the client leaves.

        `blueprint` narrows it to one.
        """
        lines = self._lines(request.query_params.get("blueprint"))
        # Runs to the first line, which is empty: from there on no change is missed.
        await anext(lines)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    async def _lines(self, blueprint: str | None) -> AsyncIterator[str]:
        with self._account.catalog_changes.listening() as changes:
            yield ""
            while True:
                change = described(await changes.get())
                if change and blueprint in (None, change.get("blueprint")):
                    time = iso(self._account.clock())
                    yield json.dumps({"time": time, **change}, ensure_ascii=False) + "\n"


def _expectation(request: Request) -> Expectation:
    asked = request.query_params
    if not asked.get("blueprint") or not asked.get("identifier"):
        message = "blueprint and identifier say what to wait for"
        raise invalid(message)
    if is_on(request, "absent") and asked.get("property"):
        message = "what is absent has no property"
        raise invalid(message)
    if "value" in asked and not asked.get("property"):
        message = "value needs the property that is to have it"
        raise invalid(message)
    return Expectation(
        blueprint=asked["blueprint"],
        identifier=asked["identifier"],
        field=asked.get("property"),
        value=asked.get("value"),
        absent=is_on(request, "absent"),
    )
