"""A small company on Jira, an empty Port, and what the recipes are told of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.sail import copy_of_integration
from tests.end_to_end.stage import Stage, stage_with

COMPANY = ("--projects", "3", "--issues", "20", "--users", "6")


@pytest.fixture(scope="session")
def integration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_integration(tmp_path_factory.mktemp("integration") / "app")


@pytest.fixture(scope="module")
def shared_stage(integration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage_with(integration, tmp_path_factory.mktemp("homes"), COMPANY) as stage:
        yield stage


@pytest.fixture
def stage(shared_stage: Stage) -> Stage:
    """Without what the last test left."""
    shared_stage.calm()
    shared_stage.port.reset()
    return shared_stage


@pytest.fixture
def secrets(stage: Stage) -> dict[str, str]:
    """What the README tells people to keep as secrets, by the names that it tells."""
    port = stage.port.running.info
    return {
        "OCEAN__PORT__CLIENT_ID": port["client_id"],
        "OCEAN__PORT__CLIENT_SECRET": port["client_secret"],
        "OCEAN__INTEGRATION__CONFIG__JIRA_SERVER_HOST": stage.jira.url,
        "OCEAN__INTEGRATION__SECRETS__TOKEN": stage.jira.running.info["token"],
    }
