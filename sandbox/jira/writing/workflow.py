"""Which transitions lead from a status, for each kind of project. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.jira.company.catalogue import (
    CLOSED,
    DONE,
    DONE_STATUSES,
    IN_PROGRESS,
    INDETERMINATE,
    NEW,
    OPEN,
    OPEN_STATUSES,
    REOPENED,
    RESOLVED,
)
from sandbox.jira.company.model import Issue, Status, StatusCategory


@dataclass(frozen=True, slots=True)
class Transition:
    """A way to another status, out of statuses of the given categories.

    `asks_resolution` puts the required field on its screen.
    """

    id: str
    name: str
    to: Status
    categories: tuple[StatusCategory, ...]
    asks_resolution: bool = False

    def leads_from(self, status: Status) -> bool:
        return status.category in self.categories and status is not self.to


_TODO: Final = next(one for one in OPEN_STATUSES if one.name == "To Do")
_IN_REVIEW: Final = next(one for one in OPEN_STATUSES if one.name == "In Review")
_FINISHED: Final = next(one for one in DONE_STATUSES if one.name == "Done")
_ANY: Final = (NEW, INDETERMINATE, DONE)
_OPEN: Final = (NEW, INDETERMINATE)

CLASSIC: Final = (
    Transition("4", "Start Progress", IN_PROGRESS, (NEW,)),
    Transition("301", "Stop Progress", OPEN, (INDETERMINATE,)),
    Transition("11", "Send to Review", _IN_REVIEW, (INDETERMINATE,)),
    Transition("5", "Resolve Issue", RESOLVED, _OPEN, asks_resolution=True),
    Transition("2", "Close Issue", CLOSED, _ANY),
    Transition("3", "Reopen Issue", REOPENED, (DONE,)),
)
SIMPLE: Final = (
    Transition("11", "To Do", _TODO, _ANY),
    Transition("21", "In Progress", IN_PROGRESS, _ANY),
    Transition("31", "Done", _FINISHED, _ANY),
)


def transitions_of(issue: Issue) -> list[Transition]:
    """Those that are possible now; business projects have the simple workflow."""
    workflow = SIMPLE if issue.project.type_key == "business" else CLASSIC
    return [one for one in workflow if one.leads_from(issue.status)]
