"""Writing, reading, searching and deleting entities over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sandbox.port.account import Account
from tests.sandbox_port.in_process import (
    UPSERT,
    WITH_MISSING,
    WRITER,
    SetClock,
    blueprint,
    relation,
)

ISSUES = "/v1/blueprints/issue/entities"
BULK = f"{ISSUES}/bulk"
Entity = dict[str, Any]


@pytest.fixture(autouse=True)
async def _blueprints(api: httpx.AsyncClient) -> None:
    await api.post("/v1/blueprints", json=blueprint("project", {"name": {"type": "string"}}))
    await api.post(
        "/v1/blueprints",
        json=blueprint(
            "issue",
            {
                "url": {"type": "string", "format": "url"},
                "size": {"type": "number"},
                "labels": {"type": "array", "items": {"type": "string"}},
            },
            {"project": relation("project"), "subtasks": relation("issue", many=True)},
        ),
    )


async def _put(api: httpx.AsyncClient, entity: Entity, **params: str) -> httpx.Response:
    return await api.post(ISSUES, json=entity, params={**UPSERT, **params})


async def _get(api: httpx.AsyncClient, path: str) -> Entity:
    found: Entity = (await api.get(path)).json()["entity"]
    return found


async def test_a_new_entity_and_a_known_one(api: httpx.AsyncClient) -> None:
    first = await _put(api, {"identifier": "A-1", "title": "One", "properties": {"size": 1}})
    again = await _put(api, {"identifier": "A-1", "properties": {"size": 2}})
    assert (first.status_code, again.status_code) == (201, 200)
    entity = await _get(api, f"{ISSUES}/A-1")
    assert (entity["title"], entity["blueprint"], entity["team"]) == ("One", "issue", [])
    assert entity["properties"] == {"url": None, "size": 2, "labels": None}
    assert entity["relations"] == {"project": None, "subtasks": None}


MERGES: dict[str, tuple[str, Entity, Entity]] = {
    "merge_keeps": ("true", {}, {"url": "https://x.example.com", "size": 1}),
    "merge_changes": ("true", {"size": 2}, {"url": "https://x.example.com", "size": 2}),
    "merge_null_removes": ("true", {"size": None}, {"url": "https://x.example.com", "size": None}),
    "replace": ("false", {"size": 2}, {"url": None, "size": 2}),
}


@pytest.mark.parametrize(("merge", "properties", "expected"), MERGES.values(), ids=MERGES)
async def test_merging(
    api: httpx.AsyncClient, merge: str, properties: Entity, expected: Entity
) -> None:
    before = {"url": "https://x.example.com", "size": 1}
    await _put(api, {"identifier": "A-1", "properties": before})
    await _put(api, {"identifier": "A-1", "properties": properties}, merge=merge)
    found = (await _get(api, f"{ISSUES}/A-1"))["properties"]
    assert {name: found[name] for name in expected} == expected


async def test_without_upsert_a_known_entity_is_refused(api: httpx.AsyncClient) -> None:
    await _put(api, {"identifier": "A-1"})
    reply = await api.post(ISSUES, json={"identifier": "A-1"})
    assert (reply.status_code, reply.json()["error"]) == (409, "identifier_taken")


async def test_validation_only_stores_nothing(api: httpx.AsyncClient) -> None:
    checked = await _put(api, {"identifier": "A-1"}, validation_only="true")
    refused = await _put(api, {"identifier": "A 1"}, validation_only="true")
    assert (checked.status_code, refused.status_code) == (201, 422)
    assert (await api.get(f"{ISSUES}/A-1")).status_code == 404


async def test_a_bulk_tells_of_each_entity(api: httpx.AsyncClient) -> None:
    await _put(api, {"identifier": "A-1"})
    entities = [
        {"identifier": "A-1"},
        {"identifier": "A-2", "properties": {"size": "big"}},
        {"identifier": "A-3"},
        {"identifier": "A-4", "relations": {"project": "NOPE"}},
        "nonsense",
    ]
    reply = await api.post(BULK, json={"entities": entities}, params=UPSERT)
    assert reply.status_code == 207
    assert reply.json()["entities"] == [
        {"identifier": "A-1", "index": 0, "created": False},
        {"identifier": "A-3", "index": 2, "created": True},
    ]
    errors = [
        (one["identifier"], one["index"], one["statusCode"], one["error"])
        for one in reply.json()["errors"]
    ]
    assert errors == [
        ("A-2", 1, 422, "invalid_request"),
        ("A-4", 3, 404, "not_found"),
        ("unknown", 4, 422, "invalid_request"),
    ]
    assert (await api.get(f"{ISSUES}/A-2")).status_code == 404


async def test_a_bulk_without_errors_is_a_200(api: httpx.AsyncClient) -> None:
    reply = await api.post(BULK, json={"entities": [{"identifier": "A-1"}]}, params=UPSERT)
    assert (reply.status_code, reply.json()["errors"]) == (200, [])


LIMITS: dict[str, tuple[str, Any, int, str]] = {
    "too_many": (BULK, {"entities": [{"identifier": "A"}] * 21}, 422, "more than 20"),
    "too_large": (BULK, {"entities": [], "more": "x" * 1024 * 1024}, 413, "bytes"),
    "no_list": (BULK, {}, 422, "list"),
    "no_blueprint": ("/v1/blueprints/nope/entities/bulk", {"entities": []}, 404, "not found"),
    "too_many_deleted": (
        "/v1/blueprints/issue/bulk/entities/delete",
        {"entities": ["A"] * 101},
        422,
        "more than 100",
    ),
    "too_large_a_page": (
        "/v1/blueprints/entities/datasource-entities",
        {"limit": 5001},
        422,
        "limit",
    ),
}


@pytest.mark.parametrize(("path", "body", "status", "message"), LIMITS.values(), ids=LIMITS)
async def test_limits(
    api: httpx.AsyncClient, path: str, body: object, status: int, message: str
) -> None:
    reply = await api.post(path, json=body, params=UPSERT)
    assert (reply.status_code, message in reply.json()["message"]) == (status, True)


@pytest.mark.parametrize("body", ["{", "[]", "null", '"text"'])
async def test_a_body_that_is_no_object(api: httpx.AsyncClient, body: str) -> None:
    assert (await api.post(ISSUES, content=body, params=UPSERT)).status_code == 400


async def test_a_missing_target_is_created_on_request(api: httpx.AsyncClient) -> None:
    entity = {"identifier": "A-1", "relations": {"project": "P", "subtasks": ["A-2", "A-3"]}}
    reply = await api.post(ISSUES, json=entity, params=WITH_MISSING)
    assert reply.status_code == 201
    bare = await _get(api, "/v1/blueprints/project/entities/P")
    assert (bare["title"], bare["properties"]) == ("P", {"name": None})
    assert (await _get(api, f"{ISSUES}/A-3"))["title"] == "A-3"


async def test_a_missing_target_is_refused_otherwise(api: httpx.AsyncClient) -> None:
    reply = await _put(api, {"identifier": "A-1", "relations": {"project": "P"}})
    assert (reply.status_code, reply.json()["error"]) == (404, "not_found")
    assert (await api.get(f"{ISSUES}/A-1")).status_code == 404


async def test_an_entity_may_relate_to_itself(api: httpx.AsyncClient) -> None:
    reply = await _put(api, {"identifier": "A-1", "relations": {"subtasks": ["A-1"]}})
    assert reply.status_code == 201


def _by_url(url: str) -> Entity:
    return {
        "combinator": "and",
        "rules": [{"property": "url", "operator": "=", "value": url}],
    }


async def test_an_identifier_may_be_searched_for(api: httpx.AsyncClient) -> None:
    await _put(api, {"identifier": "A-1", "properties": {"url": "https://one.example.com"}})
    query = _by_url("https://one.example.com")
    reply = await _put(api, {"identifier": query, "properties": {"size": 7}})
    assert reply.json()["identifier"] == "A-1"
    assert (await _get(api, f"{ISSUES}/A-1"))["properties"]["size"] == 7


@pytest.mark.parametrize(("matches", "status"), [(0, 404), (2, 422)], ids=["none", "two"])
async def test_a_searched_identifier_has_to_match_one(
    api: httpx.AsyncClient, matches: int, status: int
) -> None:
    for number in range(matches):
        properties = {"url": "https://one.example.com"}
        await _put(api, {"identifier": f"A-{number}", "properties": properties})
    entities = [{"identifier": _by_url("https://one.example.com")}]
    reply = await api.post(BULK, json={"entities": entities}, params=UPSERT)
    error = reply.json()["errors"][0]
    assert (error["identifier"], error["statusCode"]) == ("unknown", status)


async def test_relations_may_be_searched_for(api: httpx.AsyncClient) -> None:
    for number in (1, 2):
        properties = {"url": "https://one.example.com"}
        await _put(api, {"identifier": f"A-{number}", "properties": properties})
    by_name = {
        "combinator": "and",
        "rules": [{"property": "name", "operator": "=", "value": "Nobody"}],
    }
    relations = {"subtasks": _by_url("https://one.example.com"), "project": by_name}
    await _put(api, {"identifier": "A-3", "relations": relations})
    found = (await _get(api, f"{ISSUES}/A-3"))["relations"]
    assert found == {"subtasks": ["A-1", "A-2"], "project": None}


async def test_a_single_relation_takes_one_match(api: httpx.AsyncClient) -> None:
    for number in (1, 2):
        await api.post(
            "/v1/blueprints/project/entities", json={"identifier": f"P{number}"}, params=UPSERT
        )
    query = {"combinator": "and", "rules": []}
    reply = await _put(api, {"identifier": "A-1", "relations": {"project": query}})
    assert (reply.status_code, "matches 2 entities" in reply.text) == (422, True)


async def test_a_search_shows_what_was_asked_for(api: httpx.AsyncClient) -> None:
    for number in range(3):
        entity = {"identifier": f"A-{number}", "title": "T", "properties": {"size": number}}
        await _put(api, entity)
    query = {
        "combinator": "and",
        "rules": [
            {"property": "$identifier", "operator": "in", "value": ["A-1", "A-2", "A-9"]},
            {"property": "$blueprint", "operator": "=", "value": "issue"},
            {"property": "$datasource", "operator": "contains", "value": "/tiny-1/exporter"},
        ],
    }
    include = ["blueprint", "identifier", "properties.size", "relations.project", "nonsense"]
    reply = await api.post("/v1/entities/search", json=query, params={"include": include})
    assert reply.json()["entities"] == [
        {
            "blueprint": "issue",
            "identifier": f"A-{number}",
            "properties": {"size": number},
            "relations": {"project": None},
        }
        for number in (1, 2)
    ]
    assert reply.json()["matchingBlueprints"] == ["issue"]


async def test_the_writer_owns_what_it_wrote_last(api: httpx.AsyncClient, clock: SetClock) -> None:
    for number in range(5):
        await _put(api, {"identifier": f"A-{number}"})
    await api.post(
        ISSUES,
        json={"identifier": "A-4"},
        params=UPSERT,
        headers={"user-agent": WRITER.replace("tiny-1", "tiny-2")},
    )
    clock.now += 10
    await _put(api, {"identifier": "A-0"})
    owned = await _pages(api, before="2025-06-15T15:06:45+00:00", limit=2)
    assert owned == [["A-1", "A-2"], ["A-3"]]
    assert await _pages(api, limit=5000) == [["A-0", "A-1", "A-2", "A-3"]]


async def _pages(api: httpx.AsyncClient, **body: object) -> list[list[str]]:
    pages: list[list[str]] = []
    following: str | None = None
    while following is not None or not pages:
        asked = {
            "datasource_prefix": "port-ocean/tiny/",
            "datasource_suffix": "/tiny-1/exporter",
            **body,
            **({"from": following} if following else {}),
        }
        reply = await api.post("/v1/blueprints/entities/datasource-entities", json=asked)
        pages.append([entity["identifier"] for entity in reply.json()["entities"]])
        following = reply.json()["next"]
    return pages


async def test_a_blueprint_is_listed_by_pages(api: httpx.AsyncClient) -> None:
    for number in range(3):
        await _put(api, {"identifier": f"A-{number}"})
    first = (await api.post(f"{ISSUES}/search", json={"limit": 2})).json()
    second = (await api.post(f"{ISSUES}/search", json={"limit": 2, "from": first["next"]})).json()
    listed = [entity["identifier"] for entity in [*first["entities"], *second["entities"]]]
    assert (listed, second["next"]) == (["A-0", "A-1", "A-2"], None)
    assert (await api.get("/v1/blueprints/issue/entities-count")).json()["count"] == 3
    everything = {"query": {"combinator": "and", "rules": []}}
    assert (await api.post("/v1/entities/aggregate", json=everything)).json()["result"] == 3


async def test_deleting_takes_the_mention_with_it(api: httpx.AsyncClient) -> None:
    entity = {"identifier": "A-1", "relations": {"project": "P", "subtasks": ["A-2", "A-3"]}}
    await api.post(ISSUES, json=entity, params=WITH_MISSING)
    for path in ("/v1/blueprints/project/entities/P", f"{ISSUES}/A-2"):
        assert (await api.delete(path, params={"delete_dependents": "true"})).status_code == 200
        assert (await api.delete(path)).status_code == 404
    relations = (await _get(api, f"{ISSUES}/A-1"))["relations"]
    assert relations == {"project": None, "subtasks": ["A-3"]}


async def _required_chain(api: httpx.AsyncClient) -> None:
    """Comment -> needs -> issue A-1 -> needs -> epic E."""
    await api.post("/v1/blueprints", json=blueprint("epic"))
    needs_epic = {"epic": relation("epic", required=True)}
    await api.patch("/v1/blueprints/issue", json={"relations": needs_epic})
    needs_issue = {"issue": relation("issue", required=True)}
    await api.post("/v1/blueprints", json=blueprint("comment", relations=needs_issue))
    await _put(
        api,
        {"identifier": "A-1", "relations": {"epic": "E"}},
        create_missing_related_entities="true",
    )
    await api.post(
        "/v1/blueprints/comment/entities",
        json={"identifier": "C", "relations": {"issue": "A-1"}},
        params=UPSERT,
    )


async def test_what_needs_an_entity_goes_with_it(api: httpx.AsyncClient, account: Account) -> None:
    await _required_chain(api)
    path = "/v1/blueprints/epic/entities/E"
    kept = await api.delete(path)
    assert (kept.status_code, kept.json()["error"]) == (409, "has_dependents")
    assert (await api.delete(path, params={"delete_dependents": "true"})).status_code == 200
    assert [account.catalog.count(name) for name in ("epic", "issue", "comment")] == [0, 0, 0]


async def test_a_bulk_deletion_names_what_is_gone(api: httpx.AsyncClient) -> None:
    for number in range(2):
        await _put(api, {"identifier": f"A-{number}"})
    reply = await api.post(
        "/v1/blueprints/issue/bulk/entities/delete", json={"entities": ["A-0", "A-9", "A-1"]}
    )
    assert reply.json()["deletedEntities"] == ["A-0", "A-1"]
    assert [error["identifier"] for error in reply.json()["errors"]] == ["A-9"]


async def test_an_identifier_with_a_slash_is_found(api: httpx.AsyncClient) -> None:
    await _put(api, {"identifier": "a/b+c"})
    assert (await _get(api, f"{ISSUES}/a%2Fb%2Bc"))["identifier"] == "a/b+c"


async def test_put_replaces_and_patch_merges(api: httpx.AsyncClient) -> None:
    await _put(api, {"identifier": "A-1", "properties": {"size": 1, "labels": ["x"]}})
    await api.patch(f"{ISSUES}/A-1", json={"properties": {"size": 2}})
    assert (await _get(api, f"{ISSUES}/A-1"))["properties"]["labels"] == ["x"]
    await api.put(f"{ISSUES}/A-1", json={"properties": {"size": 3}})
    assert (await _get(api, f"{ISSUES}/A-1"))["properties"]["labels"] is None
    assert (await api.patch(f"{ISSUES}/A-2", json={})).status_code == 404


async def test_refusals_are_kept_and_settled(api: httpx.AsyncClient) -> None:
    for _ in range(2):
        await _put(api, {"identifier": "A-1", "relations": {"project": "P"}})
    await _put(api, {"identifier": "A-2", "properties": {"size": "big"}})
    await api.post("/v1/blueprints/project/entities", json={"identifier": "P"}, params=UPSERT)
    await _put(api, {"identifier": "A-1", "relations": {"project": "P"}})
    refused = (await api.get("/_sandbox/refused")).json()["refused"]
    seen = [(one["identifier"], one["times"], one["later_accepted"]) for one in refused]
    assert seen == [("A-1", 2, True), ("A-2", 1, False)]
    assert refused[1]["message"] == "property \"size\" must be number, got 'big'"
