"""An action for the throw-away integration, carried out by an executor of the real runtime."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sandbox.launch import Running
from tests.sandbox_port import tiny_integration

LINK = "https://greetings.example.com/"

_EXECUTOR = f"""
import os
import pathlib

from port_ocean.context.ocean import ocean
from port_ocean.core.handlers.actions import AbstractExecutor
from port_ocean.exceptions.execution_manager import ActionExecutionError


class Greet(AbstractExecutor):
    ACTION_NAME = "greet"
    WEBHOOK_PROCESSOR_CLASS = None
    WEBHOOK_PATH = ""

    async def is_close_to_rate_limit(self, run):
        return False

    async def get_remaining_seconds_until_rate_limit(self, run):
        return 0

    async def execute(self, run):
        with pathlib.Path("executed.txt").open("a") as executed:
            executed.write(run.id + " " + str(os.getpid()) + "\\n")
        asked = run.execution_properties
        if asked["name"] == "nobody":
            raise ActionExecutionError("There is nobody to greet", "No name")
        if asked["name"] == "crash":
            raise ValueError("boom")
        port = ocean.port_client
        await port.update_run_started(run, "{LINK}" + asked["name"], "greeting-" + run.id)
        found = await port.find_run_by_external_id("greeting-" + run.id)
        assert (found.id, found.execution_properties) == (run.id, asked)
        await port.report_run_completed(run, True, f"Hello {{asked}}", "Greeted")


ocean.register_action_executor(Greet())
"""

_SPEC = """
actionsProcessingEnabled: true
actions:
  - name: greet
    description: Says hello
"""

ACTION: dict[str, Any] = {
    "identifier": "say_hello",
    "title": "Say hello",
    "trigger": {
        "type": "self-service",
        "operation": "CREATE",
        "userInputs": {
            "properties": {"name": {"type": "string"}, "times": {"type": "number", "default": 1}},
            "required": ["name"],
            "order": ["name", "times"],
        },
    },
    "invocationMethod": {
        "type": "INTEGRATION_ACTION",
        "installationId": "tiny-1",
        "integrationActionType": "greet",
        "integrationActionExecutionProperties": {
            "name": "{{ .inputs.name }}",
            "times": "{{ .inputs.times }}",
            "by": "{{ .trigger.by.user.email }}",
        },
    },
}

WORKFLOW: dict[str, Any] = {
    "identifier": "say_hello_flow",
    "nodes": [
        {
            "identifier": "trigger",
            "config": {
                "type": "SELF_SERVE_TRIGGER",
                "userInputs": {"properties": {"name": {"type": "string"}}},
            },
        },
        {
            "identifier": "greet",
            "config": {
                "type": "INTEGRATION_ACTION",
                "installationId": "tiny-1",
                "integrationProvider": "tiny",
                "integrationInvocationType": "greet",
                "integrationActionExecutionProperties": {"name": "{{ .outputs.trigger.name }}"},
            },
        },
    ],
    "connections": [{"sourceIdentifier": "trigger", "targetIdentifier": "greet"}],
}


def write(folder: Path) -> None:
    """Put the integration's files into a folder, with the executor."""
    tiny_integration.write(folder)
    for name, addition in (("main.py", _EXECUTOR), (".port/spec.yaml", _SPEC)):
        file = folder / name
        file.write_text(file.read_text() + addition)


def processing(
    folder: Path, port: Running, hidden_ms: int = 60_000
) -> AbstractContextManager[None]:
    """Keep the integration running, looking for runs every second.

    What it claims is hidden from others for `hidden_ms`.
    """
    settings = "OCEAN__ACTIONS_PROCESSOR__"
    return tiny_integration.polling(
        folder,
        port,
        [],
        **{
            f"{settings}ENABLED": "true",
            f"{settings}POLL_CHECK_INTERVAL_SECONDS": "1",
            f"{settings}VISIBILITY_TIMEOUT_MS": str(hidden_ms),
        },
    )


def executed(folder: Path) -> list[tuple[str, str]]:
    """Each execution: the run's id and the process that did it."""
    lines = (folder / "executed.txt").read_text().splitlines()
    return [(run, process) for run, process in (line.split() for line in lines)]
