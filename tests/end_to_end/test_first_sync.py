"""What a first sync puts into the catalog, and what later ones change, on every kind of Jira."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end import expected
from tests.end_to_end.expected import ISSUE, PROJECT, USER, Key, contents, times
from tests.end_to_end.sail import Run
from tests.end_to_end.sandboxes import Json
from tests.end_to_end.stage import Stage, stage_with

pytestmark = pytest.mark.timeout(180)

# Ocean writes batches of up to ten without a comparison: there are more projects, and more issues
# on the second page.
COMPANY = ("--projects", "14", "--issues", "500", "--users", "30")


@dataclass(frozen=True, slots=True)
class Site:
    """A Jira to be synced."""

    version: str
    context_path: str = ""
    basic: bool = False

    @property
    def company(self) -> tuple[str, ...]:
        place = ("--version", self.version, "--context-path", self.context_path)
        return (*COMPANY, *place)


SITES = (
    Site("8.20", basic=True),
    Site("9.12", context_path="/jira"),
    Site("10.3"),
    Site("11", context_path="/corp/jira"),
)


@dataclass(frozen=True, slots=True)
class Synced:
    """A stage after the first sync."""

    stage: Stage
    login: dict[str, str]
    first: Run
    state: Json
    issues: list[Json]
    entities: dict[str, dict[str, Json]]

    def sail(self) -> Run:
        return self.stage.run(self.login)


@pytest.fixture(scope="module", params=SITES, ids=lambda site: site.version)
def synced(request: pytest.FixtureRequest, integration: Path, homes: Path) -> Iterator[Synced]:
    site: Site = request.param
    with stage_with(integration, homes / site.version, site.company) as stage:
        login = stage.basic_login() if site.basic else stage.login()
        run = stage.run(login)
        jira = stage.jira
        yield Synced(stage, login, run, jira.state(), jira.issues(), stage.port.entities())


def test_it_ends_well(synced: Synced) -> None:
    assert synced.first.status == 0
    assert synced.first.finished
    assert synced.stage.port.look("refused") == []


def test_blueprints_and_mapping_are_created(synced: Synced) -> None:
    assert set(synced.stage.port.blueprints()) == {PROJECT, USER, ISSUE}
    kinds = [resource["kind"] for resource in synced.stage.port.mapping()["resources"]]
    assert sorted(kinds) == ["issue", "project", "user"]


def test_the_directory_is_there_with_inactive_users(synced: Synced) -> None:
    wanted = expected.users(synced.state)
    assert _seen(synced.entities[USER], wanted) == wanted
    assert {user["active"] for user in wanted.values()} == {True, False}


def test_masked_mail_addresses_are_left_out(synced: Synced) -> None:
    masked = [u for u in synced.state["users"] if u["email"] and " " in u["email"]]
    assert masked
    for user in masked:
        entity = synced.entities[USER][expected.identifier(user["key"])]
        assert "emailAddress" not in entity["properties"]


def test_every_visible_project_is_there(synced: Synced) -> None:
    wanted = _expected_projects(synced.stage, synced.state)
    assert _seen(synced.entities[PROJECT], wanted) == wanted
    assert len(wanted) > 10


def test_every_issue_of_the_default_jql_is_there(synced: Synced) -> None:
    assert set(synced.entities[ISSUE]) == synced.stage.jira.keys()
    wanted = expected.issues(synced.issues, synced.entities[USER], synced.stage.jira.url)
    assert _seen(synced.entities[ISSUE], wanted) == wanted
    assert len(wanted) > 100


def test_links_out_of_the_catalog_make_no_phantoms(synced: Synced) -> None:
    assert expected.phantoms(synced.entities) == []
    # The company has what would make them: people who left, and sub-tasks beyond the JQL.
    people = {expected.identifier(u["key"]) for u in synced.state["users"] if u["deleted"]}
    assert people & {expected.identifier(key) for key in _people_of(synced.issues)}
    listed = {issue["key"] for issue in synced.issues}
    assert _linked_keys(synced.issues) - listed


def test_a_second_run_writes_nothing_and_a_third_what_changed(synced: Synced) -> None:
    stage, before = synced.stage, synced.stage.port.entities()
    assert synced.sail().status == 0
    assert _differences(times(before), times(stage.port.entities())) == (set(), set())

    changed = _change_the_company(synced)
    assert synced.sail().status == 0
    after = stage.port.entities()
    _is_the_truth(stage, after)
    gone, touched = _differences(contents(before), contents(after))
    assert gone == {(ISSUE, changed["deleted"]), (ISSUE, changed["hidden"])}
    assert touched == {
        (ISSUE, changed["closed"]),
        (USER, changed["user"]),
        *((PROJECT, key) for key in changed["projects"]),
    }
    assert stage.port.last_resync()["deleted"] == 2


def _change_the_company(synced: Synced) -> Json:
    """Delete one issue, hide one, close one, let one person go."""
    lonely = [issue for issue in synced.issues if not _linked_keys([issue])]
    listed_links = _linked_keys(synced.issues)
    deleted, hidden, closed = [i["key"] for i in lonely if i["key"] not in listed_links][:3]
    user = next(u for u in synced.state["users"] if u["active"] and u["name"].startswith("m."))
    jira = synced.stage.jira
    jira.change("delete", issue=deleted)
    jira.change("move", issue=hidden, project="SECRET")
    jira.change("close", issue=closed)
    jira.change("deactivate_user", user=user["key"])
    return {
        "deleted": deleted,
        "hidden": hidden,
        "closed": closed,
        "user": expected.identifier(user["key"]),
        "projects": {key.rpartition("-")[0] for key in (deleted, hidden)},
    }


def _is_the_truth(stage: Stage, entities: dict[str, dict[str, Json]]) -> None:
    state = stage.jira.state()
    people = expected.users(state)
    projects = _expected_projects(stage, state)
    issues = expected.issues(stage.jira.issues(), people, stage.jira.url)
    assert _seen(entities[USER], people) == people
    assert _seen(entities[PROJECT], projects) == projects
    assert _seen(entities[ISSUE], issues) == issues


def _expected_projects(stage: Stage, state: Json) -> dict[str, Json]:
    keys = [project["key"] for project in expected.visible_projects(state)]
    totals = {key: len(stage.jira.keys(f'project = "{key}"')) for key in keys}
    return expected.projects(state, stage.jira.url, totals)


def _seen(entities: dict[str, Json], wanted: dict[str, Json]) -> dict[str, Json]:
    names = next(iter(wanted.values()))
    return {name: expected.seen(entity, names) for name, entity in entities.items()}


def _linked_keys(issues: list[Json]) -> set[str]:
    parents = {i["fields"]["parent"]["key"] for i in issues if i["fields"].get("parent")}
    return parents | {s["key"] for i in issues for s in i["fields"]["subtasks"]}


def _people_of(issues: list[Json]) -> set[str]:
    roles = ("assignee", "reporter")
    people = [issue["fields"][role] for issue in issues for role in roles]
    return {person["key"] for person in people if person}


def _differences(before: dict[Key, object], after: dict[Key, object]) -> tuple[set[Key], set[Key]]:
    """What is gone or new, and what is not as it was."""
    both = before.keys() & after.keys()
    return set(before.keys() ^ after.keys()), {key for key in both if before[key] != after[key]}
