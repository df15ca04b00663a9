"""What `run` and `runs` make of their arguments, and what they print without an integration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.launch import Running, launch
from sandbox.port import run_terminal
from sandbox.port.asking import CannotShowError
from tests.sandbox_port.tiny_executor import ACTION

INPUTS = {
    "summary": {"type": "string"},
    "points": {"type": "number"},
    "urgent": {"type": "boolean"},
    "labels": {"type": "array"},
    "fields": {"type": "object"},
}

VALUES: dict[str, tuple[str, object]] = {
    "text": ("summary=a = b", "a = b"),
    "text_like_a_number": ("summary=7", "7"),
    "number": ("points=1.5", 1.5),
    "boolean": ("urgent=true", True),
    "list_with_commas": ("labels=a, b c", ["a", "b c"]),
    "list_as_json": ('labels=["a,b", 1]', ["a,b", 1]),
    "empty_list": ("labels=", []),
    "object": ('fields={"a": 1}', {"a": 1}),
    "unknown": ("colour=red", "red"),
}


@pytest.mark.parametrize(("text", "value"), VALUES.values(), ids=VALUES)
def test_values_take_the_type_of_their_input(text: str, value: object) -> None:
    assert run_terminal.value_of(text, INPUTS) == (text.partition("=")[0], value)


@pytest.mark.parametrize(
    ("text", "message"),
    [("summary", "must be key=value"), ("points=many", "points is of type number, 'many' is not")],
    ids=["no_value", "other_type"],
)
def test_a_value_that_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(CannotShowError, match=message):
        run_terminal.value_of(text, INPUTS)


def test_a_line_of_the_history() -> None:
    entry: dict[str, Any] = {
        "time": "2025-06-15T15:06:40.000Z",
        "event": "reported",
        "status_label": "Done",
        "links": ["https://a.example.com"],
    }
    assert run_terminal.history_line(entry) == (
        "15:06:40  reported      status label Done, links https://a.example.com"
    )


@pytest.fixture(scope="module")
def port() -> Iterator[Running]:
    with launch("sandbox.port", "--port", "0") as running:
        body = {
            "clientId": running.info["client_id"],
            "clientSecret": running.info["client_secret"],
        }
        token = httpx.post(f"{running.url}/v1/auth/access_token", json=body).json()["accessToken"]
        headers = {"authorization": f"Bearer {token}"}
        httpx.post(f"{running.url}/v1/actions", json=ACTION, headers=headers).raise_for_status()
        yield running


def test_no_runs_yet(port: Running, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_terminal.run(["runs", "--url", port.url]) == 0
    assert capsys.readouterr().out == "No runs yet.\n"


PROBLEMS = {
    "unknown_action": (["sing"], 'no action "sing"'),
    "its_actions": (["sing"], "there are: say_hello"),
    "inputs": (["say_hello"], 'must have required property "name"'),
    "requester": (["say_hello", "name=Bo", "--as", "ann"], "a user's e-mail address, got 'ann'"),
    "nobody_there": (
        ["say_hello", "name=Bo", "--timeout", "0"],
        'No integration "tiny-1" has claimed it',
    ),
}


@pytest.mark.parametrize(("arguments", "message"), PROBLEMS.values(), ids=PROBLEMS)
def test_it_says_why_a_run_did_not_work(
    port: Running, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run_terminal.run(["run", *arguments, "--url", port.url]) == 1
    assert message in capsys.readouterr().err


def test_a_run_that_waits_is_pending(port: Running, capsys: pytest.CaptureFixture[str]) -> None:
    body = {"action": "say_hello", "properties": {"name": "Bo"}, "as": "ann@example.com"}
    httpx.post(f"{port.control_url}/runs", json=body).raise_for_status()
    assert run_terminal.run(["runs", "--url", port.url, "--limit", "1"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.split()[3:] == ["say_hello", "PENDING", "ann@example.com"]
