"""Starts what is missing, runs `ocean sail`, shows what is worth reading, and ends it all."""

import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterable
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TextIO

from dotenv import dotenv_values

from sandbox.launch import REPOSITORY, LaunchError, Running, launch
from sandbox.run.output import Filter
from sandbox.run.plan import Plan, PlanError, Server, plan_run, store_name, variables

STATE = REPOSITORY / ".run"
LOG = STATE / "ocean.log"
LAST = STATE / "last-catalog"
_LINES_WHEN_SILENT = 12


class Command(StrEnum):
    """What to do with the integration once everything stands."""

    SAIL = "sail"
    CHECK = "check"


def main() -> int:
    """Run until the integration ends; its exit status is the result."""
    chosen = Command(sys.argv[1] if len(sys.argv) > 1 else Command.SAIL)
    given = {**{k: v or "" for k, v in dotenv_values(REPOSITORY / ".env").items()}, **os.environ}
    STATE.mkdir(exist_ok=True)
    try:
        plan = plan_run(given)
        with ExitStack() as sandboxes:
            jira = _jira(sandboxes, plan) if plan.needs_jira else None
            catalog = STATE / store_name(given)
            port = _port(sandboxes, catalog) if plan.needs_port else None
            own_port = _free_port(8000)
            added = variables(given, plan, jira, port, f"http://127.0.0.1:{own_port}")
            _say(_introduction(plan, jira, port, catalog))
            if port and chosen is Command.SAIL:
                LAST.write_text(catalog.name, encoding="utf-8")
            status = _carry_out(chosen, {**os.environ, **added}, own_port)
    except (PlanError, LaunchError) as error:
        _say(str(error))
        return 2
    if chosen is Command.SAIL:
        _say(_farewell(status, plan))
    return status


def _carry_out(chosen: Command, environment: dict[str, str], own_port: int) -> int:
    if chosen is Command.CHECK:
        return _watched([sys.executable, "-m", "checks"], environment)
    ocean = Path(sys.executable).with_name("ocean")
    return _watched([str(ocean), "sail", "--port", str(own_port)], environment)


def last_catalog() -> Path | None:
    """Where the last run that had a sandbox Port left its catalog, if there was one."""
    name = LAST.read_text(encoding="utf-8") if LAST.exists() else "port.json"
    return STATE / name if (STATE / name).exists() else None


def _jira(sandboxes: ExitStack, plan: Plan) -> Server:
    # At one address if it is free, so that links stay the same from run to run.
    running = sandboxes.enter_context(launch("sandbox.jira", "--port", str(_free_port(2990))))
    who = "admin_" if plan.follows_events else ""
    return Server(running.url, running.info[f"{who}username"], running.info[f"{who}token"])


def _port(sandboxes: ExitStack, catalog: Path) -> Server:
    running: Running = sandboxes.enter_context(
        launch("sandbox.port", "--port", str(_free_port(8891)), "--state-file", str(catalog))
    )
    return Server(running.url, running.info["client_id"], running.info["client_secret"])


def _introduction(plan: Plan, jira: Server | None, port: Server | None, catalog: Path) -> str:
    lines = []
    if jira:
        lines.append(f"Jira: a sandbox with an invented company, {jira.url} (user {jira.user})")
    if port:
        lines.append(
            f"Port: a sandbox, {port.url}; its catalog is kept in {catalog.relative_to(REPOSITORY)}"
        )
    if jira and not port:
        lines.append("The invented company goes into your own Port account.")
    if plan.follows_events and jira:
        lines += [
            "Change an issue from another terminal, and see it in the catalog:",
            *_to_try(jira, port),
        ]
    if plan.listener == "POLLING":
        lines.append("Runs until Ctrl-C.")
    return "\n".join(lines)


def _to_try(jira: Server, port: Server | None) -> list[str]:
    python = Path(sys.executable).parent.relative_to(REPOSITORY, walk_up=True) / "python"
    change = f"{python} -m sandbox.jira change --url {jira.url} edit PAY-1"
    lines = [f"  {change} --summary 'Changed in Jira'"]
    if port:
        lines.append(f"  {python} -m sandbox.port show --url {port.url} jiraServerIssue PAY-1")
    return lines


def _watched(command: list[str], environment: dict[str, str]) -> int:
    with (
        LOG.open("w", encoding="utf-8") as log,
        subprocess.Popen(  # noqa: S603 - a command of our own environment
            command,
            cwd=REPOSITORY,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        ) as process,
    ):
        _hand_signals_on(process)
        _show(process.stdout or (), log)
    code = process.returncode
    return code if code >= 0 else 128 - code


def _show(lines: Iterable[str], log: TextIO) -> None:
    chosen = Filter()
    last: deque[str] = deque(maxlen=_LINES_WHEN_SILENT)
    told = False
    for line in lines:
        log.write(line)
        log.flush()
        last.append(line.rstrip("\n"))
        if (text := chosen.shown(line.rstrip("\n"))) is not None:
            told = True
            _say(text)
    if not told:
        _say("\n".join(last))


def _hand_signals_on(process: subprocess.Popen[str]) -> None:
    def hand_on(number: int, _: FrameType | None) -> None:
        process.send_signal(number)

    signal.signal(signal.SIGINT, hand_on)
    signal.signal(signal.SIGTERM, hand_on)


def _free_port(preferred: int) -> int:
    for wanted in (preferred, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return preferred


def _farewell(status: int, plan: Plan) -> str:
    lines = [f"Everything the run logged: {LOG.relative_to(REPOSITORY)}"]
    if plan.needs_port:
        lines.append("What is in the catalog now: make catalog")
    if plan.needs_jira or plan.needs_port:
        lines.append('Your own Jira and Port: README.md, "Try it on your own Jira"')
    if status:
        lines.append(f"The run did not succeed (exit status {status}).")
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
