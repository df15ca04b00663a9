"""A copy of the integration, and a stage of its own for each module of tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.sail import copy_of_integration
from tests.end_to_end.stage import Stage, stage_with

SMALL = ("--projects", "6", "--issues", "60", "--users", "15")


@pytest.fixture(scope="session")
def integration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_integration(tmp_path_factory.mktemp("integration") / "app")


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each run has a home folder of its own."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(scope="module")
def small_stage(integration: Path, homes: Path) -> Iterator[Stage]:
    """A small company on Jira 9.12 and an empty Port, shared by a module's tests."""
    with stage_with(integration, homes, SMALL) as stage:
        yield stage


@pytest.fixture
def stage(small_stage: Stage) -> Stage:
    """The module's stage without what the last test left: no trouble, and nothing in Port."""
    small_stage.calm()
    small_stage.port.reset()
    return small_stage


@pytest.fixture
def synced_stage(small_stage: Stage) -> Stage:
    """The module's stage without trouble, with a whole company in Port."""
    small_stage.calm()
    if not small_stage.port.entities():
        assert small_stage.run().status == 0
        small_stage.jira.forget()
    return small_stage
