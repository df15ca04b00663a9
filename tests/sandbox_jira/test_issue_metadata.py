"""What create and edit metadata say, and that they agree with what is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox_jira.conftest import Sandbox, start

TYPES = "/issue/createmeta/OPS_2/issuetypes"


@pytest.fixture(scope="module")
def nine() -> Iterator[Sandbox]:
    sandbox = start("--version", "9.12", "--issues", "200", "--users", "40")
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="module")
def eight() -> Iterator[Sandbox]:
    sandbox = start("--version", "8.3.0", "--issues", "100", "--users", "20")
    yield sandbox
    sandbox.close()


def page(jira: Sandbox, path: str, **query: int) -> dict[str, Any]:
    reply = jira.editor.get(path, params=query)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def test_types_come_in_pages(nine: Sandbox) -> None:
    first, rest = page(nine, TYPES, maxResults=4), page(nine, TYPES, startAt=4)
    assert (first["maxResults"], first["startAt"], first["isLast"]) == (4, 0, False)
    assert rest["isLast"] is True
    names = [one["name"] for one in first["values"] + rest["values"]]
    assert len(names) == len(set(names)) == first["total"]
    assert "Epic" in names


def test_a_type_tells_its_fields(nine: Sandbox) -> None:
    found = {one["fieldId"]: one for one in page(nine, f"{TYPES}/10004")["values"]}
    assert {id_ for id_, one in found.items() if one["required"]} == {
        "project",
        "issuetype",
        "summary",
        "reporter",
        "customfield_10111",
    }
    severity = found["customfield_10111"]
    assert severity["name"] == "Severity"
    assert severity["schema"]["customId"] == 10111
    assert severity["allowedValues"][0]["value"] == "S1"
    assert [one["name"] for one in found["priority"]["allowedValues"]][1] == "High"
    assert found["labels"]["operations"] == ["add", "set", "remove"]
    assert "allowedValues" not in found["summary"]


def test_only_where_one_may_choose_it_the_reporter_is_asked_for(nine: Sandbox) -> None:
    nine.change("rename_user", user="zoe", display_name="Zoë")
    fields = {one["fieldId"] for one in page(nine, f"{TYPES}/10003")["values"]}
    assert {"reporter", "parent"} <= fields
    assert "customfield_10101" not in fields


def test_metadata_is_for_who_may_create(nine: Sandbox) -> None:
    assert nine.reader.get(TYPES).status_code == 403
    assert nine.editor.get("/issue/createmeta/NOPE/issuetypes").status_code == 404
    assert nine.editor.get(f"{TYPES}/1").status_code == 404


def test_an_issue_of_each_type_can_be_made_from_its_metadata(nine: Sandbox) -> None:
    parent = nine.keys("project = OPS_2 AND issuetype = Bug")[0]
    for type_ in page(nine, TYPES)["values"]:
        fields: dict[str, Any] = {"project": {"key": "OPS_2"}, "issuetype": {"id": type_["id"]}}
        for one in page(nine, f"{TYPES}/{type_['id']}")["values"]:
            if one["required"] and one["fieldId"] not in {*fields, "reporter"}:
                fields[one["fieldId"]] = _example(one, parent)
        reply = nine.editor.post("/issue", json={"fields": fields})
        assert reply.status_code == 201, (type_["name"], reply.text)


def _example(field: dict[str, Any], parent: str) -> object:
    if "allowedValues" in field:
        return {"id": field["allowedValues"][0]["id"]}
    return {"key": parent} if field["schema"]["type"] == "issuelink" else "Some text"


def test_edit_metadata_lists_what_can_be_edited(nine: Sandbox) -> None:
    key = nine.keys("project = OPS_2 AND issuetype = Bug")[0]
    found = nine.editor.get(f"/issue/{key}/editmeta").json()["fields"]
    assert {"summary", "labels", "comment", "reporter", "customfield_10107"} <= set(found)
    assert not {"project", "issuetype", "status"} & set(found)
    assert nine.reader.get(f"/issue/{key}/editmeta").json() == {"fields": {}}


def test_newer_versions_have_no_create_metadata_in_one(nine: Sandbox) -> None:
    assert nine.editor.get("/issue/createmeta").status_code == 404


def test_older_versions_have_it_in_one_alone(eight: Sandbox) -> None:
    # 8.3 knows no tokens.
    password = (eight.running.info["editor_username"], eight.running.info["editor_password"])
    query = {"projectKeys": "PAY", "expand": "projects.issuetypes.fields"}
    found = eight.nobody.get("/issue/createmeta", params=query, auth=password).json()
    (project,) = found["projects"]
    assert project["key"] == "PAY"
    bug = next(one for one in project["issuetypes"] if one["name"] == "Bug")
    assert bug["fields"]["summary"]["required"] is True
    reader = (eight.running.info["username"], eight.running.info["password"])
    assert eight.nobody.get("/issue/createmeta", params=query, auth=reader).json() == {
        "expand": "projects",
        "projects": [],
    }
    assert eight.nobody.get(TYPES, auth=password).status_code == 404


def test_people_can_be_found_who_may_be_assigned(nine: Sandbox) -> None:
    key = nine.keys("project = PAY")[0]
    query = {"issueKey": key, "username": "zo"}
    assert [
        one["name"] for one in nine.editor.get("/user/assignable/search", params=query).json()
    ] == ["zoe"]
    everybody = nine.editor.get(
        "/user/assignable/search", params={"project": "PAY", "maxResults": 1000}
    ).json()
    assert all(one["active"] for one in everybody)
    assert len(everybody) > 20
    assert nine.editor.get("/user/assignable/search").status_code == 400
    assert nine.nobody.get("/user/assignable/search", params=query).status_code == 401


def test_a_project_tells_its_parts(nine: Sandbox) -> None:
    project = nine.editor.get("/project/DATA").json()
    components = nine.editor.get("/project/DATA/components").json()
    assert [one["id"] for one in components] == [one["id"] for one in project["components"]]
    assert nine.editor.get("/project/DATA/versions").json() == project["versions"]
