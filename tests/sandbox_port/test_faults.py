"""Outages on request."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox_port.in_process import UPSERT, blueprint

FAULTS = "/_sandbox/faults"


async def _statuses(
    api: httpx.AsyncClient, count: int, path: str = "/v1/organization"
) -> list[int]:
    return [(await api.get(path)).status_code for _ in range(count)]


WHEN: dict[str, tuple[dict[str, Any], list[int]]] = {
    "always": ({}, [503, 503, 503, 503]),
    "once": ({"times": 1}, [503, 200, 200, 200]),
    "after_two": ({"after": 2}, [200, 200, 503, 503]),
    "after_one_once": ({"after": 1, "times": 1}, [200, 503, 200, 200]),
    "never": ({"times": 0}, [200, 200, 200, 200]),
    "other_path": ({"path": "^/v1/blueprints"}, [200, 200, 200, 200]),
    "other_method": ({"method": "post"}, [200, 200, 200, 200]),
    "same_method": ({"method": "get", "times": 2}, [503, 503, 200, 200]),
}


@pytest.mark.parametrize(("when", "expected"), WHEN.values(), ids=WHEN)
async def test_when_a_fault_strikes(
    api: httpx.AsyncClient, when: dict[str, Any], expected: list[int]
) -> None:
    fault = {"path": "/v1/organization", "then": {"status": 503}, **when}
    assert (await api.post(FAULTS, json=fault)).status_code == 201
    assert await _statuses(api, 4) == expected


async def test_a_fault_answers_what_it_is_told(api: httpx.AsyncClient) -> None:
    json_body = {"status": 429, "body": {"a": 1}, "headers": {"Retry-After": "7"}}
    await api.post(FAULTS, json={"path": "organization", "then": json_body, "times": 1})
    text_body = {"status": 502, "body": "<html>bad gateway</html>"}
    await api.post(FAULTS, json={"path": "organization", "then": text_body})
    first, second = [await api.get("/v1/organization") for _ in range(2)]
    assert (first.json(), first.headers["retry-after"]) == ({"a": 1}, "7")
    assert (second.status_code, second.text) == (502, "<html>bad gateway</html>")


async def test_faults_are_listed_and_lifted(api: httpx.AsyncClient) -> None:
    await api.post(FAULTS, json={"path": "organization", "then": {"status": 500}})
    await _statuses(api, 2)
    (listed,) = (await api.get(FAULTS)).json()["faults"]
    assert (listed["hits"], listed["then"]) == (2, {"status": 500})
    await api.delete(FAULTS)
    assert await _statuses(api, 1) == [200]


async def test_an_entity_is_refused_on_request(api: httpx.AsyncClient) -> None:
    await api.post("/v1/blueprints", json=blueprint("issue"))
    then = {"refuse_entity": "-2$", "message": "not this one"}
    await api.post(FAULTS, json={"path": "/entities", "times": 2, "then": then})
    bulk = {"entities": [{"identifier": "A-1"}, {"identifier": "A-2"}]}
    path = "/v1/blueprints/issue/entities"
    first = await api.post(f"{path}/bulk", json=bulk, params=UPSERT)
    assert (first.status_code, first.json()["errors"][0]["message"]) == (207, "not this one")
    second = await api.post(path, json={"identifier": "A-2"}, params=UPSERT)
    third = await api.post(path, json={"identifier": "A-2"}, params=UPSERT)
    assert (second.status_code, third.status_code) == (422, 201)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no_then": ({"path": "x"}, '"then" must be'),
    "empty_then": ({"path": "x", "then": {}}, '"then" must be'),
    "pattern": ({"path": "(", "then": "reset"}, "not a regular expression"),
    "status": ({"path": "x", "then": {"status": 99}}, "between 200 and 599"),
    "times": ({"path": "x", "then": "reset", "times": -1}, "times must be"),
    "after": ({"path": "x", "then": "reset", "after": "soon"}, "after must be"),
    "hang": ({"path": "x", "then": {"hang": "long"}}, "number of seconds"),
}


@pytest.mark.parametrize(("fault", "message"), WRONG.values(), ids=WRONG)
async def test_what_is_no_fault_is_refused(
    api: httpx.AsyncClient, fault: dict[str, Any], message: str
) -> None:
    reply = await api.post(FAULTS, json=fault)
    assert (reply.status_code, message in reply.json()["message"]) == (422, True)


async def test_requests_are_listed(api: httpx.AsyncClient) -> None:
    await api.get("/v1/organization?x=1", headers={"user-agent": "someone"})
    await api.post("/v1/blueprints", json=blueprint("issue"), headers={"authorization": ""})
    first, second = (await api.get("/_sandbox/requests")).json()["requests"]
    assert (first["method"], first["path"], first["query"]) == ("GET", "/v1/organization", "x=1")
    assert (first["status"], first["user_agent"], second["status"]) == (200, "someone", 401)
    assert (second["bytes_in"] > 50, first["bytes_out"] > 50) == (True, True)
    await api.delete("/_sandbox/requests")
    assert (await api.get("/_sandbox/requests")).json()["requests"] == []


async def test_an_account_can_be_made_new(api: httpx.AsyncClient) -> None:
    await api.post("/v1/blueprints", json=blueprint("issue"))
    await api.post("/v1/integration", json={"installationId": "tiny-1"})
    await api.delete("/_sandbox/catalog")
    catalog = (await api.get("/_sandbox/catalog")).json()
    assert catalog == {"blueprints": {}, "entities": {}}
    assert (await api.get("/v1/integration/tiny-1")).status_code == 404


async def test_the_way_to_the_control_routes_is_told(api: httpx.AsyncClient) -> None:
    assert "http://port.test/_sandbox/catalog" in (await api.get("/")).json()["look"]
