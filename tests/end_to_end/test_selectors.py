"""What a selector says is what Jira is asked, and what the catalog then holds."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end import expected
from tests.end_to_end.expected import ISSUE, PROJECT, USER
from tests.end_to_end.sandboxes import DEFAULT_JQL, Json
from tests.end_to_end.stage import Stage, stage_with

pytestmark = pytest.mark.timeout(120)

COMPANY = ("--projects", "7", "--issues", "90", "--users", "15")
OPEN_PAY = "project = PAY AND statusCategory != Done"
ALL_HR = 'project in (HR, WEB) OR summary ~ "ORDER BY nothing" ORDER BY key DESC'


@dataclass(frozen=True, slots=True)
class Synced:
    """A stage after a run: what Jira was asked for, what the catalog holds then."""

    stage: Stage
    requests: list[Json]
    entities: dict[str, dict[str, Json]]

    def queries(self, path: str) -> list[Json]:
        return [one["query"] for one in self.requests if one["path"].endswith(path)]

    def searches(self) -> list[Json]:
        """The searches of the issue kind: neither counts nor questions after single keys."""
        return [
            query
            for query in self.queries("/rest/api/2/search")
            if query["maxResults"] != "0" and "issuekey IN" not in query["jql"]
        ]

    def counts(self) -> list[str]:
        searches = self.queries("/rest/api/2/search")
        return [query["jql"] for query in searches if query["maxResults"] == "0"]


@pytest.fixture(scope="module")
def stage(integration: Path, homes: Path) -> Iterator[Stage]:
    with stage_with(integration, homes, COMPANY) as stage:
        yield stage


@pytest.fixture(scope="module")
def shipped(stage: Stage) -> Synced:
    """A run with the mapping that comes with the integration."""
    return _sail(stage)


@pytest.fixture(scope="module")
def chosen(shipped: Synced) -> Synced:
    """A run with every selector set to something else, and two issue resources."""
    shipped.stage.port.set_mapping(_mapping(shipped.stage.port.mapping()))
    return _sail(shipped.stage)


def _sail(stage: Stage) -> Synced:
    stage.jira.forget()
    assert stage.run().status == 0
    return Synced(stage, stage.jira.requests(), stage.port.entities())


def _mapping(shipped: Json) -> Json:
    by_kind = {resource["kind"]: resource for resource in shipped["resources"]}
    by_kind["user"]["selector"]["includeInactive"] = False
    by_kind["project"]["selector"] |= {
        "expand": "url",
        "includeArchived": True,
        "maxCountedProjects": 0,
    }
    return shipped | {
        "resources": [
            by_kind["user"],
            by_kind["project"],
            _issues(
                by_kind["issue"], jql=OPEN_PAY, fields="summary,project,status", expand="changelog"
            ),
            _issues(by_kind["issue"], jql=ALL_HR, fields="*all,-status"),
        ]
    }


def _issues(resource: Json, **selector: str) -> Json:
    """An issue resource whose entities tell whether changelogs came."""
    changed = copy.deepcopy(resource)
    changed["selector"] = {"query": "true", **selector}
    properties = changed["port"]["entity"]["mappings"]["properties"]
    properties["labels"] = 'if .changelog then ["changelog"] else ["none"] end'
    return changed


def test_by_default_everything_is_asked_for(shipped: Synced) -> None:
    assert {_criteria(query["jql"]) for query in shipped.searches()} == {DEFAULT_JQL}
    assert not any("expand" in query for query in shipped.searches())
    (projects,) = shipped.queries("/project")
    assert projects == {"expand": "description,lead,url,projectKeys"}
    assert {q["includeInactive"] for q in shipped.queries("/user/search")} == {"true"}


def _criteria(jql: str) -> str:
    """The mapping's part of a JQL: what pages it and puts it in order is cut off."""
    criteria, order, _ = jql.rpartition(" ORDER BY ")
    assert order
    paged = re.fullmatch(r"\((.*)\)( AND \((created|id) [^()]*(\([\d, ]*\))?\))+", criteria)
    return paged[1] if paged else criteria


def test_by_default_each_project_is_counted_once(shipped: Synced) -> None:
    assert sorted(shipped.counts()) == sorted(f'project = "{k}"' for k in shipped.entities[PROJECT])


def test_project_selectors(chosen: Synced) -> None:
    (query,) = chosen.queries("/project")
    assert query == {"expand": "url", "includeArchived": "true"}
    assert chosen.counts() == []
    projects = chosen.entities[PROJECT]
    assert projects["LEGACY"]["properties"]["archived"] is True
    for project in projects.values():
        assert {"description", "totalIssues"}.isdisjoint(project["properties"])
        assert project["relations"] == {}


def test_inactive_users_can_be_left_out(chosen: Synced) -> None:
    assert {q["includeInactive"] for q in chosen.queries("/user/search")} == {"false"}
    people = expected.users(chosen.stage.jira.state())
    active = {name for name, user in people.items() if user["active"]}
    assert set(chosen.entities[USER]) == active != set(people)


def test_each_issue_resource_sends_its_own_selector(chosen: Synced) -> None:
    sent = {(_criteria(q["jql"]), q["fields"], q.get("expand")) for q in chosen.searches()}
    assert sent == {
        (OPEN_PAY, "summary,project,status,created", "changelog"),
        (ALL_HR.removesuffix(" ORDER BY key DESC"), "*all,-status", None),
    }


def test_two_issue_resources_bring_both_sets_of_issues(chosen: Synced) -> None:
    jira = chosen.stage.jira
    both = jira.keys(OPEN_PAY), jira.keys(ALL_HR)
    assert all(both)
    assert set(chosen.entities[ISSUE]) == both[0] | both[1]


def test_fields_and_expand_have_their_effect(chosen: Synced) -> None:
    pay, hr = (_of_project(chosen, key) for key in ("PAY", "HR"))
    assert {tuple(p["labels"]) for p in pay} == {("changelog",)}
    assert {tuple(p["labels"]) for p in hr} == {("none",)}
    assert all("status" in p and "priority" not in p and "updated" not in p for p in pay)
    assert all("status" not in p and "updated" in p for p in hr)


def _of_project(synced: Synced, key: str) -> list[Json]:
    issues = synced.entities[ISSUE].values()
    return [one["properties"] for one in issues if one["relations"]["project"] == key]


def test_an_issue_that_no_longer_matches_leaves(chosen: Synced) -> None:
    stage = chosen.stage
    key = min(stage.jira.keys(OPEN_PAY))
    stage.jira.change("close", issue=key)
    later = _sail(stage)
    gone = set(chosen.entities[ISSUE]) - set(later.entities[ISSUE])
    assert gone == {key}
