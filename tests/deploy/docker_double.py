"""Stands for `docker`: runs the integration with exactly the environment that the flags give.

Started as `python docker_double.py PLAN ARGUMENTS…`. The plan (JSON) says where the integration is,
or which status to end with; what was asked for is written beside it. Flags that the recipes have no
business with end it with 125, as docker's own mistakes do.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

SWITCHES = {"-i", "-d", "--rm", "--read-only"}
VALUED = {
    "-v",
    "-p",
    "--platform",
    "--tmpfs",
    "--cap-drop",
    "--security-opt",
    "--restart",
    "--name",
}
COMMANDS: tuple[list[str], ...] = ([], ["bash", "/app/init.sh", "probe"])
REFUSED = 125


@dataclass(slots=True)
class Asked:
    """A `docker run`: its flags (a switch has the value ""), its environment, image and command."""

    flags: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    image: str = ""
    command: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)


def parse(arguments: Sequence[str]) -> Asked:
    """Raises: ValueError for what docker, or the image, would not take."""
    if not arguments or arguments[0] != "run":
        raise ValueError(arguments)
    asked = Asked(arguments=list(arguments))
    ahead = list(arguments[1:])
    while ahead and ahead[0].startswith("-"):
        _take_flag(asked, ahead)
    asked.image, *asked.command = ahead
    if not asked.image or asked.command not in COMMANDS:
        raise ValueError(ahead)
    return asked


def _take_flag(asked: Asked, ahead: list[str]) -> None:
    flag, _, given = ahead.pop(0).partition("=")
    if flag in SWITCHES:
        asked.flags[flag] = ""
    elif flag in VALUED:
        asked.flags[flag] = given or ahead.pop(0)
    elif flag == "-e":
        _set(asked.environment, given or ahead.pop(0))
    else:
        raise ValueError(flag)


def _set(environment: dict[str, str], text: str) -> None:
    """NAME=VALUE, or NAME alone: the caller's own value, and nothing when there is none."""
    name, equals, value = text.partition("=")
    if equals:
        environment[name] = value
    elif name in os.environ:
        environment[name] = os.environ[name]


def sail(plan: Mapping[str, Any], asked: Asked) -> NoReturn:
    """Become the integration, with Port's address exchanged for the sandbox's."""
    os.chdir(plan["integration"])
    environment = plan["machine"] | asked.environment
    if environment["OCEAN__PORT__BASE_URL"] == "https://api.getport.io":
        environment["OCEAN__PORT__BASE_URL"] = plan["port_url"]
    os.execve(plan["ocean"], [plan["ocean"], "sail", "-p", "0"], environment)  # noqa: S606


def main(plan_file: str, *arguments: str) -> int:
    if arguments == ("info",):
        return 0
    plan = json.loads(Path(plan_file).read_text(encoding="utf-8"))
    try:
        asked = parse(arguments)
    except (ValueError, IndexError) as error:
        sys.stderr.write(f"docker: {error!r}\n")
        return REFUSED
    Path(plan["asked"]).write_text(json.dumps(asdict(asked)), encoding="utf-8")
    return sail(plan, asked) if plan["status"] is None else int(plan["status"])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
