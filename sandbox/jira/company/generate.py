"""Puts a company together from a seed, sizes and a moment; the same input gives the same company."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from sandbox.jira.company.issues import invent_issues
from sandbox.jira.company.people import invent_editor, invent_people
from sandbox.jira.company.projects import invent_projects
from sandbox.jira.company.store import Clock, Company


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each; `users` does not count the four accounts that clients log in with."""

    projects: int = 20
    issues: int = 2000
    users: int = 150


_DAY = 24 * 3600 * 1000


def generate_company(size: Size, seed: int, clock: Clock) -> Company:
    """A company whose three years of issues end at the clock's present moment."""
    # From midnight on, so that a company is the same the whole day, restarts included.
    now = clock() // _DAY * _DAY
    today = datetime.fromtimestamp(now / 1000, UTC).date()
    people = invent_people(size.users, Random(f"{seed} people"))
    projects = invent_projects(size.projects, people, today, Random(f"{seed} projects"))
    issues = list(invent_issues(size.issues, projects, people, now, Random(f"{seed} issues")))
    return Company([*people, invent_editor()], projects, issues, clock)
