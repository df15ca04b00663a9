"""What becomes of each entity, read from Port's own replies."""

import json

import pytest

from port_outcomes import PortOutcomes

BULK = "/v1/blueprints/jiraServerUser/entities/bulk"
SINGLE = "/v1/blueprints/jiraServerUser/entities"
DELETE = "/v1/blueprints/jiraServerUser/bulk/entities/delete"


def body(value: object) -> bytes:
    return json.dumps(value).encode()


def entities(*identifiers: str) -> bytes:
    return body({"entities": [{"identifier": i} for i in identifiers]})


def noted(*exchanges: tuple[str, str, int, bytes, bytes]) -> PortOutcomes:
    outcomes = PortOutcomes()
    for exchange in exchanges:
        outcomes.note(*exchange)
    return outcomes


def test_a_bulk_that_went_well() -> None:
    outcomes = noted(("POST", BULK, 200, entities("a", "b"), body({"ok": True, "errors": []})))
    assert outcomes.upserted == {"jiraServerUser": {"a", "b"}}
    assert outcomes.refused == {}


def test_a_bulk_tells_each_refusal_by_its_place() -> None:
    reply = body({"errors": [{"index": 1, "message": "no such property", "statusCode": 422}]})
    outcomes = noted(("POST", BULK, 207, entities("a", "b", "c"), reply))
    assert outcomes.upserted == {"jiraServerUser": {"a", "c"}}
    assert outcomes.refused == {("jiraServerUser", "b"): "no such property"}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        pytest.param(body({"message": "too large"}), "too large", id="message"),
        pytest.param(body({"error": "payload_too_large"}), "payload_too_large", id="error"),
        pytest.param(b"<html>", "HTTP 413", id="page"),
        pytest.param(b"", "HTTP 413", id="empty"),
        pytest.param(b"[1]", "HTTP 413", id="list"),
    ],
)
def test_a_bulk_that_fails_as_a_whole_refuses_all(reply: bytes, reason: str) -> None:
    outcomes = noted(("POST", BULK, 413, entities("a", "b"), reply))
    assert outcomes.upserted == {}
    assert outcomes.refused == {("jiraServerUser", i): reason for i in "ab"}


@pytest.mark.parametrize(
    ("status", "upserted", "refused"),
    [
        pytest.param(201, {"jiraServerUser": {"a"}}, {}, id="created"),
        pytest.param(422, {}, {("jiraServerUser", "a"): "bad"}, id="refused"),
    ],
)
def test_a_single_entity(
    status: int, upserted: dict[str, set[str]], refused: dict[tuple[str, str], str]
) -> None:
    outcomes = noted(("POST", SINGLE, status, body({"identifier": "a"}), body({"message": "bad"})))
    assert (outcomes.upserted, outcomes.refused) == (upserted, refused)


def test_a_second_attempt_that_succeeds_counts() -> None:
    refused = body({"errors": [{"index": 0, "message": "relation"}]})
    outcomes = noted(
        ("POST", BULK, 207, entities("a"), refused),
        ("POST", BULK, 200, entities("a"), body({})),
    )
    assert outcomes.refused == {}
    assert outcomes.upserted == {"jiraServerUser": {"a"}}


def test_an_entity_that_is_sent_twice_counts_once() -> None:
    good = ("POST", BULK, 200, entities("a"), body({}))
    assert noted(good, good).upserted == {"jiraServerUser": {"a"}}


def test_deletions_are_counted() -> None:
    gone = ("POST", DELETE, 200, entities("a", "b"), b"")
    failed = ("POST", DELETE, 500, entities("c"), b"")
    assert noted(gone, failed, gone).deleted == {"jiraServerUser": 4}


def test_blueprints_are_counted_apart_and_their_names_decoded() -> None:
    outcomes = noted(
        ("POST", "/v1/blueprints/a%20b/entities/bulk", 200, entities("x"), b""),
        ("POST", "/prefix/v1/blueprints/c/entities/bulk", 200, entities("x"), b""),
    )
    assert outcomes.upserted == {"a b": {"x"}, "c": {"x"}}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", SINGLE, id="reading"),
        pytest.param("POST", "/v1/entities/search", id="searching"),
        pytest.param("PATCH", BULK, id="another-method"),
        pytest.param("POST", "/v1/blueprints/jiraServerUser", id="blueprint"),
        pytest.param("POST", f"{SINGLE}/a/runs", id="below-an-entity"),
    ],
)
def test_what_concerns_no_entity_is_passed_over(method: str, path: str) -> None:
    outcomes = noted((method, path, 200, entities("a"), b""))
    assert (outcomes.upserted, outcomes.refused, outcomes.deleted) == ({}, {}, {})


@pytest.mark.parametrize("request_body", [b"", b"not json", b"[]", b"{}"])
def test_a_request_that_cannot_be_read_counts_for_nothing(request_body: bytes) -> None:
    assert noted(("POST", BULK, 200, request_body, b"")).upserted == {}
