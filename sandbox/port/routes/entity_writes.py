"""Writing and deleting entities. Sizes and shapes are those that port_ocean sends and reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.port.account import Account
from sandbox.port.entity_views import presented
from sandbox.port.replies import Json, RefusedError, invalid
from sandbox.port.routes.requests import is_on, json_object, listed, ok
from sandbox.port.upserts import Upserted, UpsertOptions, Upserts, Writer, deleted

BULK_UPSERT_LIMIT = 20
BULK_DELETE_LIMIT = 100
BULK_BODY_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class _Writing:
    """What all entities of one request have in common."""

    account: Account
    blueprint: str
    options: UpsertOptions
    writer: Writer
    refusal: Callable[[str], str | None]

    def write(self, body: object) -> Upserted:
        """Write one entity; a refusal is raised and kept."""
        shown = _shown_identifier(body)
        try:
            result = self._written(body, shown)
        except RefusedError as refusal:
            self.account.refused.add(self.blueprint, shown, refusal)
            raise
        self.account.refused.accepted(self.blueprint, shown)
        self.account.changes += 1
        return result

    def _written(self, body: object, shown: str) -> Upserted:
        message = self.refusal(shown)
        if message is not None:
            raise invalid(message)
        if not isinstance(body, dict):
            message = "an entity must be an object"
            raise invalid(message)
        upserts = Upserts(self.account.catalog)
        return upserts.write(self.blueprint, body, self.options, self.writer)


class EntityWriteRoutes:
    """Everything else of `/v1/blueprints/{blueprint}/entities`."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        every = "/v1/blueprints/{blueprint}/entities"
        one = f"{every}/{{identifier:path}}"
        bulk_delete = "/v1/blueprints/{blueprint}/bulk/entities/delete"
        return [
            Route(f"{every}/bulk", self.upsert_many, methods=["POST"]),
            Route(bulk_delete, self.delete_many, methods=["POST"]),
            Route(every, self.upsert, methods=["POST"]),
            Route(one, self.replace, methods=["PUT"]),
            Route(one, self.patch, methods=["PATCH"]),
            Route(one, self.delete, methods=["DELETE"]),
        ]

    async def upsert(self, request: Request) -> Response:
        body = await json_object(request)
        return self._reply(self._writing(request, _options(request)).write(body))

    async def upsert_many(self, request: Request) -> Response:
        _refuse_large_body(await request.body())
        bodies = listed(await json_object(request), "entities", BULK_UPSERT_LIMIT)
        self._account.catalog.blueprint(request.path_params["blueprint"])
        writing = self._writing(request, _options(request))
        done: list[Json] = []
        errors: list[Json] = []
        for index, body in enumerate(bodies):
            try:
                done.append(_bulk_entry(index, writing.write(body)))
            except RefusedError as refusal:
                errors.append(_bulk_error(index, body, refusal))
        status = 207 if errors else 200
        return JSONResponse({"ok": not errors, "entities": done, "errors": errors}, status)

    async def replace(self, request: Request) -> Response:
        return await self._update(request, UpsertOptions(upsert=True))

    async def patch(self, request: Request) -> Response:
        return await self._update(request, UpsertOptions(upsert=True, merge=True))

    async def delete(self, request: Request) -> Response:
        entity = self._account.catalog.entity(**request.path_params)
        deleted(self._account.catalog, entity, is_on(request, "delete_dependents"))
        self._account.changes += 1
        return ok()

    async def delete_many(self, request: Request) -> Response:
        """Deletes what it can; the reply names the deleted ones of those that were asked for."""
        identifiers = listed(await json_object(request), "entities", BULK_DELETE_LIMIT)
        blueprint = request.path_params["blueprint"]
        catalog = self._account.catalog
        catalog.blueprint(blueprint)
        gone: list[str] = []
        errors: list[Json] = []
        for identifier in identifiers:
            try:
                entity = catalog.entity(blueprint, str(identifier))
                deleted(catalog, entity, is_on(request, "delete_dependents"))
            except RefusedError as refusal:
                errors.append({"identifier": identifier, **refusal.body()})
            else:
                gone.append(identifier)
        self._account.changes += 1
        return JSONResponse({"ok": not errors, "deletedEntities": gone, "errors": errors})

    async def _update(self, request: Request, options: UpsertOptions) -> Response:
        identifier = request.path_params["identifier"]
        self._account.catalog.entity(request.path_params["blueprint"], identifier)
        body = {**await json_object(request), "identifier": identifier}
        return self._reply(self._writing(request, options).write(body))

    def _writing(self, request: Request, options: UpsertOptions) -> _Writing:
        writer = Writer(request.headers.get("user-agent", ""), self._account.clock())
        refusal = self._account.faults.for_entities(request.method, request.scope["path"])
        blueprint = request.path_params["blueprint"]
        return _Writing(self._account, blueprint, options, writer, refusal)

    def _reply(self, result: Upserted) -> Response:
        entity = presented(self._account.catalog, result.entity, calculated=False)
        return ok(
            201 if result.created else 200, entity=entity, identifier=result.entity.identifier
        )


def _options(request: Request) -> UpsertOptions:
    return UpsertOptions(
        upsert=is_on(request, "upsert"),
        merge=is_on(request, "merge"),
        create_missing_related_entities=is_on(request, "create_missing_related_entities"),
        validation_only=is_on(request, "validation_only"),
    )


def _refuse_large_body(body: bytes) -> None:
    if len(body) > BULK_BODY_LIMIT:
        message = f"The body has {len(body)} bytes, at most {BULK_BODY_LIMIT} are accepted"
        raise RefusedError(413, "payload_too_large", message)


def _shown_identifier(body: object) -> str:
    """The identifier as Port names it in errors: one that has to be searched for is `unknown`."""
    identifier = body.get("identifier") if isinstance(body, dict) else None
    return identifier if isinstance(identifier, str) else "unknown"


def _bulk_entry(index: int, result: Upserted) -> Json:
    return {"identifier": result.entity.identifier, "index": index, "created": result.created}


def _bulk_error(index: int, body: object, refusal: RefusedError) -> Json:
    return {
        "identifier": _shown_identifier(body),
        "index": index,
        "statusCode": refusal.status,
        "error": refusal.error,
        "message": refusal.message,
    }
