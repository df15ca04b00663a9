"""Scorecards and pages: kept and given back, not acted on."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.port.account import Account
from sandbox.port.replies import Json, not_found, taken
from sandbox.port.routes.requests import json_object, ok


class ExtraRoutes:
    """One sort of them: `what` is its plural, `path` where it is found."""

    def __init__(self, account: Account, what: str, path: str) -> None:
        self._account = account
        self._what = what
        self._name = what.removesuffix("s")
        self._path = path

    def routes(self) -> list[Route]:
        one = f"{self._path}/{{identifier}}"
        return [
            Route(self._path, self.create, methods=["POST"]),
            Route(self._path, self.listed, methods=["GET"]),
            Route(one, self.get, methods=["GET"]),
            Route(one, self.delete, methods=["DELETE"]),
        ]

    async def create(self, request: Request) -> Response:
        body = {**await json_object(request), **self._place(request)}
        key = self._key(request, str(body.get("identifier")))
        if key in self._kept():
            raise taken(self._name.capitalize(), str(body.get("identifier")))
        self._kept()[key] = body
        self._account.changes += 1
        return ok(201, **{self._name: body})

    async def listed(self, request: Request) -> Response:
        place = self._place(request)
        found = [one for one in self._kept().values() if place.items() <= one.items()]
        return ok(**{self._what: found})

    async def get(self, request: Request) -> Response:
        return ok(**{self._name: self._kept()[self._existing(request)]})

    async def delete(self, request: Request) -> Response:
        del self._kept()[self._existing(request)]
        self._account.changes += 1
        return ok()

    def _kept(self) -> dict[str, Json]:
        return self._account.extras.setdefault(self._what, {})

    def _existing(self, request: Request) -> str:
        identifier = request.path_params["identifier"]
        key = self._key(request, identifier)
        if key not in self._kept():
            raise not_found(self._name.capitalize(), identifier)
        return key

    def _key(self, request: Request, identifier: str) -> str:
        return "/".join([*self._place(request).values(), identifier])

    def _place(self, request: Request) -> dict[str, str]:
        """The existing blueprint that the path names, if it names one."""
        blueprint = request.path_params.get("blueprint")
        if blueprint is None:
            return {}
        self._account.catalog.blueprint(blueprint)
        return {"blueprint": blueprint}
