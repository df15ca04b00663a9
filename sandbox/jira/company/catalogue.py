"""What an administrator has set up: types, statuses, priorities, resolutions, link types.

Some of it is what Jira ships, some of it is what administrators invent.
"""

from __future__ import annotations

from typing import Final

from sandbox.jira.company.model import (
    IssueType,
    LinkType,
    Priority,
    ProjectCategory,
    Resolution,
    Status,
    StatusCategory,
)

UNDEFINED: Final = StatusCategory(1, "undefined", "No Category", "medium-gray")
NEW: Final = StatusCategory(2, "new", "To Do", "blue-gray")
INDETERMINATE: Final = StatusCategory(4, "indeterminate", "In Progress", "yellow")
DONE: Final = StatusCategory(3, "done", "Done", "green")
STATUS_CATEGORIES: Final = (UNDEFINED, NEW, INDETERMINATE, DONE)


def _status(id_: int, name: str, category: StatusCategory, description: str = "") -> Status:
    icons = {NEW: "open", INDETERMINATE: "inprogress", DONE: "closed"}
    icon = f"/images/icons/statuses/{icons.get(category, 'generic')}.png"
    return Status(str(id_), name, description, category, icon)


OPEN: Final = _status(1, "Open", NEW, "The issue is open and waits for somebody to start on it.")
IN_PROGRESS: Final = _status(3, "In Progress", INDETERMINATE, "Somebody is working on this.")
REOPENED: Final = _status(4, "Reopened", NEW, "It was thought to be finished, and was not.")
RESOLVED: Final = _status(5, "Resolved", DONE, "Finished; the reporter has not confirmed it yet.")
CLOSED: Final = _status(6, "Closed", DONE, "Finished and confirmed.")
OPEN_STATUSES: Final = (
    OPEN,
    _status(10000, "To Do", NEW),
    IN_PROGRESS,
    REOPENED,
    _status(10002, "Backlog", NEW),
    _status(10003, "Selected for Development", NEW),
    _status(10004, "In Review", INDETERMINATE),
    _status(10005, "Waiting for customer", INDETERMINATE, "The ball is in the customer's court."),
    _status(10006, "QA / UAT (2nd round)", INDETERMINATE),
    _status(10007, "На согласовании", INDETERMINATE, "Ждём решения."),
    _status(10008, "⏸ Parked", NEW),
    _status(10009, 'Ready to "ship"', INDETERMINATE),
)
DONE_STATUSES: Final = (
    RESOLVED,
    CLOSED,
    _status(10001, "Done", DONE),
    _status(10010, "Won't Do ✋", DONE),
    _status(10011, "已上线", DONE),
)
STATUSES: Final = OPEN_STATUSES + DONE_STATUSES

BUG: Final = IssueType("10004", "Bug", "Something does not do what it should.", 10303)
STORY: Final = IssueType("10001", "Story", "A thing that a user can do afterwards.", 10315)
TASK: Final = IssueType("10002", "Task", "A piece of work.", 10318)
SUB_TASK: Final = IssueType("10003", "Sub-task", "A part of another issue.", 10316, subtask=True)
EPIC: Final = IssueType("10000", "Epic", "A large piece of work that holds others.", 10307)
STANDARD_TYPES: Final = (
    TASK,
    STORY,
    BUG,
    IssueType("10100", "🔥 Incident", "Something is broken for customers right now.", 10304),
    IssueType("10101", "Service Request with Approvals", "", 10320),
    IssueType("10102", "Änderungsantrag", "Antrag auf eine Änderung im Betrieb.", 10310),
    IssueType("10103", "Spike", "Find out first, build later.", 10311),
)
ISSUE_TYPES: Final = (*STANDARD_TYPES, SUB_TASK, EPIC)


def _priority(id_: int, name: str, color: str, icon: str, description: str = "") -> Priority:
    return Priority(str(id_), name, description, f"/images/icons/priorities/{icon}.svg", color)


PRIORITIES: Final = (
    _priority(1, "Highest", "#d04437", "highest", "Stops everything else."),
    _priority(2, "High", "#f15C75", "high", "Soon, or it hurts."),
    _priority(3, "Medium", "#f79232", "medium", "In its turn."),
    _priority(4, "Low", "#707070", "low", "When there is time."),
    _priority(5, "Lowest", "#999999", "lowest", "Some day."),
    _priority(10000, "P0 – drop everything", "#ff0000", "blocker"),
)

FIXED: Final = Resolution("10000", "Done", "The work has been carried out.")
RESOLUTIONS: Final = (
    FIXED,
    Resolution("10001", "Won't Do", "Nobody is going to do this."),
    Resolution("10002", "Duplicate", "Another issue tells the same."),
    Resolution("10003", "Cannot Reproduce", "It could not be seen again."),
    Resolution("10100", "Fixed in übernächste Version", ""),
)

LINK_TYPES: Final = (
    LinkType("10000", "Blocks", "is blocked by", "blocks"),
    LinkType("10001", "Cloners", "is cloned by", "clones"),
    LinkType("10002", "Duplicate", "is duplicated by", "duplicates"),
    LinkType("10003", "Relates", "relates to", "relates to"),
)

CATEGORIES: Final = (
    ProjectCategory("10000", "Platform", "What the others build on."),
    ProjectCategory("10001", "Customer facing", "What customers see."),
    ProjectCategory("10002", "Back office", "Finance, people, legal."),
    ProjectCategory("10003", "R&D / Исследования", "Not sure yet whether it flies."),
)
LABELS: Final = (
    "backend", "frontend", "tech-debt", "security", "customer", "regression", "flaky-test",
    "documentation", "quick-win", "needs-decision", "performance", "accessibility", "migration",
    "срочно", "技术债", "größe-xl", "عاجل", "🔥", "v2.0", "on-call", "GDPR", "spike_2024",
)  # fmt: skip
