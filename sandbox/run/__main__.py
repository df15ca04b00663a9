"""Starts what is missing, runs `ocean sail`, shows what is worth reading, and ends it all."""

import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TextIO

from dotenv import dotenv_values

from sandbox.launch import REPOSITORY, LaunchError, Running, launch
from sandbox.run.output import Filter
from sandbox.run.plan import Plan, PlanError, Server, plan_run, variables

STATE = REPOSITORY / ".run"
LOG = STATE / "ocean.log"
CATALOG = STATE / "port.json"
_LINES_WHEN_SILENT = 12


def main() -> int:
    """Run until the integration ends; its exit status is the result."""
    given = {**{k: v or "" for k, v in dotenv_values(REPOSITORY / ".env").items()}, **os.environ}
    STATE.mkdir(exist_ok=True)
    try:
        plan = plan_run(given)
        with ExitStack() as sandboxes:
            jira = _jira(sandboxes) if plan.needs_jira else None
            port = _port(sandboxes) if plan.needs_port else None
            added = variables(given, plan, jira, port)
            _say(_introduction(plan, jira, port))
            status = _sail({**os.environ, **added})
    except (PlanError, LaunchError) as error:
        _say(str(error))
        return 2
    _say(_farewell(status, plan))
    return status


def _jira(sandboxes: ExitStack) -> Server:
    # From midnight on, and at one address if it is free: so that a second run changes nothing.
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    options = ("--port", str(_free_port(2990)), "--now", midnight.isoformat())
    running = sandboxes.enter_context(launch("sandbox.jira", *options))
    return Server(running.url, running.info["username"], running.info["token"])


def _port(sandboxes: ExitStack) -> Server:
    running: Running = sandboxes.enter_context(
        launch("sandbox.port", "--port", str(_free_port(8891)), "--state-file", str(CATALOG))
    )
    return Server(running.url, running.info["client_id"], running.info["client_secret"])


def _introduction(plan: Plan, jira: Server | None, port: Server | None) -> str:
    lines = []
    if jira:
        lines.append(f"Jira: a sandbox with an invented company, {jira.url} (user {jira.user})")
    if port:
        lines.append(
            f"Port: a sandbox, {port.url}; its catalog is kept in {CATALOG.relative_to(REPOSITORY)}"
        )
    if jira and not port:
        lines.append("The invented company goes into your own Port account.")
    if plan.listener == "POLLING":
        lines.append("Runs until Ctrl-C.")
    return "\n".join(lines)


def _sail(environment: dict[str, str]) -> int:
    ocean = Path(sys.executable).with_name("ocean")
    with (
        LOG.open("w", encoding="utf-8") as log,
        subprocess.Popen(  # noqa: S603 - the command of our own environment
            [str(ocean), "sail", "--port", str(_free_port(8000))],
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
