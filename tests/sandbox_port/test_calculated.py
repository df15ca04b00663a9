"""Properties that Port works out on reading."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox_port.in_process import UPSERT, blueprint, relation

CALCULATIONS: dict[str, tuple[str, Any]] = {
    "arithmetic": (".properties.size * 2", 10),
    "title": (".title", "Issue"),
    "relation": (".relations.project", "P"),
    "of_a_mirror": ('.properties.project_name + "!"', "Payments!"),
    "missing": (".properties.nothing", None),
    "failing": (".properties.size | ltrimstr(1) | error", None),
    "no_jq": ("this is | | no jq", None),
    "empty": ("empty", None),
}


async def _write(api: httpx.AsyncClient, name: str, entity: dict[str, Any]) -> None:
    reply = await api.post(f"/v1/blueprints/{name}/entities", json=entity, params=UPSERT)
    assert reply.status_code == 201, reply.text


@pytest.fixture(autouse=True)
async def _catalog(api: httpx.AsyncClient) -> None:
    await api.post("/v1/blueprints", json=blueprint("project", {"name": {"type": "string"}}))
    await api.post(
        "/v1/blueprints",
        json=blueprint(
            "issue",
            {"size": {"type": "number"}},
            {"project": relation("project"), "subtasks": relation("issue", many=True)},
            mirrorProperties={
                "project_name": {"path": "project.name"},
                "project_title": {"path": "project.$title"},
                "subtask_sizes": {"path": "subtasks.size"},
            },
            calculationProperties={
                name: {"type": "string", "calculation": expression}
                for name, (expression, _) in CALCULATIONS.items()
            },
        ),
    )
    await _write(
        api,
        "project",
        {"identifier": "P", "title": "The project", "properties": {"name": "Payments"}},
    )
    for number in (1, 2):
        entity = {"identifier": f"A-{number}", "properties": {"size": number}}
        await _write(api, "issue", entity)
    relations = {"project": "P", "subtasks": ["A-1", "A-2"]}
    await _write(
        api,
        "issue",
        {"identifier": "A-3", "title": "Issue", "properties": {"size": 5}, "relations": relations},
    )


async def _properties(api: httpx.AsyncClient, path: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.get(path)).json()["entity"]["properties"]
    return found


async def test_calculations(api: httpx.AsyncClient) -> None:
    found = await _properties(api, "/v1/blueprints/issue/entities/A-3")
    expected = {name: value for name, (_, value) in CALCULATIONS.items()}
    assert {name: found[name] for name in expected} == expected


async def test_mirrors(api: httpx.AsyncClient) -> None:
    found = await _properties(api, "/v1/blueprints/issue/entities/A-3")
    assert (found["project_name"], found["project_title"]) == ("Payments", "The project")
    assert found["subtask_sizes"] == [1, 2]
    without = await _properties(api, "/v1/blueprints/issue/entities/A-1")
    assert (without["project_name"], without["subtask_sizes"]) == (None, [])


AGGREGATIONS: dict[str, tuple[dict[str, Any], Any]] = {
    "count": ({"func": "count", "calculationBy": "entities"}, 3),
    "sum": ({"func": "sum", "calculationBy": "property", "property": "size"}, 8),
    "max": ({"func": "max", "calculationBy": "property", "property": "size"}, 5),
    "average_of_nothing": (
        {"func": "average", "calculationBy": "property", "property": "nothing"},
        None,
    ),
}


@pytest.mark.parametrize(("spec", "expected"), AGGREGATIONS.values(), ids=AGGREGATIONS)
async def test_aggregations(api: httpx.AsyncClient, spec: dict[str, Any], expected: object) -> None:
    for number in (1, 2):
        await api.patch(
            f"/v1/blueprints/issue/entities/A-{number}", json={"relations": {"project": "P"}}
        )
    definition = {"x": {"target": "issue", "calculationSpec": spec}}
    reply = await api.patch("/v1/blueprints/project", json={"aggregationProperties": definition})
    assert reply.status_code == 200
    found = await _properties(api, "/v1/blueprints/project/entities/P")
    assert found["x"] == expected


async def test_an_aggregation_may_be_filtered(api: httpx.AsyncClient) -> None:
    rule = {"property": "size", "operator": ">", "value": 100}
    definition = {"target": "issue", "query": {"combinator": "and", "rules": [rule]}}
    await api.patch("/v1/blueprints/project", json={"aggregationProperties": {"x": definition}})
    assert (await _properties(api, "/v1/blueprints/project/entities/P"))["x"] == 0


async def test_they_can_be_left_out(api: httpx.AsyncClient) -> None:
    query = {"combinator": "and", "rules": []}
    params = {"exclude_calculated_properties": "true"}
    reply = await api.post("/v1/entities/search", json=query, params=params)
    assert all("arithmetic" not in one["properties"] for one in reply.json()["entities"])


async def test_they_cannot_be_written(api: httpx.AsyncClient) -> None:
    entity = {"identifier": "A-9", "properties": {"arithmetic": 1}}
    reply = await api.post("/v1/blueprints/issue/entities", json=entity, params=UPSERT)
    assert reply.status_code == 422
