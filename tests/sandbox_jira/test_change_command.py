"""`python -m sandbox.jira change`: changing a running sandbox from a terminal."""

from __future__ import annotations

import shlex

import pytest

from sandbox.jira.change_command import main
from tests.sandbox_jira.conftest import Sandbox


def run(jira: Sandbox, line: str) -> int:
    return main(["--url", jira.running.url, *shlex.split(line)])


def test_an_issue_lives_through_all_of_it(
    fresh: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(fresh, "create PAY 'New & «shiny»' --label a --label b --priority High") == 0
    told = capsys.readouterr().out
    key = told.partition(":")[0]
    assert told == (
        f"{key}: create done (jira:issue_created); "
        f"{fresh.running.url}/rest/api/2/issue/{key} shows it.\n"
    )
    for line in (
        f"edit {key} --summary Other --assignee zoe --due 2027-01-31",
        f"transition {key} 'In Progress'",
        f"comment {key} 'Look at this'",
        f"link {key} Blocks PAY-1",
        f"close {key}",
        f"reopen {key}",
    ):
        assert run(fresh, line) == 0
    fields = fresh.reader.get(f"/issue/{key}").json()["fields"]
    assert (fields["summary"], fields["assignee"]["name"]) == ("Other", "zoe")
    assert fields["labels"] == ["a", "b"]
    assert fields["status"]["name"] == "Reopened"
    assert fields["comment"]["comments"][-1]["body"] == "Look at this"
    assert run(fresh, f"move {key} WEB") == 0
    assert fresh.reader.get(f"/issue/{key}").json()["key"].startswith("WEB-")
    assert run(fresh, f"delete {key}") == 0
    assert fresh.reader.get(f"/issue/{key}").status_code == 404


def test_projects_and_users_can_be_changed(fresh: Sandbox) -> None:
    for line in (
        "rename_project PAY Money",
        "rekey_project PAY MONEY",
        "delete_project HR",
        "create_user new 'New Person'",
        "rename_user new newer",
        "delete_user newer",
        """raw '{"kind": "archive_project", "project": "WEB"}'""",
    ):
        assert run(fresh, line) == 0
    projects = {one["key"]: one for one in fresh.state()["projects"]}
    assert projects["MONEY"]["name"] == "Money"
    assert projects["WEB"]["archived"]
    assert "HR" not in projects


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("close NOPE-1", "Refused: There is no issue 'NOPE-1'."),
        ("transition PAY-1 Lost", "Refused: There is no status 'Lost': Open,"),
        ("edit PAY-1", "Nothing to edit: name at least one of --summary"),
        ("raw '{'", "Not JSON"),
        ("raw '[]'", "A change is a JSON object such as"),
    ],
)
def test_what_goes_wrong_is_told(
    jira: Sandbox, capsys: pytest.CaptureFixture[str], line: str, problem: str
) -> None:
    assert run(jira, line) == 1
    assert capsys.readouterr().err.startswith(problem)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "nonsense"])
def test_a_sandbox_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str], url: str) -> None:
    assert main(["close", "PAY-1", "--url", url]) == 1
    assert "`make run`" in capsys.readouterr().err


def test_the_help_shows_the_changes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    told = capsys.readouterr().out
    assert "transition" in told
    assert "For instance: python -m sandbox.jira change edit" in told
