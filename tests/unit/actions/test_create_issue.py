"""Creating an issue: once for each run, by the person who asked, with Jira's words when it fails."""

import httpx
import pytest

from actions.create_issue import CreateIssue
from tests.unit.actions.office import BASE, Json, Office
from tests.unit.conversation import signed

BUG = {"project": "PAY", "issueType": "Bug", "summary": "Refund is booked twice"}


def new_issues(office: Office) -> list[Json]:
    return [issue for key, issue in office.jira.issues.items() if key != "PAY-1"]


def lost(_: str, __: Json) -> httpx.Response:
    raise httpx.ReadError("connection lost")  # noqa: EM101, TRY003


async def test_an_issue_is_created_and_shown_with_its_link(office: Office) -> None:
    await office.run(CreateIssue, **BUG)
    (issue,) = new_issues(office)
    assert issue["fields"]["summary"] == "Refund is booked twice"
    assert issue["fields"]["issuetype"] == {"id": "7"}
    assert {"link": [f"{BASE}/browse/PAY-2"]} in office.port.patches
    assert office.port.ended == [(True, "Created")]
    assert office.port.summary.startswith(f"Created PAY-2: {BASE}/browse/PAY-2\n")


@pytest.mark.parametrize("version", [(8, 3, 0), (8, 4, 0), (11, 0, 0)], ids=str)
async def test_metadata_is_asked_for_as_the_version_has_it(
    office: Office, version: tuple[int, ...]
) -> None:
    office.jira.version = version
    await office.run(CreateIssue, **BUG)
    asked = {path for method, path, _ in office.jira.requests if "createmeta" in path}
    assert ("issue/createmeta" in asked) is (version < (8, 4))
    assert len(new_issues(office)) == 1


async def test_named_inputs_and_other_fields_go_together(office: Office) -> None:
    fields = {"Priority": "Low"}
    await office.run(CreateIssue, **BUG, assignee="ines@example.com", fields=fields, parent="PAY-1")
    (issue,) = new_issues(office)
    assert issue["fields"]["priority"] == {"id": "2"}
    assert issue["fields"]["assignee"] == {"name": "ines"}
    assert issue["fields"]["parent"] == {"key": "PAY-1"}


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        pytest.param(
            {"summary": ""}, "Summary is required for creating a Bug in PAY", id="missing"
        ),
        pytest.param({"priority": "Highest"}, "Choose one of: High, Low.", id="not-allowed"),
        pytest.param({"fields": {"Zebra": 1}}, "Zebra is no field that can be set", id="unknown"),
        pytest.param(
            {"priority": "Low", "fields": {"priority": "High"}},
            "priority is given twice",
            id="twice",
        ),
        pytest.param({"issueType": "Epic"}, "There is no issue type Epic in PAY", id="type"),
        pytest.param({"assignee": "nobody"}, "There is no Jira user nobody", id="assignee"),
        pytest.param({"sumary": "x"}, "This action has no property sumary", id="property"),
    ],
)
async def test_a_wrong_input_is_told_before_anything_is_sent(
    office: Office, properties: Json, text: str
) -> None:
    assert text in await office.failure(CreateIssue, **{**BUG, **properties})
    assert office.jira.writes() == []


async def test_the_requester_becomes_the_reporter(office: Office) -> None:
    await office.run(CreateIssue, **BUG, requester="Ines@example.com")
    assert new_issues(office)[0]["fields"]["reporter"] == {"name": "ines"}


@pytest.mark.parametrize(
    ("requester", "may_choose", "reason"),
    [
        pytest.param("", True, "Port did not say who asked", id="nobody-said"),
        pytest.param("who@example.com", True, "Not exactly one Jira user", id="unknown"),
        pytest.param("ines@example.com", False, "Jira lets this user choose no reporter", id="not-allowed"),
    ],
)  # fmt: skip
async def test_otherwise_the_integrations_user_is_the_reporter_and_the_log_says_so(
    office: Office, requester: str, may_choose: bool, reason: str
) -> None:
    if not may_choose:
        del office.jira.fields["reporter"]
    await office.run(CreateIssue, **BUG, requester=requester)
    assert "reporter" not in new_issues(office)[0]["fields"]
    (told,) = [line for line in office.port.said if "reporter" in line]
    assert told.startswith(reason)
    assert told.endswith("sync is the reporter")


async def test_a_reporter_that_jira_refuses_is_left_out(office: Office) -> None:
    def refuse(_: str, body: Json) -> httpx.Response | None:
        if "reporter" not in body["fields"]:
            return None
        return signed({"errors": {"reporter": "Not assignable."}}, 400)

    office.jira.before = refuse
    await office.run(CreateIssue, **BUG, requester="ines@example.com")
    assert len(new_issues(office)) == 1
    assert any("reporter: Not assignable." in line for line in office.port.said)


