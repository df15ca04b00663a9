"""Runs as integrations see them: claim, acknowledge, log, report, look up."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.port import run_reports
from sandbox.port.account import Account
from sandbox.port.action_runs import presented as presented_action_run
from sandbox.port.replies import Json
from sandbox.port.routes.requests import json_object, ok
from sandbox.port.routes.workflows import go_on
from sandbox.port.runs import Report, Run, RunKind
from sandbox.port.workflows import presented_node_run

_EXTERNAL_ID = "external_run_id"


class RunRoutes:
    """What is below `/v1/actions/runs`, `/v1/workflows/runs` and `/v1/workflows/nodes/runs`."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        action, node = "/v1/actions/runs", "/v1/workflows/nodes/runs"
        return [
            Route(f"{action}/claim-pending", self.claim_actions, methods=["POST"]),
            Route("/v1/workflows/runs/claim-pending", self.claim_nodes, methods=["POST"]),
            Route(f"{action}/ack", self.acknowledge_action, methods=["PATCH"]),
            Route("/v1/workflows/runs/ack", self.acknowledge_node, methods=["PATCH"]),
            Route(action, self.actions, methods=["GET"]),
            Route(node, self.nodes, methods=["GET"]),
            Route(f"{action}/{{run}}", self.action, methods=["GET"]),
            Route(f"{action}/{{run}}", self.report_action, methods=["PATCH"]),
            Route(f"{node}/{{run}}", self.report_node, methods=["PATCH"]),
            Route(f"{action}/{{run}}/logs", self.log_action, methods=["POST"]),
            Route(f"{action}/{{run}}/logs", self.action_logs, methods=["GET"]),
            Route(f"{node}/{{run}}/logs", self.log_node, methods=["POST"]),
        ]

    async def claim_actions(self, request: Request) -> Response:
        runs = await self._claimed(request, RunKind.ACTION)
        return ok(runs=[presented_action_run(run) for run in runs])

    async def claim_nodes(self, request: Request) -> Response:
        runs = await self._claimed(request, RunKind.WORKFLOW_NODE)
        return ok(nodeRuns=[presented_node_run(run) for run in runs])

    async def acknowledge_action(self, request: Request) -> Response:
        return await self._acknowledged(request, RunKind.ACTION, "runId")

    async def acknowledge_node(self, request: Request) -> Response:
        return await self._acknowledged(request, RunKind.WORKFLOW_NODE, "nodeRunIdentifier")

    async def actions(self, request: Request) -> Response:
        """All runs of actions, the newest first; `external_run_id` narrows it to one."""
        return ok(runs=self._listed(request, RunKind.ACTION, presented_action_run))

    async def nodes(self, request: Request) -> Response:
        return ok(nodeRuns=self._listed(request, RunKind.WORKFLOW_NODE, presented_node_run))

    async def action(self, request: Request) -> Response:
        return ok(run=presented_action_run(self._named(request, RunKind.ACTION)))

    async def report_action(self, request: Request) -> Response:
        run = self._named(request, RunKind.ACTION)
        self._report(run, run_reports.action_report(await json_object(request)))
        return ok(run=presented_action_run(run))

    async def report_node(self, request: Request) -> Response:
        run = self._named(request, RunKind.WORKFLOW_NODE)
        had_ended = run.outcome is not None
        self._report(run, run_reports.node_report(await json_object(request)))
        if run.outcome is not None and not had_ended:
            go_on(self._account, run)
        return ok(nodeRun=presented_node_run(run))

    async def log_action(self, request: Request) -> Response:
        run = self._named(request, RunKind.ACTION)
        entry, report = run_reports.action_log(await json_object(request))
        self._log(run, entry)
        self._report(run, report)
        return ok(201, log={"runId": run.id, **run.logs[-1]})

    async def action_logs(self, request: Request) -> Response:
        run = self._named(request, RunKind.ACTION)
        return ok(runLogs=[{"runId": run.id, **line} for line in run.logs])

    async def log_node(self, request: Request) -> Response:
        run = self._named(request, RunKind.WORKFLOW_NODE)
        for entry in run_reports.node_logs(await json_object(request)):
            self._log(run, entry)
        return ok(201)

    async def _claimed(self, request: Request, kind: RunKind) -> list[Run]:
        claim = run_reports.claim(kind, await json_object(request))
        runs = self._account.runs.claim(claim, self._account.clock())
        self._account.changes += bool(runs)
        return runs

    async def _acknowledged(self, request: Request, kind: RunKind, name: str) -> Response:
        identifier = run_reports.required_text(await json_object(request), name)
        run = self._account.runs.get(identifier, kind)
        self._account.runs.acknowledge(run, self._account.clock())
        self._account.changes += 1
        return ok()

    def _listed(
        self, request: Request, kind: RunKind, presented: Callable[[Run], Json]
    ) -> list[Json]:
        wanted = request.query_params.get(_EXTERNAL_ID)
        fitting = [
            run
            for run in self._account.runs
            if run.kind == kind and wanted in (None, run.external_id)
        ]
        return [presented(run) for run in reversed(fitting)]

    def _named(self, request: Request, kind: RunKind) -> Run:
        return self._account.runs.get(request.path_params["run"], kind)

    def _report(self, run: Run, report: Report) -> None:
        self._account.runs.report(run, report, self._account.clock())
        self._account.changes += 1

    def _log(self, run: Run, entry: Json) -> None:
        self._account.runs.log(run, entry, self._account.clock())
        self._account.changes += 1
