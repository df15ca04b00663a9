"""Puts the routes, the refusals and the gate together to one ASGI application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from sandbox.port.account import Account
from sandbox.port.gate import Cut, Gate
from sandbox.port.replies import RefusedError
from sandbox.port.routes.access import AccessRoutes
from sandbox.port.routes.actions import ActionRoutes
from sandbox.port.routes.blueprints import BlueprintRoutes
from sandbox.port.routes.control import ControlRoutes
from sandbox.port.routes.entity_reads import EntityReadRoutes
from sandbox.port.routes.entity_writes import EntityWriteRoutes
from sandbox.port.routes.extras import ExtraRoutes
from sandbox.port.routes.ingest import IngestRoutes
from sandbox.port.routes.integrations import IntegrationRoutes
from sandbox.port.routes.run_control import RunControlRoutes
from sandbox.port.routes.runs import RunRoutes
from sandbox.port.routes.watching import WatchRoutes
from sandbox.port.routes.workflows import WorkflowRoutes


def application(account: Account, latency_seconds: float, cut: Cut) -> ASGIApp:
    """The whole API for one account; `cut` ends a client's connection without a reply."""
    routes = [
        *EntityReadRoutes(account).routes(),
        *EntityWriteRoutes(account).routes(),
        *RunRoutes(account).routes(),
        *ActionRoutes(account).routes(),
        *WorkflowRoutes(account).routes(),
        *ExtraRoutes(account, "pages", "/v1/pages").routes(),
        *ExtraRoutes(account, "scorecards", "/v1/blueprints/{blueprint}/scorecards").routes(),
        *BlueprintRoutes(account).routes(),
        *IntegrationRoutes(account).routes(),
        *IngestRoutes(account).routes(),
        *AccessRoutes(account).routes(),
        *ControlRoutes(account).routes(),
        *RunControlRoutes(account).routes(),
        *WatchRoutes(account).routes(),
    ]
    app = Starlette(routes=routes)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _no_route)
    return Gate(app, account, latency_seconds, cut)


async def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RefusedError):
        raise error
    return JSONResponse(error.body(), error.status)


async def _no_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = f"Route {request.method}:{request.url.path} not found"
    refusal = RefusedError(status, "not_found" if status == 404 else "not_allowed", message)
    return JSONResponse(refusal.body(), status)
