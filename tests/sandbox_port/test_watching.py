"""Waiting for what the catalog is to hold, and watching what changes in it."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import httpx
import pytest

from sandbox.launch import Running, launch
from sandbox.port import watch_terminal
from sandbox.port.account import Account
from sandbox.port.catalog_changes import described
from sandbox.port.expectations import is_value
from tests.sandbox_port.in_process import UPSERT, WRITER, blueprint, relation

ISSUE = blueprint(
    "issue",
    {"status": {"type": "string"}, "labels": {"type": "array"}, "points": {"type": "number"}},
    {"parent": relation("issue")},
    calculationProperties={"shout": {"type": "string", "calculation": '.properties.status + "!"'}},
)
A_1 = {
    "identifier": "A-1",
    "title": "Pay",
    "properties": {"status": "Open", "labels": ["a b", "c"], "points": 3},
}
PLACE = {"blueprint": "issue", "identifier": "A-1"}


async def _write(api: httpx.AsyncClient, entity: dict[str, Any]) -> None:
    reply = await api.post("/v1/blueprints/issue/entities", json=entity, params=UPSERT)
    assert reply.is_success, reply.text


async def _wait(api: httpx.AsyncClient, **params: str) -> httpx.Response:
    return await api.get("/_sandbox/wait", params={**PLACE, "timeout": "0", **params})


MET: dict[str, dict[str, str]] = {
    "there": {},
    "value": {"property": "status", "value": "Open"},
    "any_value": {"property": "status"},
    "number": {"property": "points", "value": "3"},
    "item": {"property": "labels", "value": "a b"},
    "list": {"property": "labels", "value": '["a b","c"]'},
    "none": {"property": "parent", "value": "null"},
    "calculated": {"property": "shout", "value": "Open!"},
    "title": {"property": "$title", "value": "Pay"},
    "other_absent": {"identifier": "A-9", "absent": "true"},
}


@pytest.mark.parametrize("params", MET.values(), ids=MET)
async def test_what_is_so_is_answered_at_once(
    api: httpx.AsyncClient, params: dict[str, str]
) -> None:
    await api.post("/v1/blueprints", json=ISSUE)
    await _write(api, A_1)
    reply = await _wait(api, **params)
    assert reply.status_code == 200, reply.text
    shown = reply.json()["entity"]
    assert (shown and shown["title"]) == (None if "absent" in params else "Pay")


UNMET: dict[str, tuple[dict[str, str], str]] = {
    "no_entity": ({"identifier": "A-9"}, 'There is no entity "A-9" of blueprint "issue"'),
    "no_blueprint": ({"blueprint": "x"}, 'There is no entity "A-1" of blueprint "x"'),
    "value": ({"property": "status", "value": "Done"}, '"status" of entity "A-1"'),
    "no_value": ({"property": "parent"}, 'of blueprint "issue" is null after 0 s'),
    "truth_is_no_number": ({"property": "points", "value": "true"}, "is 3 after"),
    "still_there": ({"absent": "true"}, 'There still is an entity "A-1"'),
}


@pytest.mark.parametrize(("params", "message"), UNMET.values(), ids=UNMET)
async def test_what_is_there_instead_is_told(
    api: httpx.AsyncClient, params: dict[str, str], message: str
) -> None:
    await api.post("/v1/blueprints", json=ISSUE)
    await _write(api, A_1)
    reply = await _wait(api, **params)
    assert (reply.status_code, message in reply.json()["message"]) == (408, True), reply.text


WRONG = {
    "no_identifier": {"identifier": ""},
    "value_of_nothing": {"value": "x"},
    "absent_property": {"absent": "true", "property": "x"},
    "timeout": {"timeout": "soon"},
    "long": {"timeout": "601"},
}


@pytest.mark.parametrize("params", WRONG.values(), ids=WRONG)
async def test_a_wait_is_checked(api: httpx.AsyncClient, params: dict[str, str]) -> None:
    assert (await _wait(api, **params)).status_code == 422


def test_truth_values_are_no_numbers() -> None:
    assert not is_value(True, "1")
    assert is_value(True, "true")


async def test_waiting_ends_with_the_change(api: httpx.AsyncClient) -> None:
    wishes = [{}, {"property": "status", "value": "Done"}, {"absent": "true", "identifier": "A-2"}]
    await api.post("/v1/blueprints", json=ISSUE)
    await _write(api, {"identifier": "A-2"})
    there, done, gone = (asyncio.create_task(_wait(api, timeout="60", **wish)) for wish in wishes)
    await asyncio.sleep(0)
    await _write(api, A_1)
    assert (await there).json()["entity"]["properties"]["status"] == "Open"
    assert not done.done()
    await _write(api, {"identifier": "A-1", "properties": {"status": "Done"}})
    assert (await done).json()["entity"]["properties"]["status"] == "Done"
    assert not gone.done()
    await api.delete("/v1/blueprints/issue/entities/A-2")
    assert (await gone).json()["entity"] is None


async def test_a_new_account_is_a_change_too(api: httpx.AsyncClient) -> None:
    await api.post("/v1/blueprints", json=ISSUE)
    await _write(api, A_1)
    gone = asyncio.create_task(_wait(api, timeout="60", absent="true"))
    await asyncio.sleep(0)
    await api.delete("/_sandbox/catalog")
    assert (await gone).status_code == 200


async def test_changes_in_the_order_they_happen(api: httpx.AsyncClient, account: Account) -> None:
    await api.post("/v1/blueprints", json=ISSUE)
    with account.catalog_changes.listening() as changes:
        await _write(api, A_1)
        await _write(api, A_1)
        await _write(api, {"identifier": "A-2", "relations": {"parent": "A-1"}})
        await _write(api, {"identifier": "A-1", "properties": {"status": "Done"}})
        await api.delete("/v1/blueprints/issue/entities/A-1")
        await api.delete("/_sandbox/catalog")
        told = [described(changes.get_nowait()) for _ in range(changes.qsize())]
    assert told.pop(1) is None
    lines = [
        watch_terminal.change_line({"time": "2025-06-15T15:06:40.000Z", **one})
        for one in told
        if one
    ]
    assert lines == [
        '15:06:40  created  issue A-1 "Pay"',
        "15:06:40  created  issue A-2",
        '15:06:40  updated  issue A-1 "Pay": status Open → Done',
        '15:06:40  deleted  issue A-1 "Pay"',
        "15:06:40  updated  issue A-2: parent A-1 → –",
        "15:06:40  the catalog was emptied",
    ]
    assert told[0] is not None
    assert told[0]["datasource"] == WRITER


def test_a_long_value_is_cut() -> None:
    field = {"field": "properties.labels", "before": [], "after": ["x" * 90]}
    change = {"time": "T15:06:40", "change": "updated", "title": None, "differences": [field]}
    line = watch_terminal.change_line({**change, **PLACE})
    assert line.endswith('labels – → ["' + "x" * 57 + "…")


@pytest.fixture(scope="module")
def port() -> Iterator[Running]:
    with launch("sandbox.port", "--port", "0") as running:
        yield running


@contextmanager
def _watching(port: Running, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, from when it watches; leaving presses Ctrl-C."""
    command = [sys.executable, "-m", "sandbox.port", "watch", *arguments, "--url", port.url]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert _opened(process.stderr).readline() == f"Watching {port.url}, Ctrl-C ends it.\n"
            yield process
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
            assert _opened(process.stderr).read() == ""
        finally:
            process.kill()