async def test_a_reporter_that_was_asked_for_stays(office: Office) -> None:
    await office.run(CreateIssue, **BUG, requester="ines@example.com", fields={"Reporter": "mo"})
    assert new_issues(office)[0]["fields"]["reporter"] == {"name": "mo"}


@pytest.mark.parametrize("indexed", [True, False], ids=["in-the-index", "not-yet-in-the-index"])
async def test_a_repeated_run_creates_no_second_issue(office: Office, indexed: bool) -> None:
    await office.run(CreateIssue, **BUG)
    if not indexed:
        office.jira.unindexed = {"PAY-2"}
    await office.run(CreateIssue, **BUG)
    assert [i["key"] for i in new_issues(office)] == ["PAY-2"]
    assert office.port.ended == [(True, "Created")] * 2
    assert "An earlier attempt of this run has created PAY-2" in office.port.said


async def test_a_repeated_run_is_known_although_keys_are_missing_between(office: Office) -> None:
    await office.run(CreateIssue, **BUG)
    office.jira.add("PAY-4")
    office.jira.properties["PAY-4"] = office.jira.properties.pop("PAY-2")
    del office.jira.issues["PAY-2"]
    office.jira.unindexed = {"PAY-4"}
    await office.run(CreateIssue, **BUG)
    assert [i["key"] for i in new_issues(office)] == ["PAY-4"]


async def test_another_run_with_the_same_summary_creates_another_issue(office: Office) -> None:
    await office.run(CreateIssue, "r_1", **BUG)
    await office.run(CreateIssue, "r_2", **BUG)
    assert [i["key"] for i in new_issues(office)] == ["PAY-2", "PAY-3"]


@pytest.mark.parametrize("indexed", [True, False], ids=["in-the-index", "not-yet-in-the-index"])
async def test_a_lost_reply_is_looked_up_and_not_sent_again(office: Office, indexed: bool) -> None:
    office.jira.after = lost
    if not indexed:
        office.jira.unindexed = {"PAY-2"}
    await office.run(CreateIssue, **BUG)
    assert len(office.jira.writes()) == 1
    assert office.port.ended == [(True, "Created")]
    assert any("the change was made all the same" in line for line in office.port.said)


async def test_a_lost_request_is_reported_as_unclear(office: Office) -> None:
    office.jira.before = lost
    text = await office.failure(CreateIssue, **BUG)
    assert len(office.jira.writes()) == 1
    assert "No connection to Jira: connection lost; Jira does not show the change" in text
    assert "It was sent once and is not sent again by itself." in text


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        pytest.param(
            lambda: signed({"errors": {"summary": "Too long."}}, 400),
            "Jira did not accept this\nJira says: summary: Too long.\n"
            "Change the input as Jira says. Nothing was changed.",
            id="400",
        ),
        pytest.param(
            lambda: signed({"errorMessages": ["No."]}, 403),
            "Jira does not let the integration's user do this\nJira says: No.\n"
            'The user needs "Create issues" in the project. Nothing was changed.',
            id="403",
        ),
        pytest.param(
            lambda: signed({"errorMessages": ["No."]}, 401),
            "Jira does not let the integration's user do this\nJira says: No.\n"
            'The user needs "Create issues" in the project. Nothing was changed.',
            id="401-of-a-user-who-is-logged-in",
        ),
    ],
)
async def test_jiras_own_words_come_back(office: Office, reply: object, text: str) -> None:
    office.jira.before = lambda _, __: reply()  # type: ignore[operator]
    assert await office.failure(CreateIssue, **BUG) == text
    assert len(office.jira.writes()) == 1


async def test_a_rate_limit_is_waited_for(office: Office) -> None:
    replies = [signed({}, 429, {"Retry-After": "7"})]
    office.jira.before = lambda _, __: replies.pop() if replies else None
    await office.run(CreateIssue, **BUG)
    assert sum(office.passing.sleeps) >= 7
    assert len(new_issues(office)) == 1


async def test_a_connection_that_never_came_about_changed_nothing(office: Office) -> None:
    def refused(_: str, __: Json) -> httpx.Response:
        raise httpx.ConnectError("connection refused")  # noqa: EM101, TRY003

    office.jira.before = refused
    text = await office.failure(CreateIssue, **BUG)
    assert text.endswith("Nothing was changed. Try again later.")


async def test_secrets_are_kept_out_of_what_is_told(office: Office) -> None:
    words = "you sent Bearer a-token-of-no-worth"
    office.jira.before = lambda _, __: signed({"errorMessages": [words]}, 400)
    text = await office.failure(CreateIssue, **BUG)
    assert "[REDACTED]" in text
    assert "no-worth" not in text
