"""What becomes of an issue that an event named: written, removed, or looked at again. No doubt deletes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import pytest

from client import JiraServerClient
from integration import JiraServerPortAppConfig
from jira_server.errors import (
    JiraError,
    LoginRefused,
    PermissionMissing,
    RejectedQuery,
    ServerBusy,
)
from kinds.people import People
from live_events.events import IssueConcern, merged
from live_events.issues import IssueEvents, IssueOutcome

Json = dict[str, Any]
OPEN, ALL = "status = Open", ""
UPDATED = "2026-05-04T08:00:00.000+0000"


class Site:
    """A Jira whose database and index are told apart; JQL is answered by `scopes`."""

    def __init__(self) -> None:
        self.database: dict[str, Json] = {}
        self.ids: dict[str, str] = {}
        self.moved: dict[str, str] = {}
        self.scopes: dict[str, set[str]] = {}
        self.index_knows: set[str] = set()
        self.users: dict[str, Json] = {}
        self.asked: list[str] = []
        self.fields: list[str] = []
        self.error: JiraError | None = None
        self.session = self
        self.rejected: set[str] = set()

    async def count_issues(self, criteria: str) -> int:
        if criteria in self.rejected:
            raise RejectedQuery(what="Jira rejected the request")
        return 0

    def put(self, key: str, identifier: str, *, known: bool = True, **fields: object) -> None:
        self.database[key] = {
            "id": identifier,
            "key": key,
            "self": "https://jira.example/rest/api/2/issue/1",
            "fields": {"updated": UPDATED, **fields},
        }
        self.ids[identifier] = key
        if known:
            self.index_knows.add(key)

    async def issue(self, name: str, fields: str = "", *_: str | None) -> Json | None:
        self.asked.append(f"issue {name}")
        self.fields.append(fields)
        if self.error:
            raise self.error
        key = self.ids.get(name, self.moved.get(name, name))
        return self.database.get(key)

    async def keys_in_scope(self, criteria: str, keys: Iterable[str]) -> set[str]:
        self.asked.append(f"search {criteria}")
        if "updated >=" in criteria:
            return set(keys) & self.index_knows
        return set(keys) & self.scopes.get(criteria, set())

    async def user(self, key: str) -> Json | None:
        return self.users.get(key)

    async def get(self, path: str) -> Json:
        self.asked.append(path)
        return {"name": "reader"}


def mapping(*jql: str) -> JiraServerPortAppConfig:
    entity = {
        "mappings": {"identifier": ".key", "blueprint": '"issue"', "title": ".fields.summary"}
    }
    resources = [
        {"kind": "issue", "selector": {"query": "true", "jql": one}, "port": {"entity": entity}}
        for one in jql
    ]
    return JiraServerPortAppConfig.parse_obj({"resources": resources})


@pytest.fixture
def site() -> Site:
    return Site()


async def follow(
    site: Site, *concerns: IssueConcern, jql: tuple[str, ...] = (OPEN,), in_dsp: bool = False
) -> IssueOutcome:
    client = cast(JiraServerClient, site)
    events = IssueEvents(client, People(client))
    return await events.follow(concerns, mapping(*jql).resources, in_dsp=in_dsp)


def named(identifier: str, *keys: str) -> IssueConcern:
    return IssueConcern(identifier, frozenset(keys))


def outside(identifier: str, *keys: str) -> IssueConcern:
    return IssueConcern(identifier, frozenset(keys), seen_outside=True)


def keys(items: dict[int, list[Json]]) -> dict[int, list[str]]:
    return {place: [one["key"] for one in some] for place, some in items.items()}


async def test_an_issue_in_the_scope_is_written(site: Site) -> None:
    site.put("PAY-1", "10")
    site.scopes[OPEN] = {"PAY-1"}
    outcome = await follow(site, named("10", "PAY-1"))
    assert keys(outcome.changes.updated) == {0: ["PAY-1"]}
    assert outcome.changes.removed == {}
    assert outcome.carried.again == []


async def test_one_that_left_the_scope_is_removed_once_the_index_knows(site: Site) -> None:
    site.put("PAY-1", "10", known=False)
    outcome = await follow(site, named("10", "PAY-1"))
    assert outcome.changes.removed == {}
    assert outcome.carried.again == [named("10", "PAY-1")]
    assert outcome.unindexed
    site.index_knows.add("PAY-1")
    outcome = await follow(site, outside("10", "PAY-1"))
    assert keys(outcome.changes.removed) == {0: ["PAY-1"]}
    assert not outcome.unindexed


async def test_one_that_is_seen_outside_once_is_looked_at_again(site: Site) -> None:
    """Of two changes in one second the index may know the first alone."""
    site.put("PAY-1", "10")
    outcome = await follow(site, named("10", "PAY-1"))
    assert outcome.changes.removed == {}
    assert outcome.carried.again == [outside("10", "PAY-1")]
    site.scopes[OPEN] = {"PAY-1"}
    outcome = await follow(site, outside("10", "PAY-1"))
    assert keys(outcome.changes.updated) == {0: ["PAY-1"]}
    assert outcome.carried.again == []


async def test_an_event_makes_the_first_look_count_no_more() -> None:
    assert merged(outside("10", "PAY-1"), named("10", "PAY-1")) == named("10", "PAY-1")


async def test_one_that_has_long_been_outside_is_looked_at_once(site: Site) -> None:
    site.put("PAY-1", "10")
    client = cast(JiraServerClient, site)
    events = IssueEvents(client, People(client))
    resources = mapping(OPEN).resources
    again = []
    for concern in (named("10", "PAY-1"), outside("10", "PAY-1"), named("10", "PAY-1")):
        outcome = await events.follow([concern], resources, in_dsp=False)
        again.append(outcome.carried.again)
    assert again == [[outside("10", "PAY-1")], [], []]


async def test_one_that_the_index_shows_as_it_was_is_written_and_looked_at_again(
    site: Site,
) -> None:
    site.put("PAY-1", "10", known=False)
    site.scopes[OPEN] = {"PAY-1"}
    outcome = await follow(site, named("10", "PAY-1"))
    assert keys(outcome.changes.updated) == {0: ["PAY-1"]}
    assert outcome.carried.again == [named("10", "PAY-1")]


async def test_the_index_is_asked_by_the_second_of_the_last_change(site: Site) -> None:
    site.put("PAY-1", "10", updated="2026-05-04T08:00:00.900+0000")
    await follow(site, named("10", "PAY-1"))
    assert 'search issuekey = "PAY-1" AND updated >= 1777881600000' in site.asked


async def test_where_a_site_takes_no_epoch_the_index_must_have_the_issue(site: Site) -> None:
    site.put("PAY-1", "10")
    site.rejected = {"updated >= 4102444800000"}
    outcome = await follow(site, named("10", "PAY-1"))
    assert outcome.carried.again == [named("10", "PAY-1")]
    site.scopes[ALL] = {"PAY-1"}
    outcome = await follow(site, outside("10", "PAY-1"))
    assert outcome.carried.again == []
    assert keys(outcome.changes.removed) == {0: ["PAY-1"]}


@pytest.mark.parametrize(
    ("in_dsp", "fields"), [(False, "created,summary,updated"), (True, "*navigable")]
)
async def test_port_gets_more_where_it_maps_the_issue_itself(
    site: Site, fields: str, *, in_dsp: bool
) -> None:
    await follow(site, named("10", "PAY-1"), in_dsp=in_dsp)
    assert site.fields[0] == fields


async def test_an_index_that_never_learns_of_it_is_not_asked_for_ever(site: Site) -> None:
    site.put("PAY-1", "10", known=False)
    outcome = await follow(site, IssueConcern("10", frozenset(["PAY-1"]), looks=6))
    assert outcome.carried.again == []
    assert outcome.changes.removed == {}


@pytest.mark.parametrize("jql", [(OPEN,), (OPEN, "project = PAY")])
async def test_nothing_leaves_while_a_jql_is_rejected(site: Site, jql: tuple[str, ...]) -> None:
    """Asked for keys, Jira does not validate: it would say that nothing matches."""
    site.put("PAY-1", "10")
    site.rejected = {OPEN}
    outcome = await follow(site, named("10", "PAY-1"), jql=jql)
    assert outcome.changes.removed == {}


async def test_what_leaves_is_named_by_its_own_key_alone(site: Site) -> None:
    """A component or person that the mapping makes an entity of may belong to others, too."""
    site.put("PAY-1", "10", components=[{"name": "ledger"}])
    outcome = await follow(site, outside("10", "PAY-1"))
    ((removed,),) = outcome.changes.removed.values()
    assert removed == {"id": "10", "key": "PAY-1", "self": "", "fields": {}}


async def test_each_resource_decides_by_its_own_jql(site: Site) -> None:
    site.put("PAY-1", "10")
    outcome = await follow(site, outside("10", "PAY-1"), jql=(OPEN, ALL))
    assert keys(outcome.changes.updated) == {1: ["PAY-1"]}
    assert keys(outcome.changes.removed) == {0: ["PAY-1"]}


async def test_one_that_jira_does_not_have_is_removed(site: Site) -> None:
    outcome = await follow(site, named("10", "PAY-1"))
    assert outcome.changes.removed == {0: [{"key": "PAY-1", "self": "", "fields": {}, "id": "10"}]}
    assert "/rest/api/2/myself" in site.asked


async def test_a_moved_one_goes_under_its_old_key_only(site: Site) -> None:
    site.put("WEB-7", "10")
    site.moved["PAY-1"] = "WEB-7"
    site.scopes[OPEN] = {"WEB-7"}
    outcome = await follow(site, named("10", "PAY-1", "WEB-7"))
    assert keys(outcome.changes.updated) == {0: ["WEB-7"]}
    assert outcome.changes.removed == {0: [{"key": "PAY-1", "self": "", "fields": {}}]}


async def test_a_key_that_belongs_to_another_issue_stays(site: Site) -> None:
    site.put("WEB-7", "10")
    site.put("PAY-1", "11")
    site.scopes[OPEN] = {"WEB-7", "PAY-1"}
    outcome = await follow(site, named("10", "PAY-1", "WEB-7"))
    assert outcome.changes.removed == {}


@pytest.mark.parametrize(
    ("error", "is_tried_again"),
    [
        pytest.param(PermissionMissing(what="denied", status=403), False, id="permission"),
        pytest.param(LoginRefused(what="refused", status=401), True, id="login"),
        pytest.param(ServerBusy(what="busy", status=503), True, id="outage"),
    ],
)
async def test_no_error_removes_anything(
    site: Site, error: JiraError, *, is_tried_again: bool
) -> None:
    site.error = error
    outcome = await follow(site, named("10", "PAY-1"))
    assert (outcome.changes.updated, outcome.changes.removed) == ({}, {})
    assert bool(outcome.carried.failed) is is_tried_again


async def test_a_404_of_a_gateway_removes_nothing(site: Site) -> None:
    async def gateway(path: str) -> Json:
        raise ServerBusy(what="no Jira", where=path)

    site.get = gateway  # type: ignore[method-assign]
    with pytest.raises(ServerBusy):
        await follow(site, named("10", "PAY-1"))


async def test_parent_and_sub_tasks_of_one_that_enters_are_looked_at_once(site: Site) -> None:
    site.put("PAY-2", "12", parent={"key": "PAY-1"}, subtasks=[{"key": "PAY-3"}])
    site.scopes[OPEN] = {"PAY-2"}
    client = cast(JiraServerClient, site)
    events = IssueEvents(client, People(client))
    resources = mapping(OPEN).resources
    first = await events.follow([named("12", "PAY-2")], resources, in_dsp=False)
    assert {one.names for one in first.carried.also if isinstance(one, IssueConcern)} == {
        ("PAY-1",),
        ("PAY-3",),
    }
    second = await events.follow([named("12", "PAY-2")], resources, in_dsp=False)
    assert second.carried.also == []


async def test_a_parent_is_not_looked_at_before_the_index_knows_the_sub_task(site: Site) -> None:
    site.put("PAY-2", "12", known=False, parent={"key": "PAY-1"})
    client = cast(JiraServerClient, site)
    events = IssueEvents(client, People(client))
    resources = mapping(ALL).resources
    first = await events.follow([named("12", "PAY-2")], resources, in_dsp=False)
    assert keys(first.changes.updated) == {0: ["PAY-2"]}
    assert first.carried.also == []
    assert first.carried.again == [named("12", "PAY-2")]
    site.index_knows.add("PAY-2")
    second = await events.follow([named("12", "PAY-2")], resources, in_dsp=False)
    assert [one.names for one in second.carried.also if isinstance(one, IssueConcern)] == [
        ("PAY-1",)
    ]


async def test_links_to_what_is_not_listed_are_marked(site: Site) -> None:
    site.put("PAY-2", "12", parent={"key": "PAY-1"}, subtasks=[{"key": "PAY-3"}])
    site.scopes[OPEN] = {"PAY-2", "PAY-3"}
    outcome = await follow(site, named("12", "PAY-2"))
    fields = outcome.changes.updated[0][0]["fields"]
    assert fields["parent"] == {"key": "PAY-1", "listed": False}
    assert fields["subtasks"] == [{"key": "PAY-3"}]
