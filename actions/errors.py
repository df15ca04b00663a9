"""Why an action was not carried out, in words for the person who pressed the button. Decides nothing."""

from typing import ClassVar


class ActionError(Exception):
    """The root of the tree. Subclasses say what is known about Jira.

    ActionError
        InvalidInput
        NotPossible
        OutcomeUnclear

    InvalidInput: nothing was sent; another input helps. NotPossible: nothing was changed; Jira's
    present state or rules are against it. OutcomeUnclear: the change was sent, and no reply says
    whether it was made.

    The text is what happened, Jira's own words, what to do next, one a line. `label` is at most
    two words, which Port shows on the run.
    """

    label: ClassVar[str] = "Failed"

    def __init__(self, *, what: str, words: str = "", advice: str = "") -> None:
        self.what = what
        self.words = words
        self.advice = advice
        super().__init__(what)

    def __str__(self) -> str:
        lines = [self.what, self.words and f"Jira says: {self.words}", self.advice]
        return "\n".join(line for line in lines if line)


class InvalidInput(ActionError):
    """What was given cannot be right."""

    label = "Invalid input"


class NotPossible(ActionError):
    """What was asked for is understood and cannot be done."""

    label = "Not possible"


class OutcomeUnclear(ActionError):
    """A change was sent once and will not be sent again by itself."""

    label = "Outcome unclear"
