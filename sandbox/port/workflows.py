"""Workflows that are a chain: a self-service trigger, then nodes that integrations carry out.

Decides which definitions are acceptable and which node is next; other sorts of nodes, branches and
joins are refused. Source: the workflows that port_ocean's own smoke tests create.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from sandbox.port import templates
from sandbox.port.action_definitions import EXECUTION_PROPERTIES, INTEGRATION_ACTION
from sandbox.port.clock import iso
from sandbox.port.replies import Json, invalid
from sandbox.port.runs import Outcome, Run, RunKind, new_identifier
from sandbox.port.user_inputs import definition_problems, filled, value_refusals

_TRIGGER = "SELF_SERVE_TRIGGER"
_NODE_TEXTS = ("installationId", "integrationProvider", "integrationInvocationType")
_RESULTS = {Outcome.SUCCESS: "SUCCESS", Outcome.FAILURE: "FAILED", Outcome.CANCELLED: "CANCELLED"}


@dataclass
class WorkflowRun:
    """One run: what is still to do, what the nodes so far gave, the runs of the nodes."""

    identifier: str
    workflow: str
    requested_by: str | None
    created_at: float
    waiting: list[Json]
    outputs: dict[str, Json]
    node_runs: list[str] = field(default_factory=list)
    outcome: str | None = None

    def dump(self) -> Json:
        return asdict(self)


def problems(definition: Json) -> list[str]:
    """What is wrong with a workflow's definition."""
    nodes = definition.get("nodes")
    if not isinstance(definition.get("identifier"), str) or not definition["identifier"]:
        return ["identifier must be a text that is not empty"]
    if not isinstance(nodes, list) or not all(_is_node(node) for node in nodes):
        return ["nodes must be an array of objects with an identifier and a config"]
    found = [problem for node in nodes for problem in _node_problems(node)]
    return found or list(_chain_problems(definition))


def started(definition: Json, inputs: Json, email: str | None, now: float) -> WorkflowRun:
    """A run before its first node; raises `RefusedError` 422 for values that do not fit."""
    trigger, *nodes = _chain(definition)
    asked = trigger["config"].get("userInputs") or {"properties": {}}
    subject = {"form": inputs, "user": {"email": email}}
    given = filled(asked, inputs, subject)
    refusals = value_refusals(asked, given, subject)
    if refusals:
        raise invalid("; ".join(refusals))
    return WorkflowRun(
        identifier=f"wfr_{new_identifier(RunKind.WORKFLOW_NODE).partition('_')[2]}",
        workflow=definition["identifier"],
        requested_by=email,
        created_at=now,
        waiting=nodes,
        outputs={trigger["identifier"]: given},
    )


def next_node_run(run: WorkflowRun, now: float) -> Run | None:
    """Takes the next node of a run and gives its run; None when there is none left."""
    if not run.waiting:
        return None
    node = run.waiting.pop(0)
    config = node["config"]
    filled_in = templates.rendered(config[EXECUTION_PROPERTIES], {"outputs": run.outputs})
    node_run = Run(
        id=new_identifier(RunKind.WORKFLOW_NODE),
        kind=RunKind.WORKFLOW_NODE,
        subject=f"{run.workflow}:{node['identifier']}",
        installation=config["installationId"],
        invocation={**config, EXECUTION_PROPERTIES: filled_in},
        requested_by=run.requested_by,
        created_at=now,
        about={"workflow_run": run.identifier, "node": node["identifier"]},
    )
    run.node_runs.append(node_run.id)
    return node_run


def settle(run: WorkflowRun, node_run: Run) -> bool:
    """Take in a node's end; whether the workflow goes on."""
    run.outputs[node_run.about["node"]] = node_run.output
    goes_on = (
        node_run.outcome is Outcome.SUCCESS or node_run.invocation.get("onFailure") == "continue"
    )
    if not goes_on or not run.waiting:
        run.outcome = _RESULTS[node_run.outcome or Outcome.SUCCESS]
    return goes_on and bool(run.waiting)


def presented_node_run(run: Run) -> Json:
    """A node's run as Port answers it to the integration that claims it or looks it up."""
    return {
        "identifier": run.id,
        "nodeUid": run.subject,
        "nodeIdentifier": run.about["node"],
        "workflowRunIdentifier": run.about["workflow_run"],
        "status": "IN_PROGRESS" if run.outcome is None else "COMPLETED",
        "result": None if run.outcome is None else _RESULTS[run.outcome],
        "config": run.invocation,
        "node": {"config": run.invocation},
        "output": run.output,
        "links": run.links,
        "externalRunId": run.external_id,
        "statusLabel": None if run.status_label is None else {"text": run.status_label},
        "createdAt": iso(run.created_at),
        "updatedAt": iso(run.updated_at),
    }


def presented(run: WorkflowRun, node_runs: list[Run]) -> Json:
    """A workflow's run with those of its nodes."""
    return {
        "identifier": run.identifier,
        "workflowIdentifier": run.workflow,
        "status": "IN_PROGRESS" if run.outcome is None else "COMPLETED",
        "result": run.outcome,
        "nodeRuns": [presented_node_run(one) for one in node_runs],
        "createdAt": iso(run.created_at),
    }


def _is_node(node: object) -> bool:
    return (
        isinstance(node, dict)
        and isinstance(node.get("identifier"), str)
        and isinstance(node.get("config"), dict)
    )


def _node_problems(node: Json) -> Iterator[str]:
    where, config = f'node "{node["identifier"]}"', node["config"]
    if config.get("type") == _TRIGGER:
        if config.get("userInputs") is not None:
            yield from definition_problems(config["userInputs"])
        return
    if config.get("type") != INTEGRATION_ACTION:
        yield f"{where} must be of type {_TRIGGER} or {INTEGRATION_ACTION}, others are not run here"
        return
    for name in _NODE_TEXTS:
        if not isinstance(config.get(name), str) or not config[name]:
            yield f"{where} {name} must be a text that is not empty"
    if not isinstance(config.get(EXECUTION_PROPERTIES), dict):
        yield f"{where} {EXECUTION_PROPERTIES} must be an object"
        return
    yield from (f"{where}: {one}" for one in templates.problems(config[EXECUTION_PROPERTIES]))


def _chain_problems(definition: Json) -> Iterator[str]:
    triggers = [node for node in definition["nodes"] if node["config"]["type"] == _TRIGGER]
    if len(triggers) != 1:
        yield f"a workflow must have one node of type {_TRIGGER}"
    elif len(_chain(definition)) != len(definition["nodes"]):
        yield "connections must lead from the trigger through every node, one after the other"


def _chain(definition: Json) -> list[Json]:
    """The nodes in the order of their connections, from the trigger on."""
    nodes = {node["identifier"]: node for node in definition["nodes"]}
    follows = {
        one.get("sourceIdentifier"): one.get("targetIdentifier")
        for one in definition.get("connections") or []
    }
    at: str | None = next(n for n, node in nodes.items() if node["config"]["type"] == _TRIGGER)
    chain: list[Json] = []
    while at in nodes:
        chain.append(nodes.pop(at))
        at = follows.get(at)
    return chain
