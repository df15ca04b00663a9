"""The company changes between any two requests; what was there throughout is in the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.expected import ISSUE
from tests.end_to_end.stage import Stage, stage_with

pytestmark = pytest.mark.timeout(120)

COMPANY = ("--projects", "6", "--issues", "250", "--users", "15", "--page-cap", "7")
CHANGES = ("create", "edit", "close", "move", "delete")


@pytest.fixture(scope="module")
def stage(integration: Path, homes: Path) -> Iterator[Stage]:
    with stage_with(integration, homes, COMPANY) as stage:
        yield stage


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_that_stayed_is_missing(stage: Stage, seed: int) -> None:
    before = stage.jira.keys()
    stage.jira.churn(every_requests=1, kinds=CHANGES, seed=seed)
    assert stage.run().status == 0
    assert stage.jira.changes_made() > 10
    # No key leaves and comes back: what is touched counts as updated this week.
    throughout = before & stage.jira.keys()
    assert throughout < before
    assert throughout <= set(stage.port.entities()[ISSUE])


def test_a_quiet_run_afterwards_is_exact(stage: Stage) -> None:
    stage.calm()
    assert stage.run().status == 0
    stage.assert_complete()