def _opened(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def _client(port: Running) -> httpx.Client:
    body = {"clientId": port.info["client_id"], "clientSecret": port.info["client_secret"]}
    token = httpx.post(f"{port.url}/v1/auth/access_token", json=body).json()["accessToken"]
    return httpx.Client(base_url=port.url, headers={"authorization": f"Bearer {token}"})


def test_the_terminal_watches_until_ctrl_c(port: Running) -> None:
    with _watching(port) as everything, _watching(port, "issue", "--json") as issues:
        with _client(port) as client:
            client.post("/v1/blueprints", json=ISSUE)
            client.post("/v1/blueprints", json=blueprint("other"))
            client.post("/v1/blueprints/other/entities", json={"identifier": "X"})
            client.post("/v1/blueprints/issue/entities", json=A_1)
        lines = [_opened(everything.stdout).readline()[10:] for _ in range(2)]
        assert lines == ["created  other X\n", 'created  issue A-1 "Pay"\n']
        told = json.loads(_opened(issues.stdout).readline())
        assert (told["change"], told["blueprint"]) == ("created", "issue")


def test_the_terminal_says_when_nothing_can_be_watched(
    port: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    assert watch_terminal.run(["watch", "--url", "http://127.0.0.1:9"]) == 1
    assert "No sandbox Port answers at http://127.0.0.1:9" in capsys.readouterr().err
    assert watch_terminal.run(["watch", "--url", f"{port.url}/elsewhere"]) == 1
    assert "answers 401; is it a sandbox Port?" in capsys.readouterr().err


def test_a_watch_ends_with_the_server() -> None:
    command = [sys.executable, "-m", "sandbox.port", "watch", "--url"]
    with (
        launch("sandbox.port", "--port", "0") as port,
        subprocess.Popen([*command, port.url], stderr=subprocess.PIPE, text=True) as watch,
    ):
        assert _opened(watch.stderr).readline().startswith("Watching")
        assert port.stop() == 0
        assert watch.wait(10) == 1
        assert "No sandbox Port answers" in _opened(watch.stderr).read()
