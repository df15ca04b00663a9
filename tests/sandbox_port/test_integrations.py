"""An integration's document, resyncs, cursors, examples, metrics and raw data."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox_port.in_process import SetClock

ONE = "/v1/integration/tiny-1"


@pytest.fixture
async def created(api: httpx.AsyncClient) -> httpx.Response:
    body = {"installationId": "tiny-1", "installationAppType": "tiny", "config": {}}
    return await api.post("/v1/integration", json=body)


async def test_it_is_not_there_at_first(api: httpx.AsyncClient) -> None:
    reply = await api.get(ONE)
    assert (reply.status_code, reply.json()["error"]) == (404, "not_found")


async def test_it_is_created_once(api: httpx.AsyncClient, created: httpx.Response) -> None:
    integration = created.json()["integration"]
    assert created.status_code == 201
    assert (integration["identifier"], integration["installationType"]) == ("tiny-1", "OnPrem")
    for name in ("logAttributes", "metricAttributes", "ingestAttributes"):
        assert integration[name]["ingestUrl"].startswith("http://port.test/ingest/")
    again = await api.post("/v1/integration", json={"installationId": "tiny-1"})
    assert again.status_code == 409
    assert (await api.post("/v1/integration", json={})).status_code == 422


@pytest.mark.usefixtures("created")
async def test_a_patch_changes_what_it_names(api: httpx.AsyncClient) -> None:
    await api.patch(ONE, json={"version": "2", "installationId": "other", "config": {"a": 1}})
    found = (await api.get(ONE)).json()["integration"]
    assert (found["version"], found["installationId"], found["config"]) == ("2", "tiny-1", {"a": 1})
    assert (await api.delete(ONE)).status_code == 200
    assert (await api.get(ONE)).status_code == 404


@pytest.mark.usefixtures("created")
async def test_the_resync_state_tells_when_it_changed(
    api: httpx.AsyncClient, clock: SetClock
) -> None:
    clock.now += 60
    reply = await api.patch(f"{ONE}/resync-state", json={"status": "running", "nextResync": None})
    state = reply.json()["integration"]["resyncState"]
    assert (state["status"], state["updatedAt"]) == ("running", "2025-06-15T15:07:40.000Z")


async def _requested(api: httpx.AsyncClient) -> object:
    return (await api.get(f"{ONE}/resync-request")).json()["request"]


WAYS = {
    "button": ("POST", "/_sandbox/resync-request", {}, {}, True),
    "button_named": ("POST", "/_sandbox/resync-request", {"integration": "tiny-1"}, {}, True),
    "mapping": ("PUT", "/_sandbox/mapping", {"config": {"a": 1}}, {}, True),
    "mapping_only": ("PUT", "/_sandbox/mapping", {"config": {}, "resync": False}, {}, False),
    "config": ("PATCH", f"{ONE}/config", {"config": {"a": 1}}, {}, True),
    "config_only": ("PATCH", f"{ONE}/config", {"config": {}}, {"x-skip-resync": "true"}, False),
}


@pytest.mark.usefixtures("created")
@pytest.mark.parametrize(("method", "path", "body", "headers", "expected"), WAYS.values(), ids=WAYS)
async def test_ways_to_ask_for_a_resync(
    api: httpx.AsyncClient,
    method: str,
    path: str,
    body: dict[str, Any],
    headers: dict[str, str],
    expected: bool,
) -> None:
    assert await _requested(api) is None
    reply = await api.request(method, path, json=body, headers=headers)
    assert reply.status_code == 200
    asked = {"updatedAt": "2025-06-15T15:06:40.000Z"}
    assert await _requested(api) == (asked if expected else None)


@pytest.mark.parametrize(
    ("body", "status"),
    [({"config": {}}, 404), ({"config": {}, "integration": "x"}, 404), ({}, 422)],
    ids=["none_there", "unknown", "no_config"],
)
async def test_a_mapping_needs_an_integration(
    api: httpx.AsyncClient, body: dict[str, Any], status: int
) -> None:
    assert (await api.put("/_sandbox/mapping", json=body)).status_code == status


@pytest.mark.usefixtures("created")
async def test_a_cursor_is_created_and_then_moved(api: httpx.AsyncClient) -> None:
    place = {"kind": "thing", "index": "0"}
    at = {"primary": "2024-05-01T10:00:00+00:00"}
    assert (await api.get(f"{ONE}/cursor", params=place)).json()["cursor"] is None
    assert (await api.put(f"{ONE}/cursor", params=place, json=at)).status_code == 404
    assert (await api.post(f"{ONE}/cursor", params=place, json=at)).status_code == 201
    assert (await api.put(f"{ONE}/cursor", params=place, json=at)).status_code == 200
    assert (await api.get(f"{ONE}/cursor", params=place)).json()["cursor"] == at


async def test_examples_of_a_kind_are_kept(api: httpx.AsyncClient) -> None:
    for examples in ([{"a": 1}], [{"a": 2}]):
        await api.post(f"{ONE}/kinds/my+thing/examples", json={"examples": examples})
    found = (await api.get("/_sandbox/examples")).json()["examples"]
    assert found == {"tiny-1": {"my thing": [{"a": 2}]}}


def _report(kind: str, event: str, phases: dict[str, Any]) -> dict[str, Any]:
    return {
        "kindIdentifier": kind,
        "kind": kind.partition("-")[0],
        "kindIndex": 0,
        "eventId": event,
        "syncState": "completed",
        "metrics": {"phase": phases},
    }


async def test_metrics_become_a_summary(api: httpx.AsyncClient) -> None:
    phases = {
        "resync": {"success": 1.0, "duration_seconds": 2.5},
        "extract": {"object_count_type": {"raw_extracted": {"object_count": 4.0}}},
        "load": {
            "object_count_type": {"loaded": {"object_count": 3.0}, "failed": {"object_count": 1.0}}
        },
    }
    deletion = {"delete": {"object_count_type": {"deleted": {"object_count": 2.0}}}}
    metrics = "/ingest/metrics/syncMetrics"
    await api.post(
        metrics, json={"syncKindsMetrics": [_report("__reconciliation__", "e", deletion)]}
    )
    one = {"syncKindMetrics": _report("thing-0", "e", phases)}
    await api.put(f"{metrics}/resync/e/kind/thing-0", json=one)
    (resync,) = (await api.get("/_sandbox/summary")).json()["resyncs"]
    (kind,) = resync["kinds"]
    assert (resync["resync"], resync["deleted"]) == ("e", 2)
    assert (kind["kind"], kind["extracted"], kind["loaded"], kind["refused"]) == ("thing", 4, 3, 1)
    assert (kind["succeeded"], kind["seconds"]) == (True, 2.5)


async def test_logs_heartbeats_and_raw_data_are_kept(api: httpx.AsyncClient) -> None:
    await api.post("/ingest/logs", json={"logs": [{"message": "hello"}]})
    await api.post("/ingest/metrics/heartbeat", json={"eventId": "e"})
    await api.post(
        "/ingest/raw/lake/write/integration-type/tiny/integration/tiny-1/sync/s/kind/thing",
        json={"data": [{"items": [{"id": 1}]}]},
    )
    assert (await api.get("/_sandbox/logs")).json()["logs"] == [{"message": "hello"}]
    assert (await api.get("/_sandbox/metrics")).json()["heartbeats"][0]["eventId"] == "e"
    (raw,) = (await api.get("/_sandbox/raw")).json()["raw"]
    assert (raw["kind"], raw["sync"], raw["data"][0]["items"]) == ("thing", "s", [{"id": 1}])


async def test_the_life_of_a_resync(api: httpx.AsyncClient) -> None:
    assert (await api.get("/v1/lifecycle/e")).status_code == 404
    await api.post("/v1/lifecycle/e", json={"status": "started"})
    body = {"status": "finished", "kind_identifier": "thing-0"}
    await api.post("/v1/lifecycle/e/kind", json=body)
    assert (await api.get("/v1/lifecycle/e")).json()["status"] == "started"
    found = (await api.get("/_sandbox/lifecycle")).json()["lifecycle"]["e"]
    assert found["parts"]["thing-0"]["status"] == "finished"


async def test_an_unknown_route(api: httpx.AsyncClient) -> None:
    reply = await api.get("/v1/nonsense")
    assert (reply.status_code, reply.json()["ok"]) == (404, False)
    assert (await api.patch("/v1/organization")).status_code == 405
