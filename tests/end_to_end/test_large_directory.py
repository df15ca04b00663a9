"""Jira 10 gives a hundred users in one list and does not tell; the rest has to be found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end import expected
from tests.end_to_end.expected import USER
from tests.end_to_end.stage import Stage, stage_with

pytestmark = pytest.mark.timeout(120)

COMPANY = ("--version", "10.3", "--projects", "3", "--issues", "30", "--users", "150")
GREEK, RARE = "ξένη", "龘"


@pytest.fixture(scope="module")
def synced(integration: Path, homes: Path) -> Iterator[Stage]:
    """Synced with two people behind the first hundred whose letters nobody else has."""
    with stage_with(integration, homes, COMPANY) as stage:
        for name in (GREEK, RARE):
            stage.jira.change("create_user", name=name, display_name=name)
        assert stage.run().status == 0
        yield stage


def test_everybody_whose_name_is_in_an_alphabet_is_found(synced: Stage) -> None:
    people = {user["name"]: user for user in synced.jira.state()["users"] if not user["deleted"]}
    wanted = {expected.identifier(people[name]["key"]) for name in people.keys() - {RARE}}
    assert len(wanted) > 150
    assert wanted <= set(synced.port.entities()[USER])


def test_whom_no_search_can_find_is_named_as_a_limit(synced: Stage) -> None:
    """A rare character that nobody met begins with: the run says that somebody may be missing."""
    run = synced.run()
    people = {user["name"]: user["key"] for user in synced.jira.state()["users"]}
    found = set(synced.port.entities()[USER])
    assert set(expected.users(synced.jira.state())) - found == {expected.identifier(people[RARE])}
    assert "Jira stops its list of users at 100" in run.log
