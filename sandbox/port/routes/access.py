"""Logging in, and what the organization may do."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.port.account import Account
from sandbox.port.replies import Resource, not_found
from sandbox.port.routes.requests import json_object, ok
from sandbox.port.tokens import ORGANIZATION


class AccessRoutes:
    """Tokens, the organization with its feature flags and secrets' names."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        return [
            Route("/v1/auth/access_token", self.access_token, methods=["POST"]),
            Route("/v1/organization", self.organization, methods=["GET"]),
            Route("/v1/organization/secrets/{name:path}", self.no_secret),
            Route("/v1/migrations/{identifier}", self.migration, methods=["GET"]),
        ]

    async def access_token(self, request: Request) -> Response:
        body = await json_object(request)
        token = self._account.tokens.issue(body.get("clientId"), body.get("clientSecret"))
        return JSONResponse(token)

    async def organization(self, _request: Request) -> Response:
        return ok(
            organization={
                "id": ORGANIZATION,
                "name": "Sandbox",
                "isBlocked": False,
                "featureFlags": list(self._account.feature_flags),
            }
        )

    async def no_secret(self, request: Request) -> Response:
        """The sandbox keeps no secrets, so none is ever found."""
        raise not_found(Resource.SECRET, request.path_params["name"])

    async def migration(self, request: Request) -> Response:
        """Migrations are over as soon as they begin here."""
        migration = {
            "id": request.path_params["identifier"],
            "actor": "sandbox",
            "sourceBlueprint": "",
            "mapping": {},
            "status": "COMPLETED",
        }
        return ok(migration=migration)
