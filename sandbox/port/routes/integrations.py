"""An integration's own affairs: its document, mapping, resyncs, cursors and examples."""

from __future__ import annotations

from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.port.account import Account
from sandbox.port.clock import iso
from sandbox.port.integrations import Integration, presented
from sandbox.port.replies import Json, Resource, not_found
from sandbox.port.routes.requests import base_url, json_object, listed, ok

EXAMPLES_LIMIT = 100


class IntegrationRoutes:
    """Everything below `/v1/integration`."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        one = "/v1/integration/{identifier}"
        return [
            Route("/v1/integration", self.create, methods=["POST"]),
            Route("/v1/integration", self.every, methods=["GET"]),
            Route("/v1/integration/provision-enabled", self.provisioned, methods=["GET"]),
            Route(one, self.get, methods=["GET"]),
            Route(one, self.patch, methods=["PATCH"]),
            Route(one, self.delete, methods=["DELETE"]),
            Route(f"{one}/config", self.configure, methods=["PATCH"]),
            Route(f"{one}/resync-state", self.resync_state, methods=["PATCH"]),
            Route(f"{one}/resync-request", self.resync_request, methods=["GET"]),
            Route(f"{one}/cursor", self.cursor, methods=["GET"]),
            Route(f"{one}/cursor", self.create_cursor, methods=["POST"]),
            Route(f"{one}/cursor", self.move_cursor, methods=["PUT"]),
            Route(f"{one}/kinds/{{kind}}/examples", self.examples, methods=["POST"]),
            Route("/v1/org/{org}/integration/probe/{probe}", self.probe, methods=["PATCH"]),
        ]

    async def create(self, request: Request) -> Response:
        body = await json_object(request)
        integration = self._account.integrations.create(body, self._account.clock())
        return self._shown(request, integration, 201)

    async def every(self, request: Request) -> Response:
        url = base_url(request)
        return ok(integrations=[presented(one, url) for one in self._account.integrations])

    async def provisioned(self, _request: Request) -> Response:
        """Port provides the defaults of none, so Ocean creates them from `.port/resources`."""
        return ok(integrations=[])

    async def get(self, request: Request) -> Response:
        return self._shown(request, self._integration(request))

    async def patch(self, request: Request) -> Response:
        integration = self._account.integrations.patch(
            self._integration(request).document["installationId"],
            await json_object(request),
            self._account.clock(),
        )
        return self._shown(request, integration)

    async def delete(self, request: Request) -> Response:
        self._account.integrations.remove(request.path_params["identifier"])
        self._account.changes += 1
        return ok()

    async def configure(self, request: Request) -> Response:
        """A new mapping asks for a resync, unless the header `x-skip-resync` says no."""
        body = await json_object(request)
        integration = self._account.integrations.configure(
            request.path_params["identifier"],
            body.get("config") or {},
            self._account.clock(),
            resync=request.headers.get("x-skip-resync", "").lower() != "true",
        )
        return self._shown(request, integration)

    async def resync_state(self, request: Request) -> Response:
        integration = self._account.integrations.set_resync_state(
            request.path_params["identifier"], await json_object(request), self._account.clock()
        )
        return self._shown(request, integration)

    async def resync_request(self, request: Request) -> Response:
        at = self._integration(request).resync_requested_at
        return ok(request=None if at is None else {"updatedAt": iso(at)})

    async def cursor(self, request: Request) -> Response:
        return ok(cursor=self._integration(request).cursors.get(_cursor_key(request)))

    async def create_cursor(self, request: Request) -> Response:
        return self._set_cursor(request, await json_object(request), 201)

    async def move_cursor(self, request: Request) -> Response:
        key = _cursor_key(request)
        if key not in self._integration(request).cursors:
            raise not_found(Resource.CURSOR, key)
        return self._set_cursor(request, await json_object(request), 200)

    async def examples(self, request: Request) -> Response:
        """The raw examples of a kind; the newest replace the ones before."""
        given = listed(await json_object(request), "examples", EXAMPLES_LIMIT)
        identifier = unquote_plus(request.path_params["identifier"])
        kinds = self._account.examples.setdefault(identifier, {})
        kinds[unquote_plus(request.path_params["kind"])] = given
        self._account.changes += 1
        return ok()

    async def probe(self, request: Request) -> Response:
        """The result of a connection test, kept among the extras."""
        body = await json_object(request)
        self._account.extras.setdefault("probes", {})[request.path_params["probe"]] = body
        return ok()

    def _set_cursor(self, request: Request, body: Json, status: int) -> Response:
        self._integration(request).cursors[_cursor_key(request)] = body
        self._account.changes += 1
        return ok(status, cursor=body)

    def _integration(self, request: Request) -> Integration:
        return self._account.integrations.get(request.path_params["identifier"])

    def _shown(self, request: Request, integration: Integration, status: int = 200) -> Response:
        self._account.changes += request.method != "GET"
        return ok(status, integration=presented(integration, base_url(request)))


def _cursor_key(request: Request) -> str:
    return f"{request.query_params.get('kind')}-{request.query_params.get('index')}"
