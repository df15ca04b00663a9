"""Definitions of workflows, starting one, and how far one has come."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.port import requester
from sandbox.port.account import Account
from sandbox.port.replies import Json, Resource, invalid, not_found, taken
from sandbox.port.routes.requests import json_object, ok
from sandbox.port.runs import Run
from sandbox.port.workflows import (
    WorkflowRun,
    next_node_run,
    presented,
    problems,
    settle,
    started,
)


class WorkflowRoutes:
    """What is below `/v1/workflows`, the runs of nodes aside."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        one = "/v1/workflows/{identifier}"
        return [
            Route("/v1/workflows", self.create, methods=["POST"]),
            Route("/v1/workflows", self.listed, methods=["GET"]),
            Route("/v1/workflows/runs/{run}", self.run, methods=["GET"]),
            Route(one, self.get, methods=["GET"]),
            Route(one, self.replace, methods=["PUT"]),
            Route(one, self.delete, methods=["DELETE"]),
            Route(f"{one}/runs", self.start, methods=["POST"]),
        ]

    async def create(self, request: Request) -> Response:
        definition = await json_object(request)
        if definition.get("identifier") in self._kept():
            raise taken(Resource.WORKFLOW, str(definition["identifier"]))
        return self._store(definition, 201)

    async def listed(self, _request: Request) -> Response:
        return ok(workflows=list(self._kept().values()))

    async def get(self, request: Request) -> Response:
        return ok(workflow=self._named(request))

    async def replace(self, request: Request) -> Response:
        identifier = self._named(request)["identifier"]
        return self._store({**await json_object(request), "identifier": identifier}, 200)

    async def delete(self, request: Request) -> Response:
        del self._kept()[self._named(request)["identifier"]]
        self._account.changes += 1
        return ok()

    async def start(self, request: Request) -> Response:
        """`inputs` in the body; `run_as` is the e-mail address of the requester."""
        inputs = (await json_object(request)).get("inputs", {})
        if not isinstance(inputs, dict):
            message = "inputs must be an object"
            raise invalid(message)
        email = requester.checked_email(request.query_params.get("run_as"))
        run = started(self._named(request), inputs, email, self._account.clock())
        self._account.workflow_runs[run.identifier] = run
        _add_next(self._account, run)
        return ok(201, workflowRun=self._presented(run))

    async def run(self, request: Request) -> Response:
        identifier = request.path_params["run"]
        run = self._account.workflow_runs.get(identifier)
        if run is None:
            raise not_found(Resource.RUN, identifier)
        return ok(workflowRun=self._presented(run))

    def _store(self, definition: Json, status: int) -> Response:
        found = problems(definition)
        if found:
            raise invalid("; ".join(found))
        self._kept()[definition["identifier"]] = definition
        self._account.changes += 1
        return ok(status, workflow=definition)

    def _presented(self, run: WorkflowRun) -> Json:
        return presented(run, [self._account.runs.get(one) for one in run.node_runs])

    def _kept(self) -> dict[str, Json]:
        return self._account.extras.setdefault("workflows", {})

    def _named(self, request: Request) -> Json:
        identifier = request.path_params["identifier"]
        if identifier not in self._kept():
            raise not_found(Resource.WORKFLOW, identifier)
        return self._kept()[identifier]


def go_on(account: Account, node_run: Run) -> None:
    """A node has ended: begin the next one, or end the workflow."""
    run = account.workflow_runs[node_run.about["workflow_run"]]
    if settle(run, node_run):
        _add_next(account, run)


def _add_next(account: Account, run: WorkflowRun) -> None:
    node_run = next_node_run(run, account.clock())
    if node_run is not None:
        account.runs.add(node_run)
    account.changes += 1
