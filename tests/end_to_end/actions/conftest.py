"""One integration at work for each module: starting it takes longer than what it is asked to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.actions.buttons import Desk, at_work
from tests.end_to_end.stage import stage_with

COMPANY = ("--projects", "6", "--issues", "60", "--users", "15", "--context-path", "/jira")


@pytest.fixture(scope="module")
def module_desk(integration: Path, homes: Path) -> Iterator[Desk]:
    with stage_with(integration, homes, COMPANY) as stage, at_work(stage) as desk:
        yield desk


@pytest.fixture
def desk(module_desk: Desk) -> Desk:
    """The module's integration, without the trouble of the last test."""
    module_desk.stage.calm()
    return module_desk
