"""Runs of actions and workflows that an integration may claim. Nothing is ever pending yet."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.port.replies import Resource, not_found
from sandbox.port.routes.requests import ok


class RunRoutes:
    """Answers a claim with an empty list and knows no run."""

    def routes(self) -> list[Route]:
        return [
            Route("/v1/actions/runs/claim-pending", self.claim_actions, methods=["POST"]),
            Route("/v1/workflows/runs/claim-pending", self.claim_nodes, methods=["POST"]),
            Route("/v1/actions/runs", self.claim_actions, methods=["GET"]),
            Route("/v1/workflows/nodes/runs", self.claim_nodes, methods=["GET"]),
            Route("/v1/actions/runs/{run:path}", self.unknown, methods=["PATCH", "POST"]),
            Route("/v1/workflows/runs/{run:path}", self.unknown, methods=["PATCH", "POST"]),
            Route("/v1/workflows/nodes/runs/{run:path}", self.unknown, methods=["PATCH", "POST"]),
        ]

    async def claim_actions(self, _request: Request) -> Response:
        return ok(runs=[])

    async def claim_nodes(self, _request: Request) -> Response:
        return ok(nodeRuns=[])

    async def unknown(self, request: Request) -> Response:
        raise not_found(Resource.RUN, request.path_params["run"])
