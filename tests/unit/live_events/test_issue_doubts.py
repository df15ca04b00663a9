"""What is not surely gone stays: keys that could not all be looked at remove nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import pytest

from client import JiraServerClient
from integration import JiraServerPortAppConfig
from jira_server.errors import JiraError, PermissionMissing, ServerBusy
from kinds.people import People
from live_events.events import IssueConcern
from live_events.issues import IssueEvents, IssueOutcome
from tests.contract.shipped import mapping

Json = dict[str, Any]
MOVED = IssueConcern("10", frozenset(["PAY-1", "OLD-1", "WEB-7"]))


class Site:
    """A Jira whose only issue is WEB-7; `replies` is what comes of each further look at a key."""

    def __init__(self, *replies: JiraError | None) -> None:
        self.session = self
        self._replies = list(replies)

    async def issue(self, name: str, *_: str | None) -> Json | None:
        if name in ("10", "WEB-7"):
            return {"id": "10", "key": "WEB-7", "self": "", "fields": {}}
        reply = self._replies.pop(0)
        if reply:
            raise reply
        return None

    async def count_issues(self, _criteria: str) -> int:
        return 0

    async def keys_in_scope(self, _criteria: str, keys: Iterable[str]) -> set[str]:
        return set(keys) & {"WEB-7"}

    async def get(self, _path: str) -> Json:
        return {"name": "reader"}


async def follow(site: Site) -> IssueOutcome:
    client = cast(JiraServerClient, site)
    resources = JiraServerPortAppConfig.parse_obj(mapping()).resources
    return await IssueEvents(client, People(client)).follow([MOVED], resources, in_dsp=False)


def removed(outcome: IssueOutcome) -> list[str]:
    return sorted(one["key"] for some in outcome.changes.removed.values() for one in some)


async def test_old_keys_that_lead_nowhere_leave() -> None:
    outcome = await follow(Site(None, None))
    assert removed(outcome) == sorted(outcome.gone) == ["OLD-1", "PAY-1"]


async def test_an_outage_between_old_keys_removes_none_of_them() -> None:
    outcome = await follow(Site(None, ServerBusy(what="busy", status=503)))
    assert (removed(outcome), outcome.gone) == ([], frozenset())
    assert outcome.carried.failed == [MOVED]


@pytest.mark.parametrize("seen_first", [True, False])
async def test_an_old_key_of_what_may_not_be_seen_stays(*, seen_first: bool) -> None:
    denied = PermissionMissing(what="denied", status=403)
    outcome = await follow(Site(*((denied, None) if seen_first else (None, denied))))
    assert len(removed(outcome)) == 1
    assert outcome.carried.failed == []
