"""Definitions of self-service actions, and starting a run of one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.port import requester
from sandbox.port.account import Account
from sandbox.port.action_definitions import missing_blueprint, problems, without_stamps
from sandbox.port.action_runs import Press, new_run, presented
from sandbox.port.clock import iso
from sandbox.port.replies import Json, Resource, invalid, not_found, taken
from sandbox.port.routes.requests import json_object, ok
from sandbox.port.runs import Run


class ActionRoutes:
    """Everything below `/v1/actions` but what integrations do with runs."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        one = "/v1/actions/{identifier}"
        return [
            Route("/v1/actions", self.create, methods=["POST"]),
            Route("/v1/actions", self.listed, methods=["GET"]),
            Route(one, self.get, methods=["GET"]),
            Route(one, self.replace, methods=["PUT"]),
            Route(one, self.delete, methods=["DELETE"]),
            Route(f"{one}/runs", self.start, methods=["POST"]),
        ]

    async def create(self, request: Request) -> Response:
        definition = await json_object(request)
        if definition.get("identifier") in actions(self._account):
            raise taken(Resource.ACTION, str(definition["identifier"]))
        return self._store(definition, {}, 201)

    async def listed(self, _request: Request) -> Response:
        return ok(actions=list(actions(self._account).values()))

    async def get(self, request: Request) -> Response:
        return ok(action=action(self._account, request.path_params["identifier"]))

    async def replace(self, request: Request) -> Response:
        current = action(self._account, request.path_params["identifier"])
        definition = {"identifier": current["identifier"], **await json_object(request)}
        return self._store(definition, current, 200)

    async def delete(self, request: Request) -> Response:
        """Runs of the action go on."""
        identifier = request.path_params["identifier"]
        action(self._account, identifier)
        del actions(self._account)[identifier]
        self._account.changes += 1
        return ok()

    async def start(self, request: Request) -> Response:
        """`properties` and `entity` in the body; `run_as` is the e-mail address of the requester."""
        run = start_run(
            self._account,
            request.path_params["identifier"],
            await json_object(request),
            request.query_params.get("run_as"),
        )
        return ok(202, run=presented(run))

    def _store(self, given: Json, current: Json, status: int) -> Response:
        definition = without_stamps(given)
        found = problems(definition)
        if found:
            raise invalid("; ".join(found))
        missing = missing_blueprint(definition, self._account.catalog.blueprints)
        if missing is not None:
            raise not_found(Resource.BLUEPRINT, missing)
        now = iso(self._account.clock())
        stamps = {"createdAt": current.get("createdAt", now), "updatedAt": now}
        kept = actions(self._account)
        kept.pop(current.get("identifier", ""), None)
        kept[definition["identifier"]] = {**definition, **stamps}
        self._account.changes += 1
        return ok(status, action=kept[definition["identifier"]])


def actions(account: Account) -> dict[str, Json]:
    """The definitions by identifier."""
    return account.extras.setdefault("actions", {})


def action(account: Account, identifier: str) -> Json:
    """One definition; raises `RefusedError` 404."""
    found = actions(account).get(identifier)
    if found is None:
        raise not_found(Resource.ACTION, identifier)
    return found


def start_run(account: Account, identifier: str, body: Json, email: object) -> Run:
    """Add a run of an action that integrations may claim; raises `RefusedError`."""
    inputs, entity = body.get("properties", {}), body.get("entity")
    if not isinstance(inputs, dict) or not isinstance(entity, str | None):
        message = "properties must be an object and entity an identifier"
        raise invalid(message)
    press = Press(inputs, entity, requester.checked_email(email), account.clock())
    run = new_run(action(account, identifier), press, account.catalog)
    account.runs.add(run)
    account.changes += 1
    return run
