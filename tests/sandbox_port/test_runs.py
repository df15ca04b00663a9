"""Claiming, acknowledging and reporting runs, as the client of an integration does."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from sandbox.port.account import Account
from tests.sandbox_port.in_process import SetClock, client_of, new_account
from tests.sandbox_port.tiny_executor import ACTION, WORKFLOW

CLAIM = {"installationId": "tiny-1", "limit": 10, "visibilityTimeoutMs": 60_000}
RUNS = "/v1/actions/runs"
NODE_RUNS = "/v1/workflows/nodes/runs"


async def _started(api: httpx.AsyncClient, name: str = "Bo") -> str:
    if (await api.get("/v1/actions/say_hello")).status_code == 404:
        await api.post("/v1/actions", json=ACTION)
    reply = await api.post("/v1/actions/say_hello/runs", json={"properties": {"name": name}})
    return str(reply.json()["run"]["id"])


async def _claimed(api: httpx.AsyncClient, **changes: object) -> list[str]:
    reply = await api.post(f"{RUNS}/claim-pending", json={**CLAIM, **changes})
    assert reply.status_code == 200, reply.text
    return [run["id"] for run in reply.json()["runs"]]


async def _acknowledged(api: httpx.AsyncClient, run: str) -> httpx.Response:
    return await api.patch(f"{RUNS}/ack", json={"runId": run})


async def _seen(api: httpx.AsyncClient, run: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.get(f"/_sandbox/runs/{run}")).json()["run"]
    return found


@pytest.mark.parametrize(
    ("path", "name"),
    [(f"{RUNS}/claim-pending", "runs"), ("/v1/workflows/runs/claim-pending", "nodeRuns")],
)
async def test_nothing_is_pending_at_first(api: httpx.AsyncClient, path: str, name: str) -> None:
    reply = await api.post(path, json=CLAIM)
    assert (reply.status_code, reply.json()[name]) == (200, [])


async def test_a_claim_hides_a_run_for_a_while(api: httpx.AsyncClient, clock: SetClock) -> None:
    run = await _started(api)
    assert await _claimed(api) == [run]
    clock.now += 59
    assert await _claimed(api) == []
    clock.now += 1
    assert await _claimed(api) == [run]
    assert (await _seen(api, run))["claims"] == 2


async def test_an_acknowledged_run_does_not_come_back(
    api: httpx.AsyncClient, clock: SetClock
) -> None:
    run = await _started(api)
    await _claimed(api)
    assert (await _acknowledged(api, run)).status_code == 200
    assert (await _acknowledged(api, run)).status_code == 409
    clock.now += 3600
    assert await _claimed(api) == []


async def test_of_two_who_claimed_the_first_to_acknowledge_has_it(
    api: httpx.AsyncClient, clock: SetClock
) -> None:
    run = await _started(api)
    await _claimed(api, visibilityTimeoutMs=1000)
    clock.now += 2
    assert await _claimed(api) == [run]
    replies = [(await _acknowledged(api, run)).status_code for _ in range(2)]
    assert replies == [200, 409]


async def test_a_run_that_nobody_claimed_is_not_acknowledged(api: httpx.AsyncClient) -> None:
    reply = await _acknowledged(api, await _started(api))
    assert (reply.status_code, reply.json()["error"]) == (409, "run_not_claimed")


async def test_the_oldest_are_claimed_first(api: httpx.AsyncClient) -> None:
    runs = [await _started(api) for _ in range(3)]
    assert await _claimed(api, limit=2) == runs[:2]
    assert await _claimed(api, limit=2) == runs[2:]


async def test_a_claim_leaves_out_what_it_names(api: httpx.AsyncClient) -> None:
    run = await _started(api)
    assert await _claimed(api, exclude=["say_hello"]) == []
    assert await _claimed(api, installationId="tiny-2") == []
    assert await _claimed(api, exclude=["other"]) == [run]


BAD_CLAIMS = {
    "nobody": {"limit": 1},
    "none": {**CLAIM, "limit": 0},
    "too_many": {**CLAIM, "limit": 1001},
    "too_long": {**CLAIM, "visibilityTimeoutMs": 600_001},
    "exclude": {**CLAIM, "exclude": "say_hello"},
}


@pytest.mark.parametrize("body", BAD_CLAIMS.values(), ids=BAD_CLAIMS)
async def test_a_claim_is_checked(api: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert (await api.post(f"{RUNS}/claim-pending", json=body)).status_code == 422


async def test_what_is_reported_is_seen(api: httpx.AsyncClient, clock: SetClock) -> None:
    run = await _started(api)
    await _claimed(api)
    await _acknowledged(api, run)
    started = {"link": "https://jira.example.com/browse/A-1", "externalRunId": "A-1"}
    await api.patch(f"{RUNS}/{run}", json=started)
    await api.post(f"{RUNS}/{run}/logs", json={"message": "Half way", "statusLabel": "Working"})
    assert (await _seen(api, run))["status_label"] == "Working"
    clock.now += 5
    ended = {"status": "SUCCESS", "statusLabel": "Created", "summary": "A-1 is there"}
    reply = await api.patch(f"{RUNS}/{run}", json=ended)
    shown = reply.json()["run"]
    assert (shown["status"], shown["statusLabel"], shown["summary"]) == tuple(ended.values())
    assert (shown["link"], shown["endedAt"]) == ([started["link"]], "2025-06-15T15:06:45.000Z")
    seen = await _seen(api, run)
    assert [entry["event"] for entry in seen["history"]] == [
        *("created", "claimed", "acknowledged", "reported", "log", "reported", "reported", "ended")
    ]
    logs = (await api.get(f"{RUNS}/{run}/logs")).json()["runLogs"]
    assert [line["message"] for line in logs] == ["Half way"]
    found = await api.get(RUNS, params={"version": "v2", "external_run_id": "A-1"})
    assert [one["id"] for one in found.json()["runs"]] == [run]
    assert (await api.get(RUNS, params={"external_run_id": "A-2"})).json()["runs"] == []


async def test_a_log_line_may_end_a_run(api: httpx.AsyncClient) -> None:
    run = await _started(api)
    line = {"message": "No", "terminationStatus": "FAILURE"}
    assert (await api.post(f"{RUNS}/{run}/logs", json=line)).status_code == 201
    assert (await _seen(api, run))["status"] == "FAILURE"
    assert await _claimed(api) == []


async def test_the_end_is_the_end(api: httpx.AsyncClient) -> None:
    run = await _started(api)
    for body, status in [
        ({"status": "SUCCESS"}, 200),
        ({"status": "SUCCESS"}, 200),
        ({"summary": "afterwards"}, 200),
        ({"status": "FAILURE"}, 409),
    ]:
        assert (await api.patch(f"{RUNS}/{run}", json=body)).status_code == status
    assert (await api.post(f"{RUNS}/{run}/logs", json={"message": "x"})).status_code == 409
    assert (await api.post(f"/_sandbox/runs/{run}/redeliver")).status_code == 409


BAD_REPORTS = {
    "status": ({"status": "DONE"}, "status must be one of IN_PROGRESS, SUCCESS, FAILURE"),
    "label": ({"statusLabel": {"text": "x"}}, "statusLabel must be a text"),
    "link": ({"link": "A-1"}, "link must be an address, got 'A-1'"),
    "unknown": ({"output": {}}, "additional properties: output"),
}


@pytest.mark.parametrize(("body", "message"), BAD_REPORTS.values(), ids=BAD_REPORTS)
async def test_a_report_is_checked(
    api: httpx.AsyncClient, body: dict[str, Any], message: str
) -> None:
    reply = await api.patch(f"{RUNS}/{await _started(api)}", json=body)
    assert (reply.status_code, message in reply.json()["message"]) == (422, True), reply.text


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", f"{RUNS}/ack", {"runId": "r_1"}),
        ("PATCH", f"{RUNS}/r_1", {}),
        ("POST", f"{RUNS}/r_1/logs", {"message": "x"}),
        ("PATCH", "/v1/workflows/runs/ack", {"nodeRunIdentifier": "r_1"}),
        ("PATCH", f"{NODE_RUNS}/r_1", {}),
        ("GET", "/v1/workflows/runs/r_1", {}),
        ("GET", "/_sandbox/runs/r_1", {}),
    ],
)
async def test_an_unknown_run(
    api: httpx.AsyncClient, method: str, path: str, body: dict[str, Any]
) -> None:
    assert (await api.request(method, path, json=body)).json()["error"] == "not_found"


async def test_a_lost_acknowledgement_brings_a_run_back(api: httpx.AsyncClient) -> None:
    run = await _started(api)
    await _claimed(api)
    await _acknowledged(api, run)
    assert (await api.post(f"/_sandbox/runs/{run}/redeliver")).status_code == 200
    assert await _claimed(api) == [run]
    assert (await _acknowledged(api, run)).status_code == 200


async def test_waiting_for_the_end(api: httpx.AsyncClient) -> None:
    run = await _started(api)
    wait = f"/_sandbox/runs/{run}/wait"
    late = await api.get(wait, params={"timeout": 0})
    assert (late.status_code, late.json()["message"]) == (
        408,
        f'Run "{run}" has not ended after 0 s. No integration "tiny-1" has claimed it',
    )
    ends = asyncio.create_task(api.get(wait, params={"timeout": 60}))
    claimed = asyncio.create_task(api.get(wait, params={"timeout": 60, "after": 1}))
    await asyncio.sleep(0)
    await _claimed(api)
    assert (await claimed).json()["run"]["claims"] == 1
    assert not ends.done()
    await api.patch(f"{RUNS}/{run}", json={"status": "SUCCESS"})
    assert (await ends).json()["run"]["status"] == "SUCCESS"


async def test_a_restart_keeps_runs(account: Account, api: httpx.AsyncClient) -> None:
    done, waiting = await _started(api), await _started(api)
    await api.patch(f"{RUNS}/{done}", json={"status": "FAILURE", "link": "https://a.example.com"})
    await api.post("/v1/workflows", json=WORKFLOW)
    await api.post("/v1/workflows/say_hello_flow/runs", json={})
    restarted = new_account(SetClock())
    restarted.load(account.dump())
    async with client_of(restarted) as again:
        both = [(await one.get("/_sandbox/runs")).json() for one in (api, again)]
        assert both[0] == both[1]
        assert await _claimed(again) == [waiting]
    assert restarted.dump()["workflow_runs"] == account.dump()["workflow_runs"]


def _flow(**greet: object) -> dict[str, Any]:
    """The workflow with a second node that says what the first one gave."""
    trigger, first = WORKFLOW["nodes"]
    config = first["config"]
    last = {
        "identifier": "again",
        "config": {
            **config,
            "integrationActionExecutionProperties": {"name": "{{ .outputs.greet.answer }}"},
        },
    }
    return {
        **WORKFLOW,
        "nodes": [trigger, {**first, "config": {**config, **greet}}, last],
        "connections": [
            {"sourceIdentifier": "trigger", "targetIdentifier": "greet"},
            {"sourceIdentifier": "greet", "targetIdentifier": "again"},
        ],
    }


async def _claimed_nodes(api: httpx.AsyncClient) -> list[dict[str, Any]]:
    reply = await api.post("/v1/workflows/runs/claim-pending", json=CLAIM)
    found: list[dict[str, Any]] = reply.json()["nodeRuns"]
    return found


NODE_ENDS = {
    "succeeded": ({}, "SUCCESS", True, "SUCCESS"),
    "failed": ({}, "FAILED", False, "FAILED"),
    "failed_and_goes_on": ({"onFailure": "continue"}, "FAILED", True, "SUCCESS"),
}


@pytest.mark.parametrize(
    ("config", "result", "goes_on", "whole"), NODE_ENDS.values(), ids=NODE_ENDS
)
async def test_nodes_run_one_after_the_other(
    api: httpx.AsyncClient, config: dict[str, str], result: str, goes_on: bool, whole: str
) -> None:
    await api.post("/v1/workflows", json=_flow(**config))
    body = {"inputs": {"name": "Bo"}}
    started = await api.post("/v1/workflows/say_hello_flow/runs", json=body)
    run = started.json()["workflowRun"]["identifier"]
    (node,) = await _claimed_nodes(api)
    assert node["config"]["integrationActionExecutionProperties"] == {"name": "Bo"}
    ack = {"nodeRunIdentifier": node["identifier"]}
    replies = [await api.patch("/v1/workflows/runs/ack", json=ack) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [200, 409]
    lines = {"logs": [{"level": "WARN", "message": "slow"}]}
    await api.post(f"{NODE_RUNS}/{node['identifier']}/logs", json=lines)
    end = {
        "status": "COMPLETED",
        "result": result,
        "output": {"answer": 42},
        "statusLabel": {"text": "Said"},
    }
    assert (await api.patch(f"{NODE_RUNS}/{node['identifier']}", json=end)).status_code == 200
    nodes = await _claimed_nodes(api)
    names = [one["config"]["integrationActionExecutionProperties"] for one in nodes]
    assert names == ([{"name": 42}] if goes_on else [])
    for one in nodes:
        end = {"status": "COMPLETED", "result": "SUCCESS"}
        await api.patch(f"{NODE_RUNS}/{one['identifier']}", json=end)
    ended = (await api.get(f"/v1/workflows/runs/{run}")).json()["workflowRun"]
    assert (ended["status"], ended["result"]) == ("COMPLETED", whole)


BAD_NODE_REPORTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "result": ("PATCH", "", {"status": "COMPLETED"}),
    "status": ("PATCH", "", {"status": "SUCCESS"}),
    "label": ("PATCH", "", {"statusLabel": "x"}),
    "level": ("POST", "/logs", {"logs": [{"level": "WARNING", "message": "x"}]}),
    "logs": ("POST", "/logs", {"message": "x"}),
}


@pytest.mark.parametrize(
    ("method", "path", "body"), BAD_NODE_REPORTS.values(), ids=BAD_NODE_REPORTS
)
async def test_a_report_of_a_node_is_checked(
    api: httpx.AsyncClient, method: str, path: str, body: dict[str, Any]
) -> None:
    await api.post("/v1/workflows", json=WORKFLOW)
    started = await api.post("/v1/workflows/say_hello_flow/runs", json={})
    node = started.json()["workflowRun"]["nodeRuns"][0]["identifier"]
    reply = await api.request(method, f"{NODE_RUNS}/{node}{path}", json=body)
    assert reply.status_code == 422


async def test_a_user_who_has_to_log_in_is_noted(api: httpx.AsyncClient) -> None:
    await api.post("/v1/workflows", json=WORKFLOW)
    started = await api.post("/v1/workflows/say_hello_flow/runs", json={})
    node = started.json()["workflowRun"]["nodeRuns"][0]["identifier"]
    await api.patch(f"{NODE_RUNS}/{node}", json={"reauthRequired": True})
    assert (await _seen(api, node))["history"][-1]["needs_user"] is True


TRIGGER, GREET = WORKFLOW["nodes"]
WRONG_FLOWS: dict[str, tuple[dict[str, Any], str]] = {
    "identifier": ({**WORKFLOW, "identifier": ""}, "identifier must be a text"),
    "nodes": ({**WORKFLOW, "nodes": [{}]}, "nodes must be an array"),
    "trigger": ({**WORKFLOW, "nodes": [GREET]}, "one node of type SELF_SERVE_TRIGGER"),
    "loose_node": ({**WORKFLOW, "connections": []}, "connections must lead from the trigger"),
    "sort": (
        {**WORKFLOW, "nodes": [TRIGGER, {"identifier": "x", "config": {"type": "WEBHOOK"}}]},
        "others are not run here",
    ),
    "template": (
        _flow(integrationActionExecutionProperties={"a": "{{ ( }}"}),
        "node \"greet\": '(' is not jq",
    ),
    "provider": (_flow(integrationProvider=None), "integrationProvider must be a text"),
}


@pytest.mark.parametrize(("definition", "message"), WRONG_FLOWS.values(), ids=WRONG_FLOWS)
async def test_a_workflow_is_checked(
    api: httpx.AsyncClient, definition: dict[str, Any], message: str
) -> None:
    reply = await api.post("/v1/workflows", json=definition)
    assert (reply.status_code, message in reply.json()["message"]) == (422, True), reply.text


async def test_a_workflow_is_created_replaced_and_deleted(api: httpx.AsyncClient) -> None:
    one = "/v1/workflows/say_hello_flow"
    assert (await api.post("/v1/workflows", json=WORKFLOW)).status_code == 201
    assert (await api.post("/v1/workflows", json=WORKFLOW)).status_code == 409
    assert (await api.put(one, json=_flow())).status_code == 200
    assert len((await api.get(one)).json()["workflow"]["nodes"]) == 3
    assert (await api.post(f"{one}/runs", json={"inputs": {"x": 1}})).status_code == 422
    assert (await api.delete(one)).status_code == 200
    assert (await api.get("/v1/workflows")).json()["workflows"] == []
