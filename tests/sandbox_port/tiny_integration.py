"""A throw-away Ocean integration, written to a folder and run by the real `ocean sail`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.launch import Running

KIND = "thing"
BLUEPRINT = "tinyThing"
SECONDS_TO_FINISH = 120

_MAIN = f"""
import json
import pathlib

from port_ocean.context.ocean import ocean


@ocean.on_resync("{KIND}")
async def things(kind):
    items = json.loads(pathlib.Path("things.json").read_text())
    for start in range(0, len(items), 15):
        yield items[start : start + 15]
"""

_SPEC = f"""
type: tiny
description: A throw-away integration
icon: Box
features:
  - type: exporter
    section: Test
    resources:
      - kind: {KIND}
configurations: []
"""

_PYPROJECT = """
[tool.poetry]
name = "tiny"
version = "0.0.7"
description = "A throw-away integration"
authors = ["Tests <tests@example.com>"]

[tool.poetry.dependencies]
python = "^3.12"
"""

_BLUEPRINTS = [
    {
        "identifier": BLUEPRINT,
        "title": "Tiny thing",
        "schema": {
            "properties": {
                "url": {"type": "string", "format": "url"},
                "size": {"type": "number"},
            },
            "required": [],
        },
        "mirrorProperties": {},
        "calculationProperties": {
            "doubled": {"type": "number", "calculation": ".properties.size * 2"}
        },
        "relations": {
            "next": {"title": "Next", "target": BLUEPRINT, "many": False, "required": False}
        },
    }
]

_MAPPING = {
    "resources": [
        {
            "kind": KIND,
            "selector": {"query": "true"},
            "port": {
                "entity": {
                    "mappings": {
                        "identifier": ".id",
                        "title": ".name",
                        "blueprint": f'"{BLUEPRINT}"',
                        "properties": {"url": ".url", "size": ".size"},
                        "relations": {"next": ".next"},
                    }
                }
            },
        }
    ]
}


def thing(number: int, **changes: object) -> dict[str, Any]:
    """One raw item as the integration's source would give it."""
    item = {
        "id": f"thing-{number}",
        "name": f"Thing {number}",
        "url": f"https://things.example.com/{number}",
        "size": number,
        "next": None,
    }
    return {**item, **changes}


def write(folder: Path) -> None:
    """Put the integration's files into a folder."""
    resources = folder / ".port" / "resources"
    resources.mkdir(parents=True)
    (folder / "main.py").write_text(_MAIN)
    (folder / "pyproject.toml").write_text(_PYPROJECT)
    (folder / ".port" / "spec.yaml").write_text(_SPEC)
    (resources / "blueprints.json").write_text(json.dumps(_BLUEPRINTS))
    # YAML is a superset of JSON.
    (resources / "port-app-config.yaml").write_text(json.dumps(_MAPPING))


def save_items(folder: Path, items: list[dict[str, Any]]) -> None:
    """Make these the items that the next resync finds."""
    (folder / "things.json").write_text(json.dumps(items))


def sail(folder: Path, port: Running, items: list[dict[str, Any]]) -> str:
    """Run the integration once over these items; what it printed. Fails unless it exits with 0."""
    save_items(folder, items)
    done = subprocess.run(
        _command(),
        cwd=folder,
        env=_environment(port, {"type": "ONCE"}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS_TO_FINISH,
        check=False,
    )
    printed = done.stdout.decode(errors="replace")
    assert done.returncode == 0, printed
    return printed


@contextmanager
def polling(
    folder: Path, port: Running, items: list[dict[str, Any]], **variables: str
) -> Iterator[None]:
    """Keep the integration running, looking for resync requests every second.

    `variables` are added to its environment.
    """
    save_items(folder, items)
    process = subprocess.Popen(
        _command(),
        cwd=folder,
        env={**_environment(port, {"type": "POLLING", "interval": 1}), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(SECONDS_TO_FINISH)


def _command() -> list[str]:
    ocean = Path(sys.executable).with_name("ocean")
    return [str(ocean), "sail", ".", "-p", str(_free_port())]


def _environment(port: Running, listener: dict[str, Any]) -> dict[str, str]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("OCEAN__")
    }
    return {
        **inherited,
        "OCEAN__PORT__BASE_URL": port.url,
        "OCEAN__PORT__CLIENT_ID": port.info["client_id"],
        "OCEAN__PORT__CLIENT_SECRET": port.info["client_secret"],
        "OCEAN__EVENT_LISTENER": json.dumps(listener),
        "OCEAN__INTEGRATION__IDENTIFIER": "tiny-1",
        "OCEAN__INTEGRATION__TYPE": "tiny",
        "OCEAN__CACHING_STORAGE_MODE": "memory",
        "OCEAN__PROCESS_IN_QUEUE_MAX_WORKERS": "1",
        "NO_PROXY": "127.0.0.1",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number
