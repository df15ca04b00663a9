"""Which parents and sub-tasks are marked as not listed, and when an issue may go on."""

from typing import Any

import pytest

from kinds.issue_links import IssueLinks

Json = dict[str, Any]


def issue(key: str, *, parent: str = "", subtasks: tuple[str, ...] = ()) -> Json:
    fields: Json = {"subtasks": [{"key": k} for k in subtasks]}
    if parent:
        fields["parent"] = {"key": parent}
    return {"key": key, "fields": fields}


def keys(issues: list[Json]) -> list[str]:
    return [i["key"] for i in issues]


def unlisted(issue: Json) -> list[str]:
    links = [issue["fields"].get("parent"), *issue["fields"]["subtasks"]]
    return [link["key"] for link in links if link and link.get("listed") is False]


def test_an_issue_without_links_goes_on_at_once() -> None:
    links = IssueLinks()
    assert keys(links.add([issue("A-1")])) == ["A-1"]
    assert links.open_questions == frozenset()


def test_links_within_a_page_are_known() -> None:
    ready = IssueLinks().add([issue("A-2", parent="A-1"), issue("A-1", subtasks=("A-2",))])
    assert keys(ready) == ["A-2", "A-1"]
    assert [unlisted(i) for i in ready] == [[], []]


def test_links_to_an_earlier_page_are_known() -> None:
    links = IssueLinks()
    links.add([issue("A-1")])
    assert keys(links.add([issue("A-2", parent="A-1")])) == ["A-2"]


def test_an_issue_waits_for_a_later_page() -> None:
    links = IssueLinks()
    assert links.add([issue("A-1", subtasks=("A-2", "A-3"))]) == []
    assert links.open_questions == {"A-2", "A-3"}
    assert keys(links.add([issue("A-2", parent="A-1")])) == ["A-2"]
    assert links.open_questions == {"A-3"}
    assert keys(links.add([issue("A-3", parent="A-1")])) == ["A-1", "A-3"]
    assert links.open_questions == frozenset()


def test_what_jira_does_not_list_is_marked() -> None:
    links = IssueLinks()
    links.add([issue("A-1", parent="B-9", subtasks=("A-2", "A-3"))])
    (ready,) = links.answer({"A-2"})
    assert unlisted(ready) == ["B-9", "A-3"]
    assert "listed" not in ready["fields"]["subtasks"][0]


def test_an_answer_holds_for_later_issues() -> None:
    links = IssueLinks()
    links.add([issue("A-1", parent="B-9")])
    links.answer(set())
    (ready,) = links.add([issue("A-2", parent="B-9")])
    assert unlisted(ready) == ["B-9"]


def test_an_issue_that_turns_up_after_a_no_is_listed() -> None:
    links = IssueLinks()
    links.add([issue("A-1", parent="B-9")])
    links.answer(set())
    links.add([issue("B-9")])
    (ready,) = links.add([issue("A-2", parent="B-9")])
    assert unlisted(ready) == []


@pytest.mark.parametrize(("count", "must_ask"), [(499, False), (500, True)])
def test_hundreds_of_questions_must_be_asked(count: int, must_ask: bool) -> None:
    links = IssueLinks()
    links.add([issue("A-1", subtasks=tuple(f"B-{n}" for n in range(count)))])
    assert links.must_ask is must_ask


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(None, id="no-fields"),
        pytest.param({}, id="empty-fields"),
        pytest.param({"parent": None, "subtasks": None}, id="nulls"),
        pytest.param({"parent": {}, "subtasks": [{}, None]}, id="links-without-key"),
        pytest.param({"parent": "A-1", "subtasks": ["A-2"]}, id="rendered"),
    ],
)
def test_what_is_no_link_is_passed_over(fields: object) -> None:
    odd = {"key": "A-1", "fields": fields}
    assert IssueLinks().add([odd]) == [odd]
