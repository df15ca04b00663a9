"""Definitions of self-service actions, and what starting a run checks and fills in."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import httpx
import pytest

from tests.sandbox_port.in_process import blueprint
from tests.sandbox_port.tiny_executor import ACTION

NOW = "2025-06-15T15:06:40.000Z"
INPUTS = {
    "name": {"type": "string", "pattern": "^[A-Z]", "minLength": 2},
    "tone": {"type": "string", "enum": ["warm", "cold"]},
    "mail": {"type": "string", "format": "email"},
    "times": {"type": "number", "default": 1, "maximum": 9},
    "to": {"type": "array", "items": {"type": "string"}},
    "title": {"type": "string", "default": {"jqQuery": '.form.name + "!"'}},
    "kind": {
        "type": "string",
        "enum": {"jqQuery": 'if .form.times > 1 then ["many"] else ["one"] end'},
    },
}


def changed(*path: str, to: object) -> dict[str, Any]:
    """The action with one part of it replaced."""
    definition = deepcopy(ACTION)
    place: dict[str, Any] = definition
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    return definition


def with_inputs(required: object = ("name",)) -> dict[str, Any]:
    inputs = {"properties": INPUTS, "required": required}
    return changed("trigger", "userInputs", to=inputs)


def day_2() -> dict[str, Any]:
    trigger = {
        "type": "self-service",
        "operation": "DAY-2",
        "blueprintIdentifier": "issue",
        "userInputs": {"properties": {}},
    }
    action = changed("trigger", to=trigger)
    action["invocationMethod"]["integrationActionExecutionProperties"] = {
        "key": "{{ .entity.identifier }}",
        "status": "{{ .entity.properties.status }}",
        "text": "{{ .action.identifier }} of {{ .trigger.operation }} on {{ .action.blueprint }}",
        "run": "{{ .run.id }}",
    }
    return action


async def _saved(api: httpx.AsyncClient, action: dict[str, Any]) -> None:
    reply = await api.post("/v1/actions", json=action)
    assert reply.status_code == 201, reply.text


async def _run(
    api: httpx.AsyncClient, body: dict[str, Any], email: str | None = None
) -> httpx.Response:
    params = {} if email is None else {"run_as": email}
    return await api.post("/v1/actions/say_hello/runs", json=body, params=params)


async def test_an_action_is_created_replaced_and_deleted(api: httpx.AsyncClient) -> None:
    await _saved(api, ACTION)
    assert (await api.post("/v1/actions", json=ACTION)).status_code == 409
    reply = await api.put("/v1/actions/say_hello", json=changed("title", to="Hi"))
    assert (reply.status_code, reply.json()["action"]["title"]) == (200, "Hi")
    assert (await api.get("/v1/actions")).json()["actions"] == [reply.json()["action"]]
    assert (await api.put("/v1/actions/say_hello", json=reply.json()["action"])).status_code == 200
    assert (await api.delete("/v1/actions/say_hello")).status_code == 200
    for method in ("GET", "PUT", "DELETE"):
        assert (await api.request(method, "/v1/actions/say_hello", json={})).status_code == 404


PROPERTIES = ("invocationMethod", "integrationActionExecutionProperties")
WRONG = {
    "identifier": (changed("identifier", to="say hello"), "identifier 'say hello' must match"),
    "title": (changed("title", to=1), "title must be a text"),
    "unknown_part": ({**ACTION, "colour": 1}, "additional properties: colour"),
    "no_trigger": (changed("trigger", to=None), "trigger must be an object with a type"),
    "operation": (changed("trigger", "operation", to="DAY2"), "operation must be one of"),
    "day_2_of_nothing": (changed("trigger", "operation", to="DAY-2"), "a blueprintIdentifier"),
    "no_inputs": (changed("trigger", "userInputs", to=None), "userInputs must be an object"),
    "input_type": (
        changed("trigger", "userInputs", "properties", to={"a": {"type": "text"}}),
        'userInputs "a" must have a type of string',
    ),
    "input_default": (
        changed(
            "trigger", "userInputs", "properties", to={"a": {"type": "number", "default": "x"}}
        ),
        'userInputs "a" default must be number',
    ),
    "input_pattern": (
        changed(
            "trigger", "userInputs", "properties", to={"a": {"type": "string", "pattern": "("}}
        ),
        "pattern must be a regular expression",
    ),
    "input_enum": (
        changed("trigger", "userInputs", "properties", to={"a": {"type": "string", "enum": []}}),
        "enum must be an array that is not empty",
    ),
    "input_query": (
        changed(
            "trigger",
            "userInputs",
            "properties",
            to={"a": {"type": "string", "default": {"jqQuery": "("}}},
        ),
        "'(' is not jq",
    ),
    "required": (changed("trigger", "userInputs", "required", to=["x"]), 'required names "x"'),
    "order": (changed("trigger", "userInputs", "order", to="name"), "order must be an array"),
    "invocation": (changed("invocationMethod", "type", to="HTTP"), "invocationMethod must be"),
    "installation": (
        changed("invocationMethod", "installationId", to=""),
        "installationId must be",
    ),
    "properties": (changed(*PROPERTIES, to=[]), "ExecutionProperties must be an object"),
    "template": (changed(*PROPERTIES, to={"a": "{{ ( }}"}), "is not jq"),
    "invocation_part": (changed("invocationMethod", "url", to="x"), "additional properties: url"),
}


@pytest.mark.parametrize(("definition", "message"), WRONG.values(), ids=WRONG)
async def test_a_definition_is_checked(
    api: httpx.AsyncClient, definition: dict[str, Any], message: str
) -> None:
    reply = await api.post("/v1/actions", json=definition)
    assert (reply.status_code, message in reply.json()["message"]) == (422, True), reply.text


async def test_its_blueprint_has_to_exist(api: httpx.AsyncClient) -> None:
    reply = await api.post("/v1/actions", json=day_2())
    assert (reply.status_code, reply.json()["details"]["resource"]) == (404, "Blueprint")


async def test_a_run_as_integrations_and_the_api_see_it(api: httpx.AsyncClient) -> None:
    await _saved(api, ACTION)
    reply = await _run(api, {"properties": {"name": "Bo"}}, "ann.lee@example.com")
    run = reply.json()["run"]
    assert (reply.status_code, run["status"], run["createdAt"]) == (202, "IN_PROGRESS", NOW)
    assert run["action"]["identifier"] == "say_hello"
    assert run["properties"] == {"name": "Bo", "times": 1}
    assert run["payload"] == {
        "type": "INTEGRATION_ACTION",
        "installationId": "tiny-1",
        "integrationActionType": "greet",
        "integrationActionExecutionProperties": {
            "name": "Bo",
            "times": 1,
            "by": "ann.lee@example.com",
        },
    }
    assert (await api.get(f"/v1/actions/runs/{run['id']}")).json()["run"] == run


async def test_a_machine_is_nobody(api: httpx.AsyncClient) -> None:
    await _saved(api, ACTION)
    run = (await _run(api, {"properties": {"name": "Bo"}})).json()["run"]
    assert run["payload"]["integrationActionExecutionProperties"]["by"] is None
    assert run["createdBy"] == "sandbox-machine"


async def test_a_run_about_an_entity(api: httpx.AsyncClient) -> None:
    await api.post("/v1/blueprints", json=blueprint("issue", {"status": {"type": "string"}}))
    entity = {"identifier": "A-1", "properties": {"status": "Open"}}
    await api.post("/v1/blueprints/issue/entities", json=entity)
    await _saved(api, day_2())
    run = (await _run(api, {"entity": "A-1"})).json()["run"]
    assert run["payload"]["integrationActionExecutionProperties"] == {
        "key": "A-1",
        "status": "Open",
        "text": "say_hello of DAY-2 on issue",
        "run": run["id"],
    }
    assert (await _run(api, {})).status_code == 422
    assert (await _run(api, {"entity": "A-9"})).status_code == 404


FITTING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "defaults": ({"name": "Bo"}, {"name": "Bo", "times": 1, "title": "Bo!"}),
    "given": (
        {"name": "Bo", "times": 2, "title": "x", "kind": "many", "to": ["a"], "tone": "cold"},
        {"name": "Bo", "times": 2, "title": "x", "kind": "many", "to": ["a"], "tone": "cold"},
    ),
}


@pytest.mark.parametrize(("given", "taken"), FITTING.values(), ids=FITTING)
async def test_inputs_that_fit(
    api: httpx.AsyncClient, given: dict[str, Any], taken: dict[str, Any]
) -> None:
    await _saved(api, with_inputs())
    reply = await _run(api, {"properties": given})
    assert (reply.status_code, reply.json()["run"]["properties"]) == (202, taken)


UNFIT: dict[str, tuple[dict[str, Any], str]] = {
    "missing": ({"times": 1}, 'must have required property "name"'),
    "unknown": ({"name": "Bo", "x": 1}, '"x" is no input of the action'),
    "type": ({"name": "Bo", "times": "2"}, 'properties "times" must be number'),
    "null": ({"name": None}, 'properties "name" must be string'),
    "pattern": ({"name": "bo"}, 'must match pattern "^[A-Z]"'),
    "length": ({"name": "B"}, "minLength 2"),
    "enum": ({"name": "Bo", "tone": "x"}, "one of the allowed values ['warm', 'cold']"),
    "dynamic_enum": ({"name": "Bo", "kind": "many"}, "one of the allowed values ['one']"),
    "format": ({"name": "Bo", "mail": "x"}, 'must match format "email"'),
    "items": ({"name": "Bo", "to": ["a", 1]}, 'properties "to" item 1 must be string'),
    "bound": ({"name": "Bo", "times": 10}, "maximum 9"),
}


@pytest.mark.parametrize(("given", "message"), UNFIT.values(), ids=UNFIT)
async def test_inputs_that_do_not_fit(
    api: httpx.AsyncClient, given: dict[str, Any], message: str
) -> None:
    await _saved(api, with_inputs())
    reply = await _run(api, {"properties": given})
    assert (reply.status_code, message in reply.json()["message"]) == (422, True), reply.text


async def test_what_is_required_may_depend(api: httpx.AsyncClient) -> None:
    query = 'if .form.tone == "warm" then ["mail"] else [] end'
    await _saved(api, with_inputs({"jqQuery": query}))
    assert (await _run(api, {"properties": {"tone": "cold"}})).status_code == 202
    assert (await _run(api, {"properties": {"tone": "warm"}})).status_code == 422


UNSTARTABLE: dict[str, tuple[dict[str, Any], dict[str, Any], int]] = {
    "automation": (changed("trigger", to={"type": "automation"}), {}, 422),
    "webhook": (changed("invocationMethod", to={"type": "WEBHOOK"}), {}, 501),
    "an_entity_of_no_blueprint": (ACTION, {"entity": "A-1"}, 422),
    "inputs_are_a_list": (ACTION, {"properties": []}, 422),
}


@pytest.mark.parametrize(("action", "body", "status"), UNSTARTABLE.values(), ids=UNSTARTABLE)
async def test_a_run_that_cannot_start(
    api: httpx.AsyncClient, action: dict[str, Any], body: dict[str, Any], status: int
) -> None:
    await _saved(api, action)
    assert (await _run(api, {"properties": {"name": "Bo"}, **body})).status_code == status


async def test_the_requester_has_an_address(api: httpx.AsyncClient) -> None:
    await _saved(api, ACTION)
    assert (await _run(api, {"properties": {"name": "Bo"}}, "ann")).status_code == 422
    assert (await api.post("/v1/actions/other/runs", json={})).status_code == 404
