"""The tree of action errors is the one that is drawn, and each fits where Port shows it."""

import inspect

import pytest

import actions.errors
from actions.errors import ActionError, InvalidInput
from actions.executor import label_of, text_of
from jira_server.errors import BrokenReply, LoginRefused, NotFound, ServerBusy

KINDS = [k for _, k in inspect.getmembers(actions.errors, inspect.isclass) if k is not ActionError]


def test_the_tree_is_as_drawn() -> None:
    drawn = (ActionError.__doc__ or "").split("ActionError\n", 1)[1].split("\n\n", 1)[0]
    assert {k.__name__ for k in KINDS if issubclass(k, ActionError)} == set(drawn.split())


@pytest.mark.parametrize("kind", [k for k in KINDS if issubclass(k, ActionError)])
def test_a_label_has_two_words_at_most(kind: type[ActionError]) -> None:
    assert 1 <= len(kind.label.split()) <= 2


def test_a_text_says_what_jiras_words_what_to_do_and_where() -> None:
    error = InvalidInput(what="It is late", words="Zu spät", advice="Sleep.")
    assert text_of(error, "", "https://jira.example.com/browse/PAY-1") == (
        "It is late\nJira says: Zu spät\nSleep.\nhttps://jira.example.com/browse/PAY-1"
    )


@pytest.mark.parametrize(
    ("error", "text", "label"),
    [
        pytest.param(
            ServerBusy(what="Jira is not ready (HTTP 503)", where="GET /x"),
            "Jira is not ready (HTTP 503)\nNothing was changed. Try again later.",
            "Jira unavailable",
            id="unavailable",
        ),
        pytest.param(
            NotFound(what="nothing", words="No link type.", from_jira=True),
            "Jira did not find this\nJira says: No link type.\n"
            "The user needs X, and the issue must exist. Nothing was changed.",
            "Jira refused",
            id="not-found",
        ),
        pytest.param(
            BrokenReply(what="odd", where="GET /x", advice="Look."),
            "odd (GET /x)\nLook.",
            "Jira refused",
            id="broken-reply",
        ),
        pytest.param(
            LoginRefused(what="no", advice="New token."),
            "no\nNew token.",
            "Jira refused",
            id="login",
        ),
    ],
)
def test_errors_of_jira_are_told_in_terms_of_actions(
    error: BrokenReply, text: str, label: str
) -> None:
    assert text_of(error, "X", "") == text
    assert label_of(error) == label
