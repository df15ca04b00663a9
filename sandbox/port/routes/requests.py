"""Reading requests and writing replies: the small change of every route."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.port.replies import Json, RefusedError

LONGEST_WAIT_SECONDS = 600


async def json_object(request: Request) -> Json:
    """The body, which has to be a JSON object; raises `RefusedError` 400 otherwise."""
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError as err:
        raise RefusedError(400, "invalid_json", f"The body is not JSON: {err}") from err
    if not isinstance(body, dict):
        message = "The body must be a JSON object"
        raise RefusedError(400, "invalid_json", message)
    return body


def listed(body: Json, name: str, most: int) -> list[Any]:
    """A list in the body; raises `RefusedError` 422 without one or when it is longer than `most`."""
    values = body.get(name)
    if not isinstance(values, list):
        message = f'body must have a list "{name}"'
        raise RefusedError(422, "invalid_request", message)
    if len(values) > most:
        message = f"body/{name} must NOT have more than {most} items, got {len(values)}"
        raise RefusedError(422, "invalid_request", message)
    return values


def is_on(request: Request, name: str) -> bool:
    """Whether a query parameter says `true`."""
    return request.query_params.get(name, "").lower() == "true"


def seconds(request: Request, name: str, default: float) -> float:
    """A query parameter as seconds, 600 at most; raises `RefusedError` 422."""
    text = request.query_params.get(name)
    try:
        value = default if text is None else float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= LONGEST_WAIT_SECONDS:
        message = f"{name} must be seconds from 0 to {LONGEST_WAIT_SECONDS}, got {text!r}"
        raise RefusedError(422, "invalid_request", message)
    return value


def ok(status: int = 200, /, **fields: object) -> Response:
    """A reply that went well."""
    return JSONResponse({"ok": True, **fields}, status)


def base_url(request: Request) -> str:
    """Where the client reached this server, without a trailing slash."""
    return str(request.base_url).rstrip("/")
