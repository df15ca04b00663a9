"""Creating, editing, moving through the workflow, assigning, linking and deleting over REST."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.sandbox_jira.conftest import Sandbox, Starter, start

OFF_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
BUG = {"project": {"key": "PAY"}, "issuetype": {"name": "Bug"}, "summary": "Broken"}


@pytest.fixture(scope="module")
def site() -> Iterator[Sandbox]:
    """A 9.12 whose company these tests add to."""
    sandbox = start("--issues", "300", "--users", "40", "--context-path", "/jira")
    yield sandbox
    sandbox.close()


def create(site: Sandbox, **fields: object) -> str:
    reply = site.editor.post("/issue", json={"fields": {**BUG, **fields}})
    assert reply.status_code == 201, reply.text
    return str(reply.json()["key"])


def fields(site: Sandbox, key: str) -> dict[str, Any]:
    found: dict[str, Any] = site.editor.get(f"/issue/{key}").json()["fields"]
    return found


def errors(reply: httpx.Response) -> dict[str, str]:
    assert reply.status_code == 400, reply.text
    found: dict[str, str] = reply.json()["errors"]
    return found


def some_open(site: Sandbox, clause: str) -> str:
    keys: list[str] = site.state(jql=f"{clause} AND statusCategory != Done ORDER BY key")["keys"]
    return keys[0]


def test_a_new_issue_has_what_was_given_and_nothing_else(site: Sandbox) -> None:
    given = {
        "description": "Ünï",
        "priority": {"name": "High"},
        "labels": ["b", "a"],
        "duedate": "2027-01-31",
        "assignee": {"name": "zoe"},
        "reporter": {"name": "x"},
        "customfield_10106": 3,
        "customfield_10107": {"value": "SRE"},
        "customfield_10108": [{"id": "10302"}],
        "customfield_10112": "2027-02-01",
    }
    reply = site.editor.post("/issue", json={"fields": {**BUG, **given}})
    assert reply.status_code == 201
    assert reply.json() == {
        "id": reply.json()["id"],
        "key": reply.json()["key"],
        "self": f"{site.running.url}/rest/api/2/issue/{reply.json()['id']}",
    }
    found = fields(site, reply.json()["key"])
    assert found["labels"] == ["a", "b"]
    assert found["priority"]["name"] == "High"
    assert (found["assignee"]["name"], found["reporter"]["name"]) == ("zoe", "x")
    assert found["creator"]["name"] == "editor"
    assert (found["customfield_10106"], found["customfield_10107"]["value"]) == (3.0, "SRE")
    assert [one["value"] for one in found["customfield_10108"]] == ["Web"]
    assert (found["duedate"], found["customfield_10112"]) == ("2027-01-31", "2027-02-01")
    assert found["comment"]["total"] == found["worklog"]["total"] == 0
    assert found["environment"] is found["customfield_10111"] is found["timespent"] is None


def test_little_is_enough(site: Sandbox) -> None:
    found = fields(site, create(site))
    assert found["reporter"]["name"] == "editor"
    assert found["priority"]["name"] == "Medium"
    assert found["description"] is found["assignee"] is None


@pytest.mark.parametrize(
    ("given", "field", "text"),
    [
        ({"project": None}, "project", "valid project is required"),
        ({"project": {"key": "NOPE"}}, "project", "valid project is required"),
        ({"project": {"key": "LEGACY"}}, "project", "valid project is required"),
        ({"issuetype": {"name": "Dream"}}, "issuetype", "valid issue type is required"),
        ({"issuetype": {"name": "Sub-task"}}, "issuetype", "parent issue key or id not"),
        ({"issuetype": {"name": "Epic"}}, "customfield_10103", "Epic Name is required."),
        ({"summary": " "}, "summary", "You must specify a summary of the issue."),
        ({"summary": "a\nb"}, "summary", "newline"),
        ({"summary": "x" * 256}, "summary", "less than 255"),
        ({"summary": 5}, "summary", "must be a string"),
        ({"priority": {"name": "Soon"}}, "priority", "Priority name 'Soon' is not valid"),
        ({"priority": {}}, "priority", "Could not find valid 'id' or 'name'"),
        ({"priority": "High"}, "priority", "data was not an object"),
        ({"assignee": {"name": "ghost"}}, "assignee", "User 'ghost' does not exist."),
        ({"assignee": {"name": "old.hand"}}, "assignee", "cannot be assigned"),
        ({"reporter": {"name": "ghost"}}, "reporter", "The reporter specified is not a user."),
        ({"reporter": None}, "reporter", "Reporter is required."),
        ({"labels": ["a b"]}, "labels", "The label 'a b' contains spaces"),
        ({"labels": "a"}, "labels", "data was not an array"),
        ({"components": [{"name": "X"}]}, "components", "Component name 'X' is not valid"),
        ({"fixVersions": [{"id": "1"}]}, "fixVersions", "Version id '1' is not valid"),
        ({"duedate": "31.1."}, "duedate", "Error parsing date string: 31.1."),
        ({"customfield_10106": "3"}, "customfield_10106", "must be a number"),
        ({"customfield_10107": {"value": "X"}}, "customfield_10107", "Option value 'X'"),
        ({"customfield_10101": "PAY-1"}, "customfield_10101", "must be of type 'Epic'"),
        ({"parent": {"key": "PAY-1"}}, "parent", OFF_SCREEN.format("parent")),
        ({"status": {"name": "Open"}}, "status", OFF_SCREEN.format("status")),
        ({"customfield_1": 1}, "customfield_1", OFF_SCREEN.format("customfield_1")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_field_is_refused_by_name(
    site: Sandbox, given: dict[str, Any], field: str, text: str
) -> None:
    before = site.state()["counts"]
    found = errors(site.editor.post("/issue", json={"fields": {**BUG, **given}}))
    assert list(found) == [field]
    assert text in found[field]
    assert site.state()["counts"] == before


@pytest.mark.parametrize("missing", ["project", "issuetype", "summary"])
def test_what_is_required_must_be_there(site: Sandbox, missing: str) -> None:
    given = {name: value for name, value in BUG.items() if name != missing}
    assert list(errors(site.editor.post("/issue", json={"fields": given}))) == [missing]


def test_all_errors_come_at_once(site: Sandbox) -> None:
    given = {"project": BUG["project"], "issuetype": BUG["issuetype"], "foo": 1, "duedate": "x"}
    found = errors(site.editor.post("/issue", json={"fields": given}))
    assert set(found) == {"summary", "foo", "duedate"}


@pytest.mark.parametrize("body", [b"{", b"[]", b"5", b'{"fields": []}', b'{"fields": 5}', b""])
def test_what_is_no_request_is_refused(site: Sandbox, body: bytes) -> None:
    assert site.editor.post("/issue", content=body).status_code == 400


def test_one_project_asks_for_a_field_of_its_own(site: Sandbox) -> None:
    ops = {**BUG, "project": {"id": "10001"}}
    found = errors(site.editor.post("/issue", json={"fields": ops}))
    assert found == {"customfield_10111": "Severity is required."}
    severe = {**ops, "customfield_10111": {"value": "S1"}}
    assert site.editor.post("/issue", json={"fields": severe}).status_code == 201


def test_business_projects_know_no_story_points(site: Sandbox) -> None:
    hr = {**BUG, "project": {"key": "HR"}, "customfield_10106": 1}
    found = errors(site.editor.post("/issue", json={"fields": hr}))
    assert found == {"customfield_10106": OFF_SCREEN.format("customfield_10106")}


def test_a_sub_task_hangs_on_its_parent(site: Sandbox) -> None:
    parent = create(site)
    child = create(site, issuetype={"name": "Sub-task"}, parent={"key": parent})
    assert fields(site, child)["parent"]["key"] == parent
    assert [one["key"] for one in fields(site, parent)["subtasks"]] == [child]


def test_an_epic_holds_others(site: Sandbox) -> None:
    epic = create(site, issuetype={"name": "Epic"}, customfield_10103="Big")
    assert fields(site, epic)["customfield_10103"] == "Big"
    assert fields(site, create(site, customfield_10101=epic))["customfield_10101"] == epic


def test_a_new_issue_may_bring_properties(site: Sandbox) -> None:
    body = {"fields": BUG, "properties": [{"key": "run", "value": {"id": "r_1"}}]}
    key = site.editor.post("/issue", json=body).json()["key"]
    found = site.editor.get(f"/issue/{key}/properties/run").json()
    assert found == {"key": "run", "value": {"id": "r_1"}}
    wrong = {"fields": BUG, "properties": [{"key": "run"}]}
    assert site.editor.post("/issue", json=wrong).status_code == 400


def test_properties_are_set_read_and_deleted(site: Sandbox) -> None:
    key = create(site)
    place = f"/issue/{key}/properties/a%2Fb"
    before = fields(site, key)["updated"]
    assert site.editor.get(place).status_code == 404
    assert site.editor.put(place, json=[1]).status_code == 201
    assert site.editor.put(place, json=[2]).status_code == 200
    assert site.editor.get(place).json() == {"key": "a/b", "value": [2]}
    assert [one["key"] for one in site.editor.get(f"/issue/{key}/properties").json()["keys"]] == [
        "a/b"
    ]
    assert fields(site, key)["updated"] == before
    assert site.editor.put(place, content=b"{").status_code == 400
    assert site.reader.put(place, json=1).status_code == 403
    assert site.editor.delete(place).status_code == 204
    assert site.editor.delete(place).status_code == 404


def test_an_edit_sets_fields(site: Sandbox) -> None:
    key = create(site, labels=["a"], duedate="2027-01-01")
    body = {"fields": {"summary": "New", "duedate": None, "customfield_10109": "CR-1"}}
    assert site.editor.put(f"/issue/{key}", json=body).status_code == 204
    found = fields(site, key)
    assert (found["summary"], found["duedate"]) == ("New", None)
    assert found["customfield_10109"] == "CR-1"
    assert found["labels"] == ["a"]


def test_an_edit_adds_and_removes(site: Sandbox) -> None:
    key = create(site, labels=["a", "b"])
    update = {
        "labels": [{"add": "c"}, {"remove": "a"}],
        "customfield_10108": [{"add": {"value": "iOS"}}],
        "comment": [{"add": {"body": "Done so."}}],
        "summary": [{"set": "New"}],
    }
    assert site.editor.put(f"/issue/{key}", json={"update": update}).status_code == 204
    found = fields(site, key)
    assert found["labels"] == ["b", "c"]
    assert [one["value"] for one in found["customfield_10108"]] == ["iOS"]
    assert [one["body"] for one in found["comment"]["comments"]] == ["Done so."]
    assert found["summary"] == "New"


@pytest.mark.parametrize(
    ("body", "field", "text"),
    [
        ({"fields": {"summary": ""}}, "summary", "You must specify a summary"),
        ({"fields": {"nope": 1}}, "nope", OFF_SCREEN.format("nope")),
        ({"fields": {"project": {"key": "WEB"}}}, "project", OFF_SCREEN.format("project")),
        ({"update": {"summary": [{"add": "x"}]}}, "summary", "does not support operation 'add'"),
        ({"update": {"labels": [{"add": "a b"}]}}, "labels", "contains spaces"),
        ({"update": {"labels": {"add": "a"}}}, "labels", "data was not an array"),
        ({"update": {"comment": [{"add": {}}]}}, "comment", "Comment body can not be empty!"),
        ({"fields": {"labels": []}, "update": {"labels": [{"add": "a"}]}}, "labels", "both"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_edit_changes_nothing(
    site: Sandbox, body: dict[str, Any], field: str, text: str
) -> None:
    key = create(site)
    before = fields(site, key)
    assert text in errors(site.editor.put(f"/issue/{key}", json=body))[field]
    assert fields(site, key) == before


def test_an_edit_without_fields_is_refused(site: Sandbox) -> None:
    reply = site.editor.put(f"/issue/{create(site)}", json={})
    assert (reply.status_code, reply.json()["errorMessages"]) == (
        400,
        ["one of 'fields' or 'update' required"],
    )


@pytest.mark.parametrize(
    ("body", "name"),
    [({"name": "zoe"}, "zoe"), ({"name": None}, None), ({"name": "-1"}, None)],
    ids=["somebody", "nobody", "automatic"],
)
def test_an_issue_is_assigned(site: Sandbox, body: dict[str, Any], name: str | None) -> None:
    key = create(site, assignee={"name": "x"})
    assert site.editor.put(f"/issue/{key}/assignee", json=body).status_code == 204
    assert (fields(site, key)["assignee"] or {}).get("name") == name


def test_nobody_unknown_is_assigned(site: Sandbox) -> None:
    reply = site.editor.put(f"/issue/{create(site)}/assignee", json={"name": "ghost"})
    assert errors(reply) == {"assignee": "User 'ghost' does not exist."}


def test_a_comment_is_added(site: Sandbox) -> None:
    key = create(site)
    reply = site.editor.post(f"/issue/{key}/comment", json={"body": "«Ünï»"})
    assert reply.status_code == 201
    assert site.editor.get(f"/issue/{key}/comment").json()["comments"] == [reply.json()]
    assert reply.json()["author"]["name"] == "editor"
    empty = site.editor.post(f"/issue/{key}/comment", json={"body": " "})
    assert errors(empty) == {"comment": "Comment body can not be empty!"}


def possible(site: Sandbox, key: str) -> dict[str, dict[str, Any]]:
    reply = site.editor.get(f"/issue/{key}/transitions", params={"expand": "transitions.fields"})
    return {one["name"]: one for one in reply.json()["transitions"]}


def transit(site: Sandbox, key: str, name: str, **more: object) -> httpx.Response:
    body = {"transition": {"id": possible(site, key)[name]["id"]}, **more}
    return site.editor.post(f"/issue/{key}/transitions", json=body)


def test_what_is_possible_depends_on_the_status(site: Sandbox) -> None:
    key = create(site)
    assert set(possible(site, key)) == {"Start Progress", "Resolve Issue", "Close Issue"}
    assert transit(site, key, "Start Progress").status_code == 204
    assert set(possible(site, key)) == {
        "Stop Progress",
        "Send to Review",
        "Resolve Issue",
        "Close Issue",
    }
    assert fields(site, key)["status"]["name"] == "In Progress"


def test_each_project_has_its_workflow(site: Sandbox) -> None:
    key = create(site, project={"key": "HR"})
    assert set(possible(site, key)) == {"To Do", "In Progress", "Done"}
    assert transit(site, key, "Done").status_code == 204
    assert set(possible(site, key)) == {"To Do", "In Progress"}


def test_resolving_asks_for_a_resolution(site: Sandbox) -> None:
    key = create(site)
    screen = possible(site, key)["Resolve Issue"]["fields"]["resolution"]
    assert screen["required"] is True
    assert "Won't Do" in [one["name"] for one in screen["allowedValues"]]
    refused = transit(site, key, "Resolve Issue")
    assert errors(refused) == {"resolution": "Resolution is required."}
    done = transit(
        site,
        key,
        "Resolve Issue",
        fields={"resolution": {"name": "Won't Do"}},
        update={"comment": [{"add": {"body": "No."}}]},
    )
    assert done.status_code == 204
    found = fields(site, key)
    assert (found["status"]["name"], found["resolution"]["name"]) == ("Resolved", "Won't Do")
    assert found["comment"]["total"] == 1


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "Missing 'transition' identifier"),
        ({"transition": {"name": "Close Issue"}}, "Missing 'transition' identifier"),
        ({"transition": {"id": "3"}}, "Transition id '3' is not valid for this issue."),
    ],
    ids=["none", "by-name", "impossible"],
)
def test_an_impossible_transition_is_refused(
    site: Sandbox, body: dict[str, Any], text: str
) -> None:
    reply = site.editor.post(f"/issue/{create(site)}/transitions", json=body)
    assert (reply.status_code, reply.json()["errorMessages"]) == (400, [text])


def test_a_field_that_is_not_on_the_screen_is_refused(site: Sandbox) -> None:
    reply = transit(site, create(site), "Start Progress", fields={"summary": "x"})
    assert errors(reply) == {"summary": OFF_SCREEN.format("summary")}


def test_issues_are_linked_and_unlinked(site: Sandbox) -> None:
    one, other = create(site), create(site)
    body = {
        "type": {"name": "Blocks"},
        "inwardIssue": {"key": one},
        "outwardIssue": {"key": other},
    }
    assert site.editor.post("/issueLink", json=body).status_code == 201
    (link,) = fields(site, one)["issuelinks"]
    assert link["outwardIssue"]["key"] == other
    assert link["type"]["outward"] == "blocks"
    assert fields(site, other)["issuelinks"][0]["inwardIssue"]["key"] == one
    assert site.editor.get(f"/issueLink/{link['id']}").json()["inwardIssue"]["key"] == one
    assert site.editor.delete(f"/issueLink/{link['id']}").status_code == 204
    assert fields(site, one)["issuelinks"] == fields(site, other)["issuelinks"] == []


@pytest.mark.parametrize(
    "wrong",
    [{"type": {"name": "Hates"}}, {"inwardIssue": {"key": "PAY-99999"}}, {"outwardIssue": None}],
    ids=["type", "issue", "nothing"],
)
def test_a_wrong_link_is_refused(site: Sandbox, wrong: dict[str, Any]) -> None:
    key = create(site)
    body = {"type": {"name": "Blocks"}, "inwardIssue": {"key": key}, "outwardIssue": {"key": key}}
    assert site.editor.post("/issueLink", json={**body, **wrong}).status_code == 404


def test_deleting_asks_about_sub_tasks(site: Sandbox) -> None:
    parent = create(site)
    child = create(site, issuetype={"name": "Sub-task"}, parent={"key": parent})
    refused = site.editor.delete(f"/issue/{parent}")
    assert refused.status_code == 400
    assert "deleteSubtasks" in refused.json()["errorMessages"][0]
    gone = site.editor.delete(f"/issue/{parent}", params={"deleteSubtasks": "true"})
    assert gone.status_code == 204
    assert {site.editor.get(f"/issue/{key}").status_code for key in (parent, child)} == {404}


WRITES = {
    "edit": ("PUT", "/issue/{}", {"fields": {"summary": "x"}}),
    "assign": ("PUT", "/issue/{}/assignee", {"name": "zoe"}),
    "comment": ("POST", "/issue/{}/comment", {"body": "x"}),
    "delete": ("DELETE", "/issue/{}", None),
}


@pytest.mark.parametrize("what", WRITES)
def test_a_reader_may_change_nothing(site: Sandbox, what: str) -> None:
    method, path, body = WRITES[what]
    key = create(site)
    before = fields(site, key)
    place = path.format(key)
    assert site.reader.request(method, place, json=body).status_code == 403
    assert site.nobody.request(method, place, json=body).status_code == 401
    assert site.editor.request(method, path.format("PAY-99999"), json=body).status_code == 404
    assert fields(site, key) == before


def test_a_reader_may_create_link_and_move_nothing(site: Sandbox) -> None:
    key = create(site)
    reply = site.reader.post("/issue", json={"fields": BUG})
    assert (reply.status_code, reply.json()["errorMessages"]) == (
        400,
        ["You do not have permission to create issues in this project."],
    )
    assert site.reader.get(f"/issue/{key}/transitions").json()["transitions"] == []
    body = {"transition": {"id": "4"}}
    assert site.reader.post(f"/issue/{key}/transitions", json=body).status_code == 400
    link = {"type": {"name": "Blocks"}, "inwardIssue": {"key": key}, "outwardIssue": {"key": key}}
    assert site.reader.post("/issueLink", json=link).status_code == 403


def test_only_some_may_choose_the_reporter(site: Sandbox) -> None:
    def havers(client: httpx.Client) -> dict[str, bool]:
        known = client.get("/mypermissions").json()["permissions"]
        return {name: one["havePermission"] for name, one in known.items()}

    writing = {"CREATE_ISSUES", "EDIT_ISSUES", "DELETE_ISSUES", "MODIFY_REPORTER", "LINK_ISSUES"}
    assert all(havers(site.editor)[name] for name in writing)
    assert not any(havers(site.reader)[name] for name in writing)
    assert not havers(site.editor)["ADMINISTER"]


def test_an_archived_project_is_read_only(site: Sandbox) -> None:
    key = some_open(site, "project = OSS")
    site.change("archive_project", project="OSS")
    reply = site.editor.put(f"/issue/{key}", json={"fields": {"summary": "x"}})
    site.change("restore_project", project="OSS")
    assert reply.status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"User-Agent": "Mozilla/5.0 (X11)"}, 403),
        ({"User-Agent": "Mozilla/5.0 (X11)", "X-Atlassian-Token": "no-check"}, 204),
        ({"User-Agent": "python-httpx/1"}, 204),
    ],
    ids=["browser", "browser-with-token", "program"],
)
def test_browsers_must_mean_it(site: Sandbox, headers: dict[str, str], status: int) -> None:
    body = {"fields": {"summary": "x"}}
    reply = site.editor.put(f"/issue/{create(site)}", json=body, headers=headers)
    assert reply.status_code == status
    assert status == 204 or reply.text == "XSRF check failed"


def test_browsers_may_read(site: Sandbox) -> None:
    reply = site.editor.get("/myself", headers={"User-Agent": "Mozilla/5.0"})
    assert reply.status_code == 200


def test_a_search_may_see_a_change_later(starter: Starter) -> None:
    jira = starter("--index-lag-ms", "60000")
    total = jira.search()["total"]
    key = create(jira, labels=["fresh"])
    edited = jira.keys("project = PAY ORDER BY key")[0]
    jira.editor.put(f"/issue/{edited}", json={"fields": {"labels": ["fresh"]}})
    assert fields(jira, key)["labels"] == fields(jira, edited)["labels"] == ["fresh"]
    assert (jira.search()["total"], jira.keys("labels = fresh")) == (total, [])
    assert sorted(jira.state(jql="labels = fresh")["keys"]) == sorted([key, edited])
    jira.editor.delete(f"/issue/{edited}", params={"deleteSubtasks": "true"})
    assert edited in jira.keys("project = PAY")


def test_the_index_catches_up(fresh: Sandbox) -> None:
    fresh.set(index_lag_ms=1)
    key = create(fresh, labels=["fresh"])
    while fresh.keys("labels = fresh") != [key]:
        """The lag has passed as soon as a millisecond has."""
    fresh.set(index_lag_ms=0)
    gone = create(fresh, labels=["fresh"])
    fresh.editor.delete(f"/issue/{gone}")
    assert fresh.keys("labels = fresh") == [key]
