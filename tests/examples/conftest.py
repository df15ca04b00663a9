"""A Jira with a context path, a Port with the blueprints of the webhook set-up, and the import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.launch import launch
from tests.end_to_end.sandboxes import Jira, Port, jira_of

FOLDER = Path(__file__).parents[2] / "examples" / "port-webhook"
COMPANY = ("--projects", "5", "--issues", "150", "--users", "12", "--context-path", "/jira")
Json = dict[str, Any]


def example(name: str) -> Any:  # noqa: ANN401 - any JSON
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import ended."""

    status: int
    output: str
    errors: str


@dataclass(frozen=True, slots=True)
class Place:
    """A Jira, a Port, and a folder where the import runs."""

    jira: Jira
    port: Port
    folder: Path

    def variables(self, **more: str) -> dict[str, str]:
        """What the import is told; an empty value takes a variable away."""
        told = {
            "JIRA_API_URL": self.jira.url,
            "JIRA_TOKEN": self.jira.running.info["token"],
            "PORT_API_URL": self.port.url,
            "PORT_CLIENT_ID": self.port.running.info["client_id"],
            "PORT_CLIENT_SECRET": self.port.running.info["client_secret"],
        }
        return {name: text for name, text in {**told, **more}.items() if text}

    def start(self, **more: str) -> subprocess.Popen[str]:
        """Start the script, alone in its folder, as somebody who copied it would."""
        return subprocess.Popen(
            [sys.executable, "-I", str(FOLDER / "import_history.py")],
            cwd=self.folder,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", **self.variables(**more)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, **more: str) -> Imported:
        process = self.start(**more)
        output, errors = process.communicate(timeout=120)
        return Imported(process.returncode, output, errors)

    def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Port's own API, as an administrator."""
        login = {
            "clientId": self.port.running.info["client_id"],
            "clientSecret": self.port.running.info["client_secret"],
        }
        token = self.port.http.post(f"{self.port.url}/v1/auth/access_token", json=login).json()
        headers = {"Authorization": f"Bearer {token['accessToken']}"}
        url = f"{self.port.url}/v1/{path}"
        return self.port.http.request(method, url, json=body, headers=headers)

    def create_blueprints(self) -> None:
        for blueprint in example("blueprints.json"):
            assert self.call("POST", "blueprints", blueprint).is_success

    def catalog(self, blueprint: str) -> Mapping[str, Json]:
        return self.port.entities().get(blueprint, {})


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[tuple[Jira, Port]]:
    with (
        launch("sandbox.jira", "--port", "0", *COMPANY) as jira,
        launch("sandbox.port", "--port", "0") as port,
        httpx.Client(trust_env=False, timeout=30) as http,
    ):
        yield jira_of(jira, http), Port(port, http)


@pytest.fixture
def place(sandboxes: tuple[Jira, Port], tmp_path: Path) -> Place:
    """No trouble, no entities, the blueprints created."""
    jira, port = sandboxes
    jira.calm()
    jira.forget()
    port.calm()
    port.reset()
    found = Place(jira, port, tmp_path)
    found.create_blueprints()
    return found
