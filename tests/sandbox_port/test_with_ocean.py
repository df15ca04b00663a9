"""The real `ocean sail` against the sandbox Port, from start to end."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.launch import Running, launch
from tests.sandbox_port.tiny_integration import (
    BLUEPRINT,
    KIND,
    polling,
    sail,
    save_items,
    thing,
    write,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    write(folder)
    return folder


def _look(port: Running, what: str) -> Any:  # noqa: ANN401 - whatever JSON the route gives
    return httpx.get(f"{port.control_url}/{what}").json()


def _entities(port: Running) -> dict[str, Any]:
    found: dict[str, Any] = _look(port, "catalog")["entities"][BLUEPRINT]
    return found


def test_two_resyncs_create_change_and_delete(folder: Path) -> None:
    with launch("sandbox.port", "--port", "0") as port:
        first = [thing(number, next=f"thing-{number - 1}") for number in range(1, 45)]
        sail(folder, port, [thing(0), *first])
        _everything_arrived(port)

        broken = thing(3, url="no url")
        sail(folder, port, [thing(0, name="Renamed"), thing(1), thing(2), broken, *first[3:29]])
        entities = _entities(port)
        assert len(entities) == 30
        assert entities["thing-0"]["title"] == "Renamed"
        assert "next" not in entities["thing-1"]["relations"]
        assert _deleted_in_last_resync(port) == 15
        (refused,) = _look(port, "refused")["refused"]
        assert (refused["identifier"], refused["later_accepted"]) == ("thing-3", False)
        assert 'must match format "url"' in refused["message"]


def _everything_arrived(port: Running) -> None:
    catalog = _look(port, "catalog")
    assert list(catalog["blueprints"]) == [BLUEPRINT]
    assert "next" in catalog["blueprints"][BLUEPRINT]["relations"]
    entities = catalog["entities"][BLUEPRINT]
    assert len(entities) == 45
    assert entities["thing-44"]["title"] == "Thing 44"
    assert entities["thing-44"]["relations"] == {"next": "thing-43"}
    assert entities["thing-44"]["properties"] == {
        "url": "https://things.example.com/44",
        "size": 44,
        "doubled": 88,
    }
    assert entities["thing-44"]["datasource"] == "port-ocean/tiny/0.0.7/tiny-1/exporter"
    (integration,) = _look(port, "integrations")["integrations"]
    assert integration["config"]["resources"][0]["kind"] == KIND
    assert integration["resyncState"]["status"] == "completed"
    assert len(_look(port, "examples")["examples"]["tiny-1"][KIND]) == 5
    assert _look(port, "summary")["resyncs"][-1]["kinds"][0]["extracted"] == 45
    assert _look(port, "refused")["refused"] == []
    failed = [one for one in _look(port, "requests")["requests"] if one["status"] >= 400]
    # Ocean asks whether the integration and the blueprint exist before it creates them.
    assert {one["status"] for one in failed} == {404}
    assert {one["method"] for one in failed} == {"GET"}


def _deleted_in_last_resync(port: Running) -> int:
    deleted: int = _look(port, "summary")["resyncs"][-1]["deleted"]
    return deleted


def test_a_failed_login_and_an_outage_are_survived(folder: Path) -> None:
    with launch("sandbox.port", "--port", "0") as port:
        faults = [
            {"path": "/entities/bulk", "times": 2, "then": {"status": 503}},
            {"path": "/v1/organization", "times": 1, "then": {"status": 401}},
            {"path": "/resync-state", "times": 1, "then": {"status": 500}},
        ]
        for fault in faults:
            httpx.post(f"{port.control_url}/faults", json=fault)
        sail(folder, port, [thing(number) for number in range(25)])
        assert len(_entities(port)) == 25
        assert [one["hits"] for one in _look(port, "faults")["faults"]] == [2, 1, 1]


def test_raw_items_arrive_in_dsp_mode(folder: Path) -> None:
    with launch("sandbox.port", "--port", "0", "--dsp") as port:
        sail(folder, port, [thing(number) for number in range(45)])
        entries = [entry for batch in _look(port, "raw")["raw"] for entry in batch["data"]]
        items = [item["id"] for entry in entries for item in entry["items"]]
        assert items == [f"thing-{number}" for number in range(45)]
        (resync,) = _look(port, "lifecycle")["lifecycle"].values()
        assert (resync["status"], resync["parts"][f"{KIND}-0"]["status"]) == ("finished",) * 2
        assert _entities(port) == {}


def test_the_resync_button_works_while_ocean_polls(folder: Path) -> None:
    items = [thing(number) for number in range(20)]
    with launch("sandbox.port", "--port", "0") as port, polling(folder, port, items):
        _wait_for_resyncs(port, 1)
        save_items(folder, items[:16])
        httpx.post(f"{port.control_url}/resync-request", json={})
        _wait_for_resyncs(port, 2)
        assert len(_entities(port)) == 16
        config = _look(port, "integrations")["integrations"][0]["config"]
        config["resources"][0]["port"]["entity"]["mappings"]["title"] = '"mapped"'
        httpx.put(f"{port.control_url}/mapping", json={"config": config})
        _wait_for_resyncs(port, 3)
        assert "mapped" in {one["title"] for one in _entities(port).values()}


def _wait_for_resyncs(port: Running, count: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        resyncs = _look(port, "summary")["resyncs"]
        states = [
            one["resyncState"]["status"] for one in _look(port, "integrations")["integrations"]
        ]
        if len(resyncs) >= count and states == ["completed"]:
            return
        time.sleep(0.2)
    pytest.fail(f"there were no {count} resyncs in time")
