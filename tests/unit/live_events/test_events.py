"""What an event names, and that nothing but plausible keys and ids comes out of it."""

import pytest

from live_events.events import (
    EVENTS,
    Concern,
    IssueConcern,
    ProjectConcern,
    UserConcern,
    looked_at,
    merged,
    read_event,
    read_issue_keys,
)

COMMENT = "https://corp.example/jira/rest/api/2/issue/10013/comment/10082"


def issue(identifier: str = "", *keys: str) -> IssueConcern:
    return IssueConcern(identifier, frozenset(keys))


MOVE = {"items": [{"field": "Key", "fromString": "PAY-1", "toString": "WEB-7"}]}


@pytest.mark.parametrize(
    ("payload", "concerns"),
    [
        pytest.param(
            {"webhookEvent": "jira:issue_updated", "issue": {"id": "10", "key": "PAY-1"}},
            [issue("10", "PAY-1")],
            id="an-issue",
        ),
        pytest.param(
            {
                "webhookEvent": "jira:issue_updated",
                "issue": {"id": "10", "key": "WEB-7"},
                "changelog": MOVE,
            },
            [issue("10", "PAY-1", "WEB-7")],
            id="a-move",
        ),
        pytest.param(
            {"webhookEvent": "jira:issue_deleted", "issue": {"id": 10, "key": "МИР-3"}},
            [issue("10", "МИР-3")],
            id="a-number-and-another-script",
        ),
        pytest.param(
            {"webhookEvent": "comment_created", "comment": {"self": COMMENT}},
            [issue("10013")],
            id="a-comment-without-issue",
        ),
        pytest.param(
            {"webhookEvent": "worklog_updated", "worklog": {"issueId": "12"}},
            [issue("12")],
            id="a-worklog",
        ),
        pytest.param(
            {
                "webhookEvent": "issuelink_created",
                "issueLink": {"sourceIssueId": 1, "destinationIssueId": 2},
            },
            [issue("1"), issue("2")],
            id="a-link",
        ),
        pytest.param(
            {"webhookEvent": "project_updated", "project": {"id": 10181, "key": "DTP"}},
            [ProjectConcern("10181", "DTP")],
            id="a-project",
        ),
        pytest.param(
            {"webhookEvent": "project_deleted", "project": {"id": 10181, "key": "DTP"}},
            [ProjectConcern("10181", "DTP", is_deletion=True)],
            id="a-deleted-project",
        ),
        pytest.param(
            {"webhookEvent": "user_updated", "user": {"key": "JIRAUSER1", "name": "old user"}},
            [UserConcern("JIRAUSER1", "old user")],
            id="a-user",
        ),
        pytest.param(
            {"webhookEvent": "user_deleted", "user": {"name": "ines"}},
            [UserConcern("", "ines", is_deletion=True)],
            id="a-deleted-user-by-name",
        ),
    ],
)
def test_what_an_event_names(payload: object, concerns: list[Concern]) -> None:
    assert list(read_event(payload)) == concerns


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(None, id="null"),
        pytest.param([], id="a-list"),
        pytest.param("jira:issue_updated", id="a-text"),
        pytest.param({}, id="nothing"),
        pytest.param({"webhookEvent": None}, id="no-event"),
        pytest.param({"webhookEvent": ["jira:issue_updated"]}, id="a-list-for-an-event"),
        pytest.param({"webhookEvent": "sprint_started", "issue": {"key": "A-1"}}, id="unknown"),
        pytest.param({"webhookEvent": "jira:issue_updated", "issue": "A-1"}, id="a-text-issue"),
        pytest.param(
            {"webhookEvent": "jira:issue_updated", "issue": {"key": "../../admin", "id": "1/2"}},
            id="a-path",
        ),
        pytest.param(
            {"webhookEvent": "jira:issue_updated", "issue": {"key": "A-1\n", "id": True}},
            id="a-line-break",
        ),
        pytest.param(
            {"webhookEvent": "jira:issue_updated", "issue": {"key": 'A-1") OR (1'}}, id="jql"
        ),
        pytest.param(
            {
                "webhookEvent": "comment_created",
                "comment": {"self": "/rest/api/2/issue/x/comment/1"},
            },
            id="a-comment-of-nothing",
        ),
        pytest.param(
            {"webhookEvent": "project_updated", "project": {"key": "A?b=c", "id": -1}}, id="a-query"
        ),
        pytest.param(
            {"webhookEvent": "user_updated", "user": {"key": "a\u0000b", "name": "x" * 256}},
            id="control-characters",
        ),
    ],
)
def test_what_names_nothing_concerns_nobody(payload: object) -> None:
    assert read_event(payload) == ()


def test_every_event_that_is_asked_for_can_be_read() -> None:
    assert all(read_event({"webhookEvent": event}) == () for event in EVENTS)
    assert len(set(EVENTS)) == 17


def test_concerns_of_one_thing_become_one() -> None:
    both = merged(looked_at(issue("10", "PAY-1")), issue("10", "WEB-7"))
    assert both == issue("10", "PAY-1", "WEB-7")
    deleted = merged(ProjectConcern("1", "A"), ProjectConcern("1", "B", is_deletion=True))
    assert deleted == ProjectConcern("1", "B", is_deletion=True)
    user = merged(UserConcern("k", "old"), UserConcern("k", "new"))
    assert user == UserConcern("k", "new")


def test_an_issue_is_known_by_its_id_before_its_keys() -> None:
    assert issue("10", "PAY-1").subject == ("issue", "10")
    assert issue("", "WEB-1", "PAY-1").subject == ("issue", "PAY-1")
    assert issue("10", "WEB-1", "PAY-1").names == ("10", "PAY-1", "WEB-1")


def test_identifiers_that_are_no_keys_are_left_out() -> None:
    assert read_issue_keys(["PAY-2", "PAY-1", "old=20user", "PAY-1-1"]) == ["PAY-1", "PAY-2"]


def test_keys_are_read_from_identifiers_that_were_made_safe_for_port() -> None:
    assert read_issue_keys(["=D0=9C=D0=98=D0=A0-3", "=D0-1"]) == ["МИР-3"]
