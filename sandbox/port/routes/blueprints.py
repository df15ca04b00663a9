"""Blueprints: create, change, delete. Every definition is checked before it is kept."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.port.account import Account
from sandbox.port.blueprints import (
    completed,
    malformed,
    missing_targets,
    patched,
    problems,
    without_stamps,
)
from sandbox.port.clock import iso
from sandbox.port.replies import Json, RefusedError, Resource, invalid, not_found, taken
from sandbox.port.routes.requests import is_on, json_object, ok


class BlueprintRoutes:
    """Everything below `/v1/blueprints` that is not about entities."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        one = "/v1/blueprints/{identifier}"
        return [
            Route("/v1/blueprints", self.listed, methods=["GET"]),
            Route("/v1/blueprints", self.create, methods=["POST"]),
            Route(one, self.get, methods=["GET"]),
            Route(one, self.replace, methods=["PUT"]),
            Route(one, self.patch, methods=["PATCH"]),
            Route(one, self.delete, methods=["DELETE"]),
            Route(f"{one}/all-entities", self.delete_entities, methods=["DELETE"]),
        ]

    async def listed(self, _request: Request) -> Response:
        return ok(blueprints=list(self._account.catalog.blueprints.values()))

    async def get(self, request: Request) -> Response:
        return ok(blueprint=self._account.catalog.blueprint(request.path_params["identifier"]))

    async def create(self, request: Request) -> Response:
        definition = completed(await _definition(request))
        if definition.get("identifier") in self._account.catalog.blueprints:
            raise taken(Resource.BLUEPRINT, str(definition["identifier"]))
        return self._store(definition, {}, 201)

    async def replace(self, request: Request) -> Response:
        current = self._account.catalog.blueprint(request.path_params["identifier"])
        definition = completed({"identifier": current["identifier"], **await _definition(request)})
        return self._store(definition, current, 200)

    async def patch(self, request: Request) -> Response:
        current = self._account.catalog.blueprint(request.path_params["identifier"])
        return self._store(patched(current, await _definition(request)), current, 200)

    async def delete(self, request: Request) -> Response:
        """Refused while the blueprint has entities or other blueprints relate to it."""
        identifier = request.path_params["identifier"]
        catalog = self._account.catalog
        catalog.blueprint(identifier)
        if catalog.count(identifier):
            message = f'Blueprint "{identifier}" still has {catalog.count(identifier)} entities'
            raise RefusedError(409, "has_entities", message)
        self._refuse_related(identifier)
        catalog.remove_blueprint(identifier)
        return self._changed(ok())

    async def delete_entities(self, request: Request) -> Response:
        identifier = request.path_params["identifier"]
        catalog = self._account.catalog
        blueprint = catalog.blueprint(identifier)
        catalog.remove_blueprint(identifier)
        if not is_on(request, "delete_blueprint"):
            catalog.put_blueprint(blueprint)
        return self._changed(ok(migrationId=f"migration_{identifier}"))

    def _store(self, definition: Json, current: Json, status: int) -> Response:
        catalog = self._account.catalog
        found = problems(definition, catalog.blueprints)
        if found:
            raise invalid("; ".join(found))
        for target in missing_targets(definition, catalog.blueprints):
            raise not_found(Resource.BLUEPRINT, target)
        now = iso(self._account.clock())
        stamped = {
            **without_stamps(definition),
            "createdAt": current.get("createdAt", now),
            "updatedAt": now,
        }
        catalog.put_blueprint(stamped)
        return self._changed(ok(status, blueprint=stamped))

    def _refuse_related(self, identifier: str) -> None:
        for other in self._account.catalog.blueprints.values():
            targets = {relation["target"] for relation in other["relations"].values()}
            if identifier in targets and other["identifier"] != identifier:
                message = f'Blueprint "{other["identifier"]}" has a relation to "{identifier}"'
                raise RefusedError(409, "has_dependents", message)

    def _changed(self, response: Response) -> Response:
        self._account.changes += 1
        return response


async def _definition(request: Request) -> Json:
    definition = await json_object(request)
    wrong = malformed(definition)
    if wrong:
        raise invalid("; ".join(wrong))
    return definition
