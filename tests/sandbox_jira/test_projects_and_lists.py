"""Projects, and what administrators have set up."""

from __future__ import annotations

import pytest

from tests.sandbox_jira.conftest import Sandbox, Starter


def listed(jira: Sandbox, **query: str) -> dict[str, dict[str, object]]:
    return {one["key"]: one for one in jira.reader.get("/project", params=query).json()}


def test_the_list_holds_what_the_caller_may_browse(jira: Sandbox) -> None:
    keys = listed(jira).keys()
    assert {"PAY", "OPS_2", "WEB"} <= keys
    assert not {"SECRET", "MERGER", "LEGACY"} & keys
    assert "SECRET" in {one["key"] for one in jira.admin.get("/project").json()}


def test_archived_projects_come_on_request(jira: Sandbox) -> None:
    projects = listed(jira, includeArchived="true")
    assert projects["LEGACY"]["archived"] is True
    assert projects["PAY"]["archived"] is False


@pytest.mark.parametrize("name", ["description", "lead", "projectKeys"])
def test_expensive_fields_come_on_request_only(jira: Sandbox, name: str) -> None:
    assert name not in listed(jira)["PAY"]
    assert name in listed(jira, expand=name)["PAY"]
    assert name in listed(jira, expand=f"url,{name}")["PAY"]


def test_one_project_is_found_by_id_key_and_former_key(fresh: Sandbox) -> None:
    id_ = fresh.reader.get("/project/PAY").json()["id"]
    fresh.change("rekey_project", project="PAY", key="MONEY")
    for name in (id_, "PAY", "MONEY", "money"):
        assert fresh.reader.get(f"/project/{name}").json()["key"] == "MONEY"
    assert fresh.reader.get("/project?expand=projectKeys").json()


@pytest.mark.parametrize("key", ["NOPE", "SECRET"], ids=["missing", "hidden"])
def test_a_project_that_is_not_there_for_you_is_404(jira: Sandbox, key: str) -> None:
    reply = jira.reader.get(f"/project/{key}")
    assert reply.status_code == 404
    assert reply.json()["errorMessages"] == [f"No project could be found with key '{key}'."]


def test_a_renamed_project_is_shown_anew(fresh: Sandbox) -> None:
    fresh.change("rename_project", project="PAY", name="Money & more")
    assert fresh.reader.get("/project/PAY").json()["name"] == "Money & more"
    issue = fresh.search("project = PAY", fields="project")["issues"][0]
    assert issue["fields"]["project"]["name"] == "Money & more"


def test_the_epic_link_is_found_by_its_schema(jira: Sandbox) -> None:
    fields = jira.reader.get("/field").json()
    custom = "com.pyxis.greenhopper.jira:gh-epic-link"
    (epic,) = [one["id"] for one in fields if one.get("schema", {}).get("custom") == custom]
    page = jira.search(fields=epic, maxResults=1000)["issues"]
    keys = {issue["fields"][epic] for issue in page} - {None}
    assert keys <= set(jira.keys("issuetype = Epic"))
    assert keys


@pytest.mark.parametrize(
    "name", ["priority", "status", "issuetype", "resolution", "statuscategory"]
)
def test_lists_are_bare_arrays(jira: Sandbox, name: str) -> None:
    items = jira.reader.get(f"/{name}").json()
    assert len({item["id"] for item in items}) == len(items) > 3


@pytest.mark.parametrize(("version", "status"), [("11.3.0", 200), ("11", 404)])
def test_search_limits_are_told_from_11_3(starter: Starter, version: str, status: int) -> None:
    reply = starter("--version", version).reader.get("/searchLimits")
    assert reply.status_code == status


def test_latest_is_version_two(jira: Sandbox) -> None:
    latest = jira.reader.get(f"{jira.running.url}/rest/api/latest/project").json()
    assert latest == jira.reader.get("/project").json()


@pytest.mark.parametrize("path", ["/rest/api/2/nope", "/rest/api/2/search/jql", "/", "/nope"])
def test_a_dead_link_is_jiras_own_page(jira: Sandbox, path: str) -> None:
    reply = jira.reader.get(f"{jira.running.url}{path}")
    assert reply.status_code == 404
    assert "dead link" in reply.text
    assert reply.headers["Content-Type"].startswith("text/html")


def test_outside_the_context_path_there_is_no_jira(jira: Sandbox) -> None:
    outside = jira.running.url.removesuffix("/jira")
    reply = jira.reader.get(f"{outside}/rest/api/2/serverInfo")
    assert (reply.status_code, "dead link" in reply.text) == (404, False)


def test_a_wrong_method_is_405(jira: Sandbox) -> None:
    assert jira.reader.delete("/search").status_code == 405


def test_every_reply_says_who_asked(jira: Sandbox) -> None:
    for path in ("/serverInfo", "/nope", "/search", "/issue/NOPE-1"):
        headers = jira.reader.get(path).headers
        assert headers["X-AUSERNAME"] == "catalog-reader"
        assert headers["X-AREQUESTID"]
