"""Runs that the real `ocean sail` claims from the sandbox Port, executes and reports."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.launch import Running, launch
from sandbox.port import run_terminal
from tests.sandbox_port.tiny_executor import (
    ACTION,
    LINK,
    WORKFLOW,
    executed,
    processing,
    write,
)

WORKFLOWS = "/v1/workflows"
SECONDS_TO_CLAIM = 90


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("tiny")
    write(folder)
    with _with_action() as port, processing(folder, port):
        yield port


@contextmanager
def _with_action() -> Iterator[Running]:
    with launch("sandbox.port", "--port", "0") as port:
        with _api(port) as api:
            api.post("/v1/actions", json=ACTION).raise_for_status()
        yield port


def _api(port: Running) -> httpx.Client:
    body = {"clientId": port.info["client_id"], "clientSecret": port.info["client_secret"]}
    token = httpx.post(f"{port.url}/v1/auth/access_token", json=body).json()["accessToken"]
    return httpx.Client(base_url=port.url, headers={"authorization": f"Bearer {token}"})


def _started(port: Running, name: str) -> str:
    body = {"action": "say_hello", "properties": {"name": name}, "as": "ann.lee@example.com"}
    reply = httpx.post(f"{port.control_url}/runs", json=body).raise_for_status()
    return str(reply.json()["run"]["id"])


def _ended(port: Running, run: str) -> dict[str, Any]:
    reply = httpx.get(
        f"{port.control_url}/runs/{run}/wait",
        params={"timeout": SECONDS_TO_CLAIM},
        timeout=SECONDS_TO_CLAIM + 10,
    ).raise_for_status()
    found: dict[str, Any] = reply.json()["run"]
    return found


def test_a_run_is_executed_and_reported(port: Running) -> None:
    run = _ended(port, _started(port, "Bo"))
    assert (run["status"], run["status_label"], run["links"]) == (
        "SUCCESS",
        "Greeted",
        [f"{LINK}Bo"],
    )
    assert [line["message"] for line in run["logs"]] == [
        "Hello {'name': 'Bo', 'times': 1, 'by': 'ann.lee@example.com'}"
    ]
    events = [entry["event"] for entry in run["history"]]
    assert events[:3] == ["created", "claimed", "acknowledged"]
    assert events[-1] == "ended"


FAILURES = {
    "expected": ("nobody", "There is nobody to greet", "No name"),
    "unexpected": ("crash", "Failed to execute run: boom", "Execution failed"),
}


@pytest.mark.parametrize(("name", "message", "label"), FAILURES.values(), ids=FAILURES)
def test_a_failing_run_tells_why(port: Running, name: str, message: str, label: str) -> None:
    run = _ended(port, _started(port, name))
    assert (run["status"], run["status_label"]) == ("FAILURE", label)
    assert [line["message"] for line in run["logs"]] == [message]


def test_an_action_type_without_executor_fails(port: Running) -> None:
    invocation = {**ACTION["invocationMethod"], "integrationActionType": "sing"}
    action = {**ACTION, "identifier": "sing", "invocationMethod": invocation}
    with _api(port) as api:
        api.post("/v1/actions", json=action).raise_for_status()
    body = {"action": "sing", "properties": {"name": "Bo"}}
    started = httpx.post(f"{port.control_url}/runs", json=body).json()["run"]["id"]
    run = _ended(port, started)
    assert run["status"] == "FAILURE"
    assert "No executor registered for action type 'sing'" in run["logs"][0]["message"]


def test_a_workflow_runs_the_same_executor(port: Running) -> None:
    with _api(port) as api:
        api.post(WORKFLOWS, json=WORKFLOW).raise_for_status()
        started = api.post(f"{WORKFLOWS}/say_hello_flow/runs", json={"inputs": {"name": "Bo"}})
        node_run = started.json()["workflowRun"]["nodeRuns"][0]["identifier"]
        assert _ended(port, node_run)["logs"][0]["message"] == "Hello {'name': 'Bo'}"
        run = api.get(f"{WORKFLOWS}/runs/{started.json()['workflowRun']['identifier']}")
    whole = run.json()["workflowRun"]
    assert (whole["status"], whole["result"]) == ("COMPLETED", "SUCCESS")
    assert whole["nodeRuns"][0]["output"] == {"workflowRunUrl": f"{LINK}Bo"}


def test_the_terminal_follows_a_run(port: Running, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--url", port.url]
    ann = ["--as", "ann.lee@example.com", *where]
    assert run_terminal.run(["run", "say_hello", *ann, "name=Bo", "times=3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"SUCCESS  (Greeted)  {LINK}Bo"
    assert any("'times': 3, 'by': 'ann.lee@example.com'" in line for line in lines)
    assert run_terminal.run(["run", "say_hello", "name=nobody", *where]) == 1
    assert "There is nobody to greet" in capsys.readouterr().out
    assert run_terminal.run(["runs", *where]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.split()[3:] == ["say_hello", "FAILURE", "No", "name"]


def test_two_processes_do_not_execute_one_run_twice(tmp_path: Path) -> None:
    write(tmp_path)
    runs: list[str] = []
    with _with_action() as port:
        # Claims that hide nothing: both processes are given the same runs.
        with processing(tmp_path, port, hidden_ms=1), processing(tmp_path, port, hidden_ms=1):
            until = time.monotonic() + SECONDS_TO_CLAIM
            while not runs or (len(_processes(tmp_path)) < 2 and time.monotonic() < until):
                batch = [_started(port, "Bo") for _ in range(20)]
                assert {_ended(port, run)["status"] for run in batch} == {"SUCCESS"}
                runs += batch
        claims = [one["claims"] for one in httpx.get(f"{port.control_url}/runs").json()["runs"]]
    assert len(_processes(tmp_path)) == 2
    assert sorted(run for run, _ in executed(tmp_path)) == sorted(runs)
    assert max(claims) > 1


def _processes(folder: Path) -> set[str]:
    return {process for _, process in executed(folder)}
