"""Where an integration sends its logs, metrics, heartbeats and raw data, and how its resyncs go."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.port.account import Account
from sandbox.port.clock import iso
from sandbox.port.replies import Json, Resource, not_found
from sandbox.port.routes.requests import json_object, ok

_LAKE = (
    "/ingest/raw/lake/write/integration-type/{type}/integration/{integration}"
    "/sync/{sync}/kind/{kind}"
)


class IngestRoutes:
    """Keeps what is sent, so that it can be looked at."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        kind = "/ingest/metrics/syncMetrics/resync/{event}/kind/{kind}"
        return [
            Route("/ingest/logs", self.logs, methods=["POST"]),
            Route("/ingest/metrics/syncMetrics", self.metrics, methods=["POST"]),
            Route(kind, self.kind_metrics, methods=["PUT"]),
            Route("/ingest/metrics/heartbeat", self.heartbeat, methods=["POST"]),
            Route(_LAKE, self.raw, methods=["POST"]),
            Route("/v1/lifecycle/{event}", self.set_resync, methods=["POST"]),
            Route("/v1/lifecycle/{event}", self.resync, methods=["GET"]),
            Route("/v1/lifecycle/{event}/{granularity}", self.set_part, methods=["POST"]),
        ]

    async def logs(self, request: Request) -> Response:
        self._account.logs.extend((await json_object(request)).get("logs") or [])
        return ok()

    async def metrics(self, request: Request) -> Response:
        for one in (await json_object(request)).get("syncKindsMetrics") or []:
            self._keep_metrics(one)
        return ok()

    async def kind_metrics(self, request: Request) -> Response:
        self._keep_metrics((await json_object(request)).get("syncKindMetrics") or {})
        return ok()

    async def heartbeat(self, request: Request) -> Response:
        body = await json_object(request)
        self._account.heartbeats.append({**body, "at": iso(self._account.clock())})
        return ok()

    async def raw(self, request: Request) -> Response:
        """One batch of raw data, as it was sent, with what its address says."""
        place = {name: unquote_plus(value) for name, value in request.path_params.items()}
        self._account.raw.append({**place, **await json_object(request)})
        self._account.changes += 1
        return ok()

    async def set_resync(self, request: Request) -> Response:
        self._resync(request).update(await json_object(request))
        return ok()

    async def resync(self, request: Request) -> Response:
        event = request.path_params["event"]
        if event not in self._account.lifecycle:
            raise not_found(Resource.RESYNC, event)
        return ok(**self._account.lifecycle[event])

    async def set_part(self, request: Request) -> Response:
        """The state of a kind (or batch, or reconciliation) within a resync."""
        body = await json_object(request)
        part = str(body.get("kind_identifier") or request.path_params["granularity"])
        self._resync(request).setdefault("parts", {})[part] = body
        return ok()

    def _resync(self, request: Request) -> dict[str, Any]:
        return self._account.lifecycle.setdefault(request.path_params["event"], {})

    def _keep_metrics(self, one: Json) -> None:
        of_event = self._account.metrics.setdefault(str(one.get("eventId", "")), {})
        of_event[str(one.get("kindIdentifier", ""))] = one
