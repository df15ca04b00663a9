"""Troubles that pass: the run waits, asks again, and the catalog is complete."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest

from tests.end_to_end.stage import Stage

pytestmark = pytest.mark.timeout(120)

MYSELF, USERS = "/api/2/myself$", "/api/2/user/search$"
PROJECTS, SEARCH = "/api/2/project$", "/api/2/search$"
SHORT_TIMEOUT = {"OCEAN__CLIENT_TIMEOUT": "2"}


@dataclass(frozen=True, slots=True)
class Outage:
    """What happens once or twice in a row, by path."""

    id: str
    faults: dict[str, object]
    times: int = 1
    environment: dict[str, str] = field(default_factory=dict)


OUTAGES = (
    Outage(
        "rate-limit-with-and-without-retry-after",
        {
            USERS: {"status": 429, "headers": {"Retry-After": "1"}},
            PROJECTS: {"status": 429},
            SEARCH: {"status": 429, "headers": {"Retry-After": "0"}},
        },
    ),
    Outage(
        "gateway-errors",
        {
            MYSELF: {"status": 503},
            USERS: {"status": 504},
            PROJECTS: {"html": "proxy_error"},
            SEARCH: {"status": 504},
        },
    ),
    Outage("resets-in-mid-body", {USERS: "reset", PROJECTS: "reset", SEARCH: "reset"}),
    Outage("a-hang", {SEARCH: {"hang": 30}}, environment=SHORT_TIMEOUT),
    Outage("two-in-a-row", {MYSELF: {"status": 503}, SEARCH: "reset"}, times=2),
    Outage("three-in-a-row", {SEARCH: {"status": 503}, USERS: "reset"}, times=3),
)


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.id)
def test_an_outage_that_passes_is_survived(stage: Stage, outage: Outage) -> None:
    for path, then in outage.faults.items():
        stage.jira.fault(path, then, times=outage.times)
    run = stage.run(more=outage.environment)
    assert run.status == 0
    assert stage.jira.hits() == [outage.times] * len(outage.faults)
    stage.assert_complete()
    # The trouble and its end are told, each once.
    assert len(re.findall("trying again for a while", run.log)) == run.log.count("answers again")
    assert "answers again" in run.log


def test_a_rate_limit_is_heeded(stage: Stage) -> None:
    stage.jira.settings(rate_limit={"bucket": 6, "fill": 10, "seconds": 1})
    assert stage.run().status == 0
    refused = [one["path"] for one in stage.jira.requests("/rest/") if one["status"] == 429]
    # Without pacing, four requests at a time would meet far more.
    assert len(refused) <= 4
    stage.assert_complete()
