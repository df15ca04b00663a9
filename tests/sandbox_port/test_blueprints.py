"""Which blueprints Port takes, and what becomes of them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox_port.in_process import UPSERT, blueprint, relation


async def _create(api: httpx.AsyncClient, *definitions: dict[str, Any]) -> None:
    for definition in definitions:
        reply = await api.post("/v1/blueprints", json=definition)
        assert reply.status_code == 201, reply.text


async def test_a_blueprint_comes_back_whole(api: httpx.AsyncClient) -> None:
    await _create(api, {"identifier": "project", "schema": {"properties": {}}})
    found = (await api.get("/v1/blueprints/project")).json()["blueprint"]
    assert found["relations"] == {}
    assert found["schema"] == {"properties": {}, "required": []}
    assert found["createdAt"] == found["updatedAt"]


async def test_a_blueprint_that_is_not_there(api: httpx.AsyncClient) -> None:
    reply = await api.get("/v1/blueprints/nope")
    assert (reply.status_code, reply.json()["error"]) == (404, "not_found")


async def test_an_identifier_is_taken_once(api: httpx.AsyncClient) -> None:
    await _create(api, blueprint("project"))
    reply = await api.post("/v1/blueprints", json=blueprint("project"))
    assert (reply.status_code, reply.json()["error"]) == (409, "identifier_taken")


WRONG: dict[str, tuple[dict[str, Any], int, str]] = {
    "identifier": (blueprint("a b"), 422, "must match pattern"),
    "no_identifier": ({"schema": {"properties": {}}}, 422, "must match pattern"),
    "schema": ({"identifier": "a", "schema": []}, 422, "schema must be an object"),
    "properties": ({"identifier": "a", "schema": {"properties": []}}, 422, "object properties"),
    "type": (blueprint("a", {"x": {"type": "text"}}), 422, '"x" must have a type'),
    "required": (blueprint("a", required=["x"]), 422, '"x" is not in the schema'),
    "relation_shape": (blueprint("a", relations={"x": "b"}), 422, 'relations "x" must be'),
    "relation_target": (blueprint("a", relations={"x": relation("b")}), 404, '"b" was not found'),
    "calculation": (
        blueprint("a", calculationProperties={"x": {"type": "string"}}),
        422,
        "must have a calculation",
    ),
    "mirror": (
        blueprint("a", mirrorProperties={"x": {"path": "y.title"}}),
        422,
        "must begin with a relation",
    ),
    "aggregation": (
        blueprint("a", aggregationProperties={"x": {"target": "b"}}),
        422,
        "target that does not exist",
    ),
}


@pytest.mark.parametrize(("definition", "status", "message"), WRONG.values(), ids=WRONG)
async def test_refused(
    api: httpx.AsyncClient, definition: dict[str, Any], status: int, message: str
) -> None:
    reply = await api.post("/v1/blueprints", json=definition)
    assert (reply.status_code, message in reply.json()["message"]) == (status, True)


async def test_a_blueprint_may_relate_to_itself(api: httpx.AsyncClient) -> None:
    await _create(api, blueprint("issue", relations={"parent": relation("issue")}))


async def test_a_patch_replaces_the_parts_it_names(api: httpx.AsyncClient) -> None:
    await _create(api, blueprint("project"), blueprint("issue", {"a": {"type": "string"}}))
    changes = {"relations": {"project": {"target": "project"}}}
    await api.patch("/v1/blueprints/issue", json=changes)
    found = (await api.get("/v1/blueprints/issue")).json()["blueprint"]
    assert list(found["schema"]["properties"]) == ["a"]
    assert found["relations"]["project"]["many"] is False


async def test_a_put_replaces_everything(api: httpx.AsyncClient) -> None:
    await _create(api, blueprint("issue", {"a": {"type": "string"}}))
    await api.put("/v1/blueprints/issue", json={"schema": {"properties": {}}})
    found = (await api.get("/v1/blueprints/issue")).json()["blueprint"]
    assert (found["title"], found["schema"]["properties"]) == (None, {})


async def test_a_blueprint_with_entities_stays(api: httpx.AsyncClient) -> None:
    await _create(api, blueprint("issue"))
    await api.post("/v1/blueprints/issue/entities", json={"identifier": "A-1"}, params=UPSERT)
    assert (await api.delete("/v1/blueprints/issue")).status_code == 409
    gone = await api.delete(
        "/v1/blueprints/issue/all-entities", params={"delete_blueprint": "true"}
    )
    migration = (await api.get(f"/v1/migrations/{gone.json()['migrationId']}")).json()
    assert migration["migration"]["status"] == "COMPLETED"
    assert (await api.get("/v1/blueprints/issue")).status_code == 404


async def test_a_blueprint_that_others_relate_to_stays(api: httpx.AsyncClient) -> None:
    await _create(api, blueprint("project"))
    await _create(api, blueprint("issue", relations={"project": relation("project")}))
    assert (await api.delete("/v1/blueprints/project")).status_code == 409
    assert (await api.delete("/v1/blueprints/issue")).status_code == 200
    assert (await api.delete("/v1/blueprints/project")).status_code == 200


async def test_pages_are_kept(api: httpx.AsyncClient) -> None:
    assert (await api.post("/v1/pages", json={"identifier": "x"})).status_code == 201
    assert (await api.post("/v1/pages", json={"identifier": "x"})).status_code == 409
    assert (await api.get("/v1/pages")).json()["pages"] == [{"identifier": "x"}]
    assert (await api.delete("/v1/pages/x")).status_code == 200
    assert (await api.get("/v1/pages/x")).status_code == 404


async def test_scorecards_belong_to_a_blueprint(api: httpx.AsyncClient) -> None:
    await _create(api, blueprint("a"), blueprint("b"))
    for name in ("a", "b"):
        reply = await api.post(f"/v1/blueprints/{name}/scorecards", json={"identifier": "x"})
        assert reply.status_code == 201
    reply = await api.get("/v1/blueprints/a/scorecards")
    assert reply.json()["scorecards"] == [{"identifier": "x", "blueprint": "a"}]
    assert (await api.post("/v1/blueprints/c/scorecards", json={})).status_code == 404
