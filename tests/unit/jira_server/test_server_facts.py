"""What is read from serverInfo."""

import pytest

from jira_server.errors import BrokenReply
from jira_server.server_facts import ServerFacts, server_facts


def test_the_version_and_the_title_are_read() -> None:
    info = {"versionNumbers": [9, 12, 18], "serverTitle": "Acme", "deploymentType": "Server"}
    facts = server_facts(info)
    assert facts == ServerFacts((9, 12, 18), "Acme")
    assert str(facts) == "Acme 9.12.18"


@pytest.mark.parametrize("title", [None, ""])
def test_a_jira_without_title_is_called_jira(title: str | None) -> None:
    assert server_facts({"versionNumbers": [11, 0, 1], "serverTitle": title}).title == "Jira"


@pytest.mark.parametrize(
    ("version", "takes"),
    [((8, 13, 27), False), ((8, 14, 0), True), ((9, 0, 0), True), ((11,), True), ((7, 6), False)],
)
def test_tokens_exist_from_8_14(version: tuple[int, ...], takes: bool) -> None:
    assert ServerFacts(version, "Jira").takes_tokens is takes


@pytest.mark.parametrize(
    "info",
    [
        pytest.param(None, id="nothing"),
        pytest.param([], id="list"),
        pytest.param({}, id="no-version"),
        pytest.param({"versionNumbers": None}, id="null-version"),
        pytest.param({"versionNumbers": ["nine"]}, id="words"),
    ],
)
def test_what_is_no_server_info_is_not_believed(info: object) -> None:
    with pytest.raises(BrokenReply, match="does not look like a Jira's"):
        server_facts(info)
