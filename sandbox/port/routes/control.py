"""The sandbox's own routes below `/_sandbox`: look inside, cause outages, act like a person in Port."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.port.account import Account
from sandbox.port.clock import iso
from sandbox.port.entity_views import stored
from sandbox.port.integrations import presented
from sandbox.port.replies import Json, RefusedError, Resource, not_found
from sandbox.port.routes.requests import base_url, json_object, ok
from sandbox.port.sync_summary import summary

PREFIX = "/_sandbox"


class ControlRoutes:
    """Needs no token; none of these requests is listed or meets a fault."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        return [
            Route("/", self.welcome),
            Route(PREFIX, self.welcome),
            Route(f"{PREFIX}/catalog", self.catalog, methods=["GET"]),
            Route(f"{PREFIX}/catalog", self.reset, methods=["DELETE"]),
            Route(f"{PREFIX}/faults", self.faults, methods=["GET"]),
            Route(f"{PREFIX}/faults", self.add_fault, methods=["POST"]),
            Route(f"{PREFIX}/faults", self.clear_faults, methods=["DELETE"]),
            Route(f"{PREFIX}/requests", self.requests, methods=["GET"]),
            Route(f"{PREFIX}/requests", self.clear_requests, methods=["DELETE"]),
            Route(f"{PREFIX}/refused", self.refused, methods=["GET"]),
            Route(f"{PREFIX}/refused", self.clear_refused, methods=["DELETE"]),
            Route(f"{PREFIX}/examples", self.examples, methods=["GET"]),
            Route(f"{PREFIX}/raw", self.raw, methods=["GET"]),
            Route(f"{PREFIX}/lifecycle", self.lifecycle, methods=["GET"]),
            Route(f"{PREFIX}/metrics", self.metrics, methods=["GET"]),
            Route(f"{PREFIX}/summary", self.summary, methods=["GET"]),
            Route(f"{PREFIX}/logs", self.logs, methods=["GET"]),
            Route(f"{PREFIX}/integrations", self.integrations, methods=["GET"]),
            Route(f"{PREFIX}/extras", self.extras, methods=["GET"]),
            Route(f"{PREFIX}/mapping", self.set_mapping, methods=["PUT"]),
            Route(f"{PREFIX}/resync-request", self.request_resync, methods=["POST"]),
        ]

    async def welcome(self, request: Request) -> Response:
        url = base_url(request)
        every = {route.path for route in request.app.routes}
        paths = sorted(path for path in every if path.startswith(PREFIX))
        return ok(message="This is a sandbox Port", look=[f"{url}{path}" for path in paths])

    async def catalog(self, request: Request) -> Response:
        """Blueprints and entities by identifier; `blueprint` narrows it to one."""
        catalog = self._account.catalog
        only = request.query_params.get("blueprint")
        if only is not None:
            catalog.blueprint(only)
        names = [name for name in catalog.blueprints if only in (None, name)]
        return JSONResponse(
            {
                "blueprints": {name: catalog.blueprints[name] for name in names},
                "entities": {
                    name: {
                        one.identifier: stored(catalog, one) for one in catalog.of_blueprint(name)
                    }
                    for name in names
                },
            }
        )

    async def reset(self, _request: Request) -> Response:
        """Make it a new account again: no blueprint, entity or integration is left."""
        self._account.reset()
        self._account.changes += 1
        return ok()

    async def faults(self, _request: Request) -> Response:
        return ok(faults=self._account.faults.listed())

    async def add_fault(self, request: Request) -> Response:
        return ok(201, id=self._account.faults.add(await json_object(request)).number)

    async def clear_faults(self, _request: Request) -> Response:
        self._account.faults.clear()
        return ok()

    async def requests(self, _request: Request) -> Response:
        return ok(requests=list(self._account.requests))

    async def clear_requests(self, _request: Request) -> Response:
        self._account.requests.clear()
        return ok()

    async def refused(self, _request: Request) -> Response:
        return ok(refused=self._account.refused.listed())

    async def clear_refused(self, _request: Request) -> Response:
        self._account.refused.clear()
        return ok()

    async def examples(self, _request: Request) -> Response:
        return ok(examples=self._account.examples)

    async def raw(self, _request: Request) -> Response:
        return ok(raw=self._account.raw)

    async def lifecycle(self, _request: Request) -> Response:
        return ok(lifecycle=self._account.lifecycle)

    async def metrics(self, _request: Request) -> Response:
        return ok(metrics=self._account.metrics, heartbeats=self._account.heartbeats)

    async def summary(self, _request: Request) -> Response:
        """What each resync did, the newest last."""
        resyncs = [(event, one) for event, one in self._account.metrics.items() if event]
        return ok(resyncs=[summary(one, event) for event, one in resyncs])

    async def logs(self, _request: Request) -> Response:
        return ok(logs=list(self._account.logs))

    async def integrations(self, request: Request) -> Response:
        url = base_url(request)
        return ok(integrations=[presented(one, url) for one in self._account.integrations])

    async def extras(self, _request: Request) -> Response:
        return ok(extras=self._account.extras)

    async def set_mapping(self, request: Request) -> Response:
        """Change the mapping as a person does in Port: `config`, and `resync: false` to keep still."""
        body = await json_object(request)
        if not isinstance(body.get("config"), dict):
            message = 'body must have an object "config"'
            raise RefusedError(422, "invalid_request", message)
        integration = self._account.integrations.configure(
            self._named(body), body["config"], self._account.clock(), body.get("resync", True)
        )
        self._account.changes += 1
        return ok(integration=presented(integration, base_url(request)))

    async def request_resync(self, request: Request) -> Response:
        now = self._account.clock()
        self._account.integrations.request_resync(self._named(await json_object(request)), now)
        return ok(request={"updatedAt": iso(now)})

    def _named(self, body: Json) -> str:
        """The integration that a body names; without a name the only one there is."""
        named: Any = body.get("integration")
        if named is not None:
            return str(named)
        known = [one.document["installationId"] for one in self._account.integrations]
        if len(known) == 1:
            return str(known[0])
        if not known:
            raise not_found(Resource.INTEGRATION, "(any)")
        message = f'"integration" must be one of {", ".join(known)}'
        raise RefusedError(422, "invalid_request", message)
