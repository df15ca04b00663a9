"""Starting and ending servers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import httpx
import pytest

from sandbox.launch import REPOSITORY, LaunchError, launch

SMALL = ("--port", "0", "--issues", "20", "--users", "5", "--projects", "3")


def test_a_launched_server_answers_and_is_gone_after_the_context() -> None:
    with launch("sandbox.jira", *SMALL) as running:
        assert httpx.get(f"{running.url}/rest/api/2/serverInfo").status_code == 200
        assert running.info["pid"] == running.pid
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{running.url}/rest/api/2/serverInfo")


def test_a_server_that_dies_is_reported_with_what_it_printed() -> None:
    with pytest.raises(LaunchError, match=r"exit code 2 before it was ready(.|\n)*not a version"):
        launch("sandbox.jira", "--version", "nine")


def test_a_server_that_is_not_ready_in_time_is_reported() -> None:
    with pytest.raises(LaunchError, match="not ready in time"):
        launch("sandbox.jira", *SMALL, deadline=0.0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["terminate", "interrupt"])
def test_a_signal_ends_it_at_once_and_quietly_even_while_somebody_waits(number: int) -> None:
    with launch("sandbox.jira", *SMALL) as running:
        rule = {"path": "serverInfo", "then": {"hang": 60}}
        httpx.post(f"{running.control_url}/faults", json=rule)
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{running.url}/rest/api/2/serverInfo", timeout=0.2)
        started = time.monotonic()
        os.kill(running.pid, number)
        assert running.process.wait(5) == 0
        assert time.monotonic() - started < 2
        assert len(running.log().splitlines()) == 1


def test_the_first_line_tells_people_where_and_with_which_logins() -> None:
    with launch("sandbox.jira", *SMALL, "--context-path", "/jira") as running:
        line = running.log().splitlines()[0]
    assert line.startswith(f"Sandbox Jira 9.12.18 on {running.url} (token sandbox-token")
    assert "catalog-reader" in line


def test_an_occupied_port_is_told_in_one_line() -> None:
    with launch("sandbox.jira", *SMALL) as running:
        port = running.url.rpartition(":")[2]
        command = [sys.executable, "-m", "sandbox.jira", "--port", port, "--issues", "0"]
        ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Cannot listen on 127.0.0.1:{port}:")
