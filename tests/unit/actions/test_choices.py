"""What a person named, picked out of what Jira offers."""

import pytest

from actions.choices import (
    chosen_issue_type,
    chosen_link,
    chosen_transition,
    only_user_with,
    target_of,
)
from actions.errors import InvalidInput, NotPossible
from actions.metadata import Json

TYPES = [{"id": "1", "name": "Bug"}, {"id": "2", "name": "Task"}]
TRANSITIONS = [
    {"id": "11", "name": "Start", "to": {"name": "In Progress"}},
    {"id": "21", "name": "Done", "to": {"name": "Done"}},
    {"id": "31", "name": "Back", "to": {"name": "Open"}},
    {"id": "41", "name": "Back", "to": {"name": "Parked"}},
]
LINKS = [
    {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"},
    {"name": "Relates", "inward": "relates to", "outward": "relates to"},
]


@pytest.mark.parametrize("wanted", ["Bug", "bug", "1"], ids=["name", "other-case", "id"])
def test_an_issue_type_is_found(wanted: str) -> None:
    assert chosen_issue_type(TYPES, wanted, "PAY") == TYPES[0]


def test_a_wrong_issue_type_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(InvalidInput, match="no issue type Epic in PAY") as caught:
        chosen_issue_type(TYPES, "Epic", "PAY")
    assert "Choose one of: Bug, Task." in str(caught.value)


def test_a_project_without_issue_types_is_one_that_cannot_be_used() -> None:
    with pytest.raises(InvalidInput, match="no project NO in which this user may create issues"):
        chosen_issue_type([], "Bug", "NO")


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        pytest.param("Start", "11", id="name"),
        pytest.param("start", "11", id="name-in-other-case"),
        pytest.param("In Progress", "11", id="status-it-leads-to"),
        pytest.param("done", "21", id="name-and-status"),
        pytest.param("Parked", "41", id="status-where-names-are-alike"),
        pytest.param("41", "41", id="id"),
    ],
)
def test_a_transition_is_found(wanted: str, number: str) -> None:
    assert chosen_transition(TRANSITIONS, wanted, "Open", "PAY-1")["id"] == number


def test_a_wrong_transition_is_answered_with_those_that_are_possible() -> None:
    with pytest.raises(NotPossible) as caught:
        chosen_transition(TRANSITIONS[:2], "Reopen", "Open", "PAY-1")
    assert str(caught.value) == (
        "PAY-1 is in Open, from where Reopen is not possible\n"
        "Possible from here: Start (to In Progress), Done."
    )


def test_a_name_of_several_transitions_is_not_guessed() -> None:
    with pytest.raises(NotPossible, match="several transitions") as caught:
        chosen_transition(TRANSITIONS, "Back", "Open", "PAY-1")
    assert "31 (Back (to Open)), 41 (Back (to Parked))" in str(caught.value)


def test_where_nothing_is_possible_that_is_said() -> None:
    with pytest.raises(NotPossible, match="Done is not possible") as caught:
        chosen_transition([], "Done", "Closed", "PAY-1")
    assert "No transition is possible from here" in str(caught.value)


def test_a_transition_without_a_target_leads_nowhere_known() -> None:
    assert target_of({"id": "1", "name": "Go"}) == ""


@pytest.mark.parametrize(
    ("wanted", "name", "text", "is_reversed"),
    [
        pytest.param("blocks", "Blocks", "blocks", False, id="outward"),
        pytest.param("is blocked by", "Blocks", "is blocked by", True, id="inward"),
        pytest.param("Blocks", "Blocks", "blocks", False, id="name"),
        pytest.param("Relates To", "Relates", "relates to", False, id="both-ways"),
    ],
)
def test_a_link_is_read_from_the_first_issue(
    wanted: str, name: str, text: str, is_reversed: bool
) -> None:
    link = chosen_link(LINKS, wanted)
    assert (link.type_name, link.text, link.reversed) == (name, text, is_reversed)


def test_a_wrong_link_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(InvalidInput, match="cannot be linked as hinders") as caught:
        chosen_link(LINKS, "hinders")
    assert "Choose one of: blocks, is blocked by, relates to." in str(caught.value)


def test_a_jira_without_links_says_so() -> None:
    with pytest.raises(InvalidInput, match="cannot be linked") as caught:
        chosen_link([], "blocks")
    assert "switched off" in str(caught.value)


def person(name: str, email: object) -> Json:
    return {"name": name, "emailAddress": email}


@pytest.mark.parametrize(
    ("users", "name"),
    [
        pytest.param([person("ines", "ines@example.com")], "ines", id="the-one"),
        pytest.param([person("ines", "Ines@Example.com ")], "ines", id="other-case"),
        pytest.param([], None, id="nobody"),
        pytest.param([person("ines", "ines@example.com.au")], None, id="longer-address"),
        pytest.param([person("ines@example.com", "x@example.com")], None, id="name-like-it"),
        pytest.param([person("ines", None)], None, id="no-address"),
        pytest.param([person("ines", "ines at example dot com")], None, id="masked"),
        pytest.param(
            [person("a", "ines@example.com"), person("b", "ines@example.com")], None, id="two"
        ),
        pytest.param(
            [person("a", "ines@example.com"), person("b", "ines@example.org")], "a", id="one-of-two"
        ),
        pytest.param([{"emailAddress": "ines@example.com"}], None, id="without-name"),
    ],
)
def test_only_a_whole_and_unique_address_means_a_user(users: list[Json], name: str | None) -> None:
    found = only_user_with("ines@example.com", users)
    assert (found["name"] if found else None) == name
