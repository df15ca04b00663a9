"""Reading entities: one, all of a blueprint, a search, what a writer owns. Changes nothing."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.port.account import Account
from sandbox.port.catalog import Entity
from sandbox.port.clock import epoch
from sandbox.port.entity_views import presented
from sandbox.port.replies import Json, invalid
from sandbox.port.routes.requests import is_on, json_object, ok
from sandbox.port.search_query import compiled, within

DATASOURCE_PAGE_LIMIT = 5000
SEARCH_PAGE_LIMIT = 1000
_KEY_FIELDS = ("identifier", "blueprint")


class EntityReadRoutes:
    """The GETs of `/v1/blueprints/{blueprint}/entities`, and every search."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        every = "/v1/blueprints/{blueprint}/entities"
        owned = "/v1/blueprints/entities/datasource-entities"
        return [
            Route("/v1/entities/search", self.search, methods=["POST"]),
            Route("/v1/entities/aggregate", self.aggregate, methods=["POST"]),
            Route(owned, self.of_datasource, methods=["POST"]),
            Route(f"{every}/search", self.page, methods=["POST"]),
            Route("/v1/blueprints/{blueprint}/entities-count", self.count, methods=["GET"]),
            Route(every, self.of_blueprint, methods=["GET"]),
            Route(f"{every}/{{identifier:path}}", self.get, methods=["GET"]),
        ]

    async def get(self, request: Request) -> Response:
        entity = self._account.catalog.entity(**request.path_params)
        return ok(entity=self._presented(request, entity))

    async def of_blueprint(self, request: Request) -> Response:
        blueprint = request.path_params["blueprint"]
        self._account.catalog.blueprint(blueprint)
        entities = self._account.catalog.of_blueprint(blueprint)
        return ok(entities=[self._presented(request, entity) for entity in entities])

    async def count(self, request: Request) -> Response:
        blueprint = request.path_params["blueprint"]
        self._account.catalog.blueprint(blueprint)
        return ok(count=self._account.catalog.count(blueprint))

    async def search(self, request: Request) -> Response:
        found = self._account.catalog.search(compiled(await json_object(request)))
        return ok(
            entities=[self._presented(request, entity) for entity in found],
            matchingBlueprints=sorted({entity.blueprint for entity in found}),
        )

    async def aggregate(self, request: Request) -> Response:
        body = await json_object(request)
        found = self._account.catalog.search(compiled(body.get("query", body)))
        return ok(result=len(found))

    async def page(self, request: Request) -> Response:
        """One page of a blueprint's entities: `limit`, `from`, `include`, `query` in the body."""
        body = await json_object(request)
        blueprint = request.path_params["blueprint"]
        self._account.catalog.blueprint(blueprint)
        limit, after = _window(body, SEARCH_PAGE_LIMIT)
        query = compiled(body.get("query") or {"combinator": "and", "rules": []})
        found = [
            entity
            for entity in self._account.catalog.search(within(query, blueprint))
            if entity.sequence > after
        ]
        include = [str(name) for name in _list(body.get("include"))]
        entities = [presented(self._account.catalog, one, include) for one in found[:limit]]
        return ok(entities=entities, next=_following(found, limit))

    async def of_datasource(self, request: Request) -> Response:
        """What one writer owns, by pages: `datasource_prefix`, `datasource_suffix`, `before`."""
        body = await json_object(request)
        limit, after = _window(body, DATASOURCE_PAGE_LIMIT)
        found = self._account.catalog.of_datasource(
            str(body.get("datasource_prefix", "")),
            str(body.get("datasource_suffix", "")),
            _instant(body.get("before")),
            after,
        )
        entities = [presented(self._account.catalog, one, _KEY_FIELDS) for one in found[:limit]]
        return ok(entities=entities, next=_following(found, limit))

    def _presented(self, request: Request, entity: Entity) -> Json:
        return presented(
            self._account.catalog,
            entity,
            request.query_params.getlist("include"),
            calculated=not is_on(request, "exclude_calculated_properties"),
        )


def _window(body: Json, most: int) -> tuple[int, int]:
    """How many entities a page has and after which sequence it begins."""
    limit, start = body.get("limit", most), body.get("from") or "0"
    if not isinstance(limit, int) or not 1 <= limit <= most:
        message = f"limit must be between 1 and {most}, got {limit!r}"
        raise invalid(message)
    if not str(start).isdigit():
        message = f'from must be the "next" of another page, got {start!r}'
        raise invalid(message)
    return limit, int(start)


def _following(found: list[Entity], limit: int) -> str | None:
    return str(found[limit - 1].sequence) if len(found) > limit else None


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _instant(value: object) -> float | None:
    instant = epoch(value)
    if value is not None and instant is None:
        message = f"before must be an instant in ISO 8601, got {value!r}"
        raise invalid(message)
    return instant
