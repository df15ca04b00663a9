"""The sandbox Port as a process: start, restart, end, cut and slow connections, the terminal."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.launch import LaunchError, Running, launch
from sandbox.port import terminal
from tests.sandbox_port.in_process import UPSERT, WRITER, blueprint, relation


def _client(port: Running) -> httpx.Client:
    body = {"clientId": port.info["client_id"], "clientSecret": port.info["client_secret"]}
    token = httpx.post(f"{port.url}/v1/auth/access_token", json=body).json()["accessToken"]
    headers = {"authorization": f"Bearer {token}", "user-agent": WRITER}
    return httpx.Client(base_url=port.url, headers=headers)


def _fill(port: Running) -> None:
    with _client(port) as client:
        client.post("/v1/blueprints", json=blueprint("project", {"active": {"type": "boolean"}}))
        client.post(
            "/v1/blueprints",
            json=blueprint(
                "issue",
                {"status": {"type": "string"}, "labels": {"type": "array"}},
                {"project": relation("project")},
            ),
        )
        params = {**UPSERT, "create_missing_related_entities": "true"}
        entities = [
            {
                "identifier": f"A-{number}",
                "title": "支払い" if number else "A very long title that goes on and on and on",
                "properties": {"status": "Open", "labels": ["a", "b"]},
                "relations": {"project": "P"},
            }
            for number in range(3)
        ]
        reply = client.post(
            "/v1/blueprints/issue/entities/bulk", json={"entities": entities}, params=params
        )
        assert reply.status_code == 200
        client.post("/v1/integration", json={"installationId": "tiny-1"})


@pytest.fixture(scope="module")
def port() -> Iterator[Running]:
    with launch("sandbox.port", "--port", "0") as running:
        _fill(running)
        yield running


def test_it_tells_where_it_listens(port: Running) -> None:
    assert port.log().splitlines()[0].startswith(f"Sandbox Port listens on {port.url}")
    assert port.control_url == f"{port.url}/_sandbox"
    assert port.info["pid"] == port.pid


def test_a_connection_is_cut_on_request(port: Running) -> None:
    fault = {"path": "/v1/organization", "then": "reset", "times": 1}
    httpx.post(f"{port.control_url}/faults", json=fault)
    with _client(port) as client:
        with pytest.raises(httpx.TransportError):
            client.get("/v1/organization")
        assert client.get("/v1/organization").status_code == 200


def test_a_reply_hangs_on_request(port: Running) -> None:
    fault = {"path": "/v1/organization", "then": {"hang": 0.4}, "times": 2}
    httpx.post(f"{port.control_url}/faults", json=fault)
    with _client(port) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get("/v1/organization", timeout=0.1)
        started = time.monotonic()
        assert client.get("/v1/organization").status_code == 200
        assert time.monotonic() - started >= 0.4


def test_it_ends_at_once_though_a_client_waits() -> None:
    with launch("sandbox.port", "--port", "0") as running:
        httpx.post(f"{running.control_url}/faults", json={"path": ".", "then": {"hang": 60}})
        waiting = subprocess.Popen(
            [sys.executable, "-c", f"import httpx; httpx.get('{running.url}/v1/x', timeout=60)"],
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(0.8)
            started = time.monotonic()
            assert running.stop() == 0
            assert time.monotonic() - started < 2
            assert waiting.wait(5) != 0
        finally:
            waiting.kill()


def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    state = str(tmp_path / "folder" / "state.json")
    arguments = ("--port", "0", "--state-file", state)
    with launch("sandbox.port", *arguments) as running:
        _fill(running)
        before = httpx.get(f"{running.control_url}/catalog").json()
        integrations = _without_urls(running)
    with launch("sandbox.port", *arguments) as running:
        assert httpx.get(f"{running.control_url}/catalog").json() == before
        assert _without_urls(running) == integrations
    assert len(before["entities"]["issue"]) == 3


def test_what_is_quiet_is_safe(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    arguments = ("--port", "0", "--state-file", str(state))
    with launch("sandbox.port", *arguments) as running:
        _fill(running)
        until = time.monotonic() + 20
        while not state.exists() and time.monotonic() < until:
            time.sleep(0.1)
        running.process.kill()
    with launch("sandbox.port", *arguments) as running:
        catalog = httpx.get(f"{running.control_url}/catalog").json()
        assert len(catalog["entities"]["issue"]) == 3


def _without_urls(port: Running) -> list[dict[str, object]]:
    found = httpx.get(f"{port.control_url}/integrations").json()["integrations"]
    return [
        {name: value for name, value in one.items() if not name.endswith("Attributes")}
        for one in found
    ]


@pytest.mark.parametrize("content", ["nonsense", "[]", '{"version": 99}'])
def test_a_broken_state_file_is_named(tmp_path: Path, content: str) -> None:
    state = tmp_path / "state.json"
    state.write_text(content)
    with pytest.raises(LaunchError, match=r"state\.json is not a state file"):
        launch("sandbox.port", "--port", "0", "--state-file", str(state))


def test_a_port_that_is_taken_is_named(port: Running) -> None:
    number = port.url.rpartition(":")[2]
    with pytest.raises(LaunchError, match=f"Cannot listen on 127.0.0.1:{number}"):
        launch("sandbox.port", "--port", number)


def test_its_own_credentials_latency_and_log(tmp_path: Path) -> None:
    log = tmp_path / "log" / "port.log"
    arguments = ("--client-id", "me", "--client-secret", "mine", "--latency-ms", "50")
    with launch("sandbox.port", "--port", "0", *arguments, "--log-file", str(log)) as running:
        started = time.monotonic()
        with _client(running) as client:
            assert client.get("/v1/organization").status_code == 200
        assert time.monotonic() - started >= 0.1
    assert "GET /v1/organization 200" in log.read_text()


def test_dsp_mode_is_told_by_feature_flags() -> None:
    with launch("sandbox.port", "--port", "0", "--dsp") as running, _client(running) as client:
        organization = client.get("/v1/organization").json()["organization"]
        flags = {"LAKEHOUSE_ELIGIBLE", "DATA_SOURCE_PROCESSOR_ENABLED"}
        assert set(organization["featureFlags"]) == flags


def test_the_terminal_lists_the_catalog(port: Running, capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.run(["list", "--url", port.url, "--limit", "2"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Project (project): 1 entity",
        "  identifier  title  active",
        "  ----------  -----  ------",
        "  P           P",
        "",
        "Issue (issue): 3 entities",
        "  identifier  title                                     status  labels  project",
        "  ----------  ----------------------------------------  ------  ------  -------",
        "  A-0         A very long title that goes on and on a…  Open    a, b    P",
        "  A-1         支払い                                    Open    a, b    P",
        "  … and 1 more",
        "",
        "4 entities in 2 blueprints",
    ]


def test_the_terminal_lists_one_blueprint_as_json(
    port: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    assert terminal.run(["list", "issue", "--url", port.url, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert list(listed["blueprints"]) == ["issue"]
    assert listed["entities"]["issue"]["A-0"]["relations"] == {"project": "P"}


def test_the_terminal_shows_an_entity(port: Running) -> None:
    command = [sys.executable, "-m", "sandbox.port", "show", "issue", "A-1", "--url", port.url]
    shown = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert "identifier  A-1" in shown
    assert f"datasource  {WRITER}" in shown
    assert "labels  a, b" in shown


PROBLEMS = {
    "no_entity": (["show", "issue", "A-9"], 'no entity "A-9" in blueprint "issue"'),
    "no_blueprint": (["list", "nope"], 'no blueprint "nope"'),
}


@pytest.mark.parametrize(("arguments", "message"), PROBLEMS.values(), ids=PROBLEMS)
def test_the_terminal_says_what_is_wrong(
    port: Running, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert terminal.run([*arguments, "--url", port.url]) == 1
    assert message in capsys.readouterr().err


def test_the_terminal_without_a_server(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCEAN__PORT__BASE_URL", "http://127.0.0.1:9")
    assert terminal.run(["list"]) == 1
    assert "No sandbox Port answers at http://127.0.0.1:9" in capsys.readouterr().err
