"""The tree of errors is the one that is drawn, and every error tells what, where and what to do."""

import pytest

from jira_server import errors
from jira_server.errors import JiraError, Misconfigured, NoConnection, RateLimited, Unavailable


def drawn_tree(docstring: str) -> dict[str, str]:
    """Class name → name of its base, from the lines of the drawing; indentation tells the base."""
    lines = docstring.splitlines()
    first = next(i for i, line in enumerate(lines) if line.strip() == "JiraError")
    bases: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in lines[first:]:
        if not line.strip():
            break
        indent = len(line) - len(line.lstrip())
        while above and above[-1][0] >= indent:
            above.pop()
        bases[line.strip()] = above[-1][1] if above else "Exception"
        above.append((indent, line.strip()))
    return bases


def real_tree(root: type[JiraError]) -> dict[str, str]:
    tree = {root.__name__: root.__bases__[0].__name__}
    for sub in root.__subclasses__():
        tree |= real_tree(sub)
    return tree


ALL = [getattr(errors, name) for name in real_tree(JiraError)]
LEAVES = [error for error in ALL if not error.__subclasses__()]


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    assert drawn_tree(JiraError.__doc__ or "") == real_tree(JiraError)


def test_the_drawing_is_read_by_indentation() -> None:
    text = "What.\n\n    JiraError\n        A\n            B\n        C\n\n    More."
    assert drawn_tree(text) == {
        "JiraError": "Exception",
        "A": "JiraError",
        "B": "A",
        "C": "JiraError",
    }


@pytest.mark.parametrize("error", ALL)
def test_a_message_has_at_most_three_lines(error: type[JiraError]) -> None:
    text = str(error(what="It broke", where="GET https://jira.example.com/x", words="Oh no."))
    lines = text.splitlines()
    assert lines[:2] == ["It broke (GET https://jira.example.com/x)", "Jira says: Oh no."]
    assert lines[2:] == ([error.default_advice] if error.default_advice else [])


@pytest.mark.parametrize("error", ALL)
def test_the_facts_are_attributes(error: type[JiraError]) -> None:
    made = error(what="It broke", where="GET /x", words="Oh no.", advice="Mend it.", status=418)
    facts = (made.what, made.where, made.words, made.advice, made.status)
    assert facts == ("It broke", "GET /x", "Oh no.", "Mend it.", 418)


@pytest.mark.parametrize("error", [e for e in LEAVES if e is not Misconfigured])
def test_every_error_that_can_be_raised_says_what_to_do(error: type[JiraError]) -> None:
    assert error.default_advice.endswith(".")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        pytest.param({}, "It broke", id="only-what"),
        pytest.param({"where": "GET /x"}, "It broke (GET /x)", id="where"),
        pytest.param({"words": "Oh no."}, "It broke\nJira says: Oh no.", id="words"),
        pytest.param({"advice": "Mend it."}, "It broke\nMend it.", id="advice"),
    ],
)
def test_what_is_not_known_takes_no_line(given: dict[str, str], text: str) -> None:
    error = JiraError(
        what="It broke",
        where=given.get("where", ""),
        words=given.get("words", ""),
        advice=given.get("advice"),
    )
    assert str(error) == text


def test_an_advice_can_be_replaced_or_left_out() -> None:
    assert "Ask Jo." in str(RateLimited(what="Too many", advice="Ask Jo."))
    assert str(RateLimited(what="Too many", advice="")) == "Too many"


def test_the_time_to_wait_is_an_attribute() -> None:
    assert RateLimited(what="Too many", retry_after=12.5).retry_after == 12.5
    assert NoConnection(what="Gone").retry_after is None


def test_what_would_come_out_the_same_is_not_worth_another_attempt() -> None:
    hopeless = {e.__name__ for e in LEAVES if issubclass(e, Unavailable) and not e.may_retry}
    assert hopeless == {"ServerFailed", "CertificateRefused"}
