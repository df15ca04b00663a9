"""What an action has written must not take from an event what the event is there for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from port_ocean.core.handlers.port_app_config.models import PortAppConfig, ResourceConfig

from catalog import Catalog, Changes, Standing, in_event
from client import JiraServerClient
from integration import JiraServerPortAppConfig
from live_events.events import Concern, IssueConcern
from live_events.following import Following
from tests.contract.shipped import mapping

Json = dict[str, Any]
SUB_TASK = IssueConcern("12", frozenset(["PAY-2"]))
PARENT = IssueConcern(keys=frozenset(["PAY-1"]), is_relative=True)


class Site:
    """A Jira with a sub-task and its parent, and the catalog that they are written to."""

    def __init__(self) -> None:
        self.session = self
        self.refusal = None
        self.written: list[str] = []

    async def issue(self, name: str, *_: str | None) -> Json | None:
        if name not in ("12", "PAY-2"):
            return None
        return {"id": "12", "key": "PAY-2", "self": "", "fields": {"parent": {"key": "PAY-1"}}}

    async def count_issues(self, _criteria: str) -> int:
        return 2

    async def keys_in_scope(self, _criteria: str, keys: Iterable[str]) -> set[str]:
        return set(keys)

    async def mapping(self) -> PortAppConfig:
        return JiraServerPortAppConfig.parse_obj(mapping())

    async def apply(self, _resources: Sequence[ResourceConfig], changes: Changes) -> None:
        self.written += [one["key"] for some in changes.updated.values() for one in some]


def following_of(site: Site) -> Following:
    client, catalog = cast(JiraServerClient, site), cast(Catalog, site)
    return Following(client, uses_token=True, remembers=True, catalog=catalog)


async def brought_by_event(following: Following) -> list[Concern]:
    return list((await following.carry_out([SUB_TASK])).also)


async def test_an_event_after_an_action_still_brings_the_parent() -> None:
    site = Site()
    following = following_of(site)
    async with in_event():
        assert await following.follow_issue("PAY-2", "12") is Standing.WRITTEN
    assert site.written == ["PAY-2"]
    assert await brought_by_event(following) == [PARENT]


async def test_a_second_event_brings_the_parent_no_more() -> None:
    following = following_of(Site())
    assert await brought_by_event(following) == [PARENT]
    assert await brought_by_event(following) == []
