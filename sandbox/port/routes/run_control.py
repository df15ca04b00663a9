"""Runs below `/_sandbox`: see all there is to each, start one, wait for it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.port.account import Account
from sandbox.port.clock import iso
from sandbox.port.replies import Json, RefusedError
from sandbox.port.routes.actions import start_run
from sandbox.port.routes.control import PREFIX
from sandbox.port.routes.requests import json_object, ok, seconds
from sandbox.port.run_reports import required_text
from sandbox.port.runs import Run


class RunControlRoutes:
    """Needs no token."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        one = f"{PREFIX}/runs/{{run}}"
        return [
            Route(f"{PREFIX}/runs", self.listed, methods=["GET"]),
            Route(f"{PREFIX}/runs", self.start, methods=["POST"]),
            Route(one, self.get, methods=["GET"]),
            Route(f"{one}/wait", self.wait, methods=["GET"]),
            Route(f"{one}/redeliver", self.redeliver, methods=["POST"]),
        ]

    async def listed(self, _request: Request) -> Response:
        return ok(runs=[whole(run) for run in self._account.runs])

    async def start(self, request: Request) -> Response:
        """`action`, `properties`, `entity`, and `as`: the e-mail address of the requester."""
        body = await json_object(request)
        run = start_run(self._account, required_text(body, "action"), body, body.get("as"))
        return ok(201, run=whole(run))

    async def get(self, request: Request) -> Response:
        return ok(run=whole(self._named(request)))

    async def wait(self, request: Request) -> Response:
        """Answers when the run has ended, with `after` when its history is longer than that.

        408 after `timeout` seconds.
        """
        run = self._named(request)
        after = request.query_params.get("after", "")
        patience = seconds(request, "timeout", 30)

        def holds() -> bool:
            return run.outcome is not None or (after.isdigit() and len(run.history) > int(after))

        if not await self._account.runs.changed.until(holds, patience):
            message = f'Run "{run.id}" has not ended after {patience:g} s. {_standing(run)}'
            raise RefusedError(408, "timeout", message)
        return ok(run=whole(run))

    async def redeliver(self, request: Request) -> Response:
        """Make it claimable again, as after an acknowledgement that was lost."""
        run = self._named(request)
        self._account.runs.redeliver(run, self._account.clock())
        return ok(run=whole(run))

    def _named(self, request: Request) -> Run:
        return self._account.runs.get(request.path_params["run"])


def whole(run: Run) -> Json:
    """All there is to a run, whatever its kind."""
    return {
        "id": run.id,
        "kind": run.kind,
        "action": run.subject,
        "installation": run.installation,
        "requested_by": run.requested_by,
        "entity": run.about.get("entity"),
        "inputs": run.about.get("inputs"),
        "invocation": run.invocation,
        "status": run.status,
        "status_label": run.status_label,
        "summary": run.summary,
        "links": run.links,
        "external_id": run.external_id,
        "output": run.output,
        "claims": run.claims,
        "acknowledged": run.acknowledged_at is not None,
        "created_at": iso(run.created_at),
        "ended_at": None if run.ended_at is None else iso(run.ended_at),
        "logs": run.logs,
        "history": run.history,
    }


def _standing(run: Run) -> str:
    if run.acknowledged_at is not None:
        return f'Integration "{run.installation}" works on it'
    if run.claims:
        return f'Integration "{run.installation}" has claimed it and not acknowledged it'
    return f'No integration "{run.installation}" has claimed it'
