"""Invents the issues of a company: three years of them, in the order in which they were created.

Speed matters here: a hundred thousand rows are made at every start.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Final

from sandbox.jira.company.catalogue import (
    DONE_STATUSES,
    EPIC,
    LABELS,
    LINK_TYPES,
    OPEN_STATUSES,
    PRIORITIES,
    RESOLUTIONS,
    STANDARD_TYPES,
    SUB_TASK,
)
from sandbox.jira.company.model import Issue, IssueType, Link, Project, User

FIRST_ID: Final = 10000
DAY: Final = 86_400_000
SPAN: Final = 3 * 365 * DAY
_OPEN_WEIGHTS: Final = (9, 8, 12, 2, 8, 3, 4, 3, 1, 1, 1, 1)
_DONE_WEIGHTS: Final = (6, 8, 16, 2, 2)
_PRIORITY_WEIGHTS: Final = (4, 14, 60, 14, 4, 2)
_TYPE_WEIGHTS: Final = (30, 24, 22, 3, 4, 2, 3)
_RECENT: Final = 40


@dataclass(frozen=True, slots=True)
class _Moments:
    """Epoch milliseconds; `resolved` is None while the issue is open."""

    created: int
    updated: int
    resolved: int | None


class IssueMaker:
    """Makes one issue after the other; remembers what later ones can hang on."""

    def __init__(self, projects: list[Project], people: list[User], now: int, rng: Random) -> None:
        self._now = now
        self._rng = rng
        self._today = date.fromtimestamp(now // 1000)
        self._present = [user for user in people if user.active and not user.deleted]
        self._former = [user for user in people if not user.active] or people
        self._parents: dict[int, list[Issue]] = {project.id: [] for project in projects}
        self._epics: dict[int, list[Issue]] = {project.id: [] for project in projects}
        self._next_link = 10000

    def make(self, id_: int, project: Project, created: int, position: int) -> Issue:
        """The next issue of a project; its place in the search index is `position`."""
        rng = self._rng
        kind = rng.random()
        parent = self._parent(project, kind)
        moments = self._moments(created)
        issue = self._row(id_, project, self._type(parent, kind), moments, position)
        self._settle(issue, parent, kind)
        return issue

    def _parent(self, project: Project, kind: float) -> Issue | None:
        candidates = self._parents[project.id]
        return self._rng.choice(candidates) if kind < 0.15 and candidates else None

    def _type(self, parent: Issue | None, kind: float) -> IssueType:
        if parent is not None:
            return SUB_TASK
        if kind > 0.97:
            return EPIC
        return self._rng.choices(STANDARD_TYPES, _TYPE_WEIGHTS)[0]

    def _moments(self, created: int) -> _Moments:
        rng, age = self._rng, self._now - created
        if rng.random() < 0.29 + 0.45 * math.exp(-age / (45 * DAY)):
            return _Moments(created, self._last_touch(created, age), None)
        resolved = created + min(int(rng.expovariate(1 / (20 * DAY))) + 60_000, age)
        return _Moments(created, self._after(resolved), resolved)

    def _last_touch(self, created: int, age: int) -> int:
        kind = self._rng.random()
        if kind < 0.12:
            return self._now - int(min(age, 7 * DAY) * self._rng.random())
        return created if kind < 0.2 else created + int(age * self._rng.random() ** 0.6)

    def _after(self, resolved: int) -> int:
        if self._rng.random() > 0.1:
            return resolved
        return resolved + int((self._now - resolved) * self._rng.random())

    def _row(
        self, id_: int, project: Project, type_: IssueType, moments: _Moments, position: int
    ) -> Issue:
        rng = self._rng
        project.last_number += 1
        is_open = moments.resolved is None
        creator = self._person(moments.created)
        return Issue(
            id_,
            project.last_number,
            project,
            type_,
            rng.choices(*_STATUS_CHOICES[is_open])[0],
            None if rng.random() < 0.02 else rng.choices(PRIORITIES, _PRIORITY_WEIGHTS)[0],
            None if is_open else rng.choice(RESOLUTIONS[:3] if rng.random() < 0.9 else RESOLUTIONS),
            None if rng.random() < 0.2 else self._person(moments.created),
            creator if rng.random() < 0.8 else self._reporter(moments.created),
            creator,
            moments.created,
            moments.updated,
            moments.resolved,
            self._due(moments.created),
            rng.getrandbits(60),
            self._labels(),
            project.components[: rng.randrange(3)] if rng.random() < 0.4 else (),
            project.versions[-1:] if rng.random() < 0.25 else (),
            project.versions[:2] if rng.random() < 0.08 else (),
            position,
        )

    def _person(self, created: int) -> User:
        """Old issues may belong to people who have left."""
        left = self._now - created > 200 * DAY and self._rng.random() < 0.15
        return self._rng.choice(self._former if left else self._present)

    def _reporter(self, created: int) -> User | None:
        return None if self._rng.random() < 0.08 else self._person(created)

    def _due(self, created: int) -> date | None:
        if self._rng.random() > 0.15:
            return None
        return self._today - timedelta(days=(self._now - created) // DAY - self._rng.randrange(60))

    def _labels(self) -> tuple[str, ...]:
        rng = self._rng
        return () if rng.random() < 0.6 else tuple(sorted(rng.sample(LABELS, rng.randrange(1, 4))))

    def _settle(self, issue: Issue, parent: Issue | None, kind: float) -> None:
        if parent is not None:
            issue.parent = parent
            parent.subtasks = [*(parent.subtasks or ()), issue]
        elif issue.type is EPIC:
            self._remember(self._epics, issue)
        else:
            self._hang_on_epic(issue)
            self._link(issue, kind)
            self._remember(self._parents, issue)

    def _hang_on_epic(self, issue: Issue) -> None:
        epics = self._epics[issue.project.id]
        if epics and self._rng.random() < 0.45:
            issue.epic = self._rng.choice(epics)

    def _link(self, issue: Issue, kind: float) -> None:
        others = self._parents[issue.project.id]
        if kind < 0.85 or not others:
            return
        other = self._rng.choice(others)
        link = Link(self._next_link, self._rng.choice(LINK_TYPES), issue, other)
        self._next_link += 1
        issue.links = [*(issue.links or ()), link]
        other.links = [*(other.links or ()), link]

    @staticmethod
    def _remember(places: dict[int, list[Issue]], issue: Issue) -> None:
        recent = places[issue.project.id]
        recent.append(issue)
        if len(recent) > 2 * _RECENT:
            del recent[:_RECENT]


_STATUS_CHOICES: Final = {
    True: (OPEN_STATUSES, _OPEN_WEIGHTS),
    False: (DONE_STATUSES, _DONE_WEIGHTS),
}


def invent_issues(
    count: int, projects: list[Project], people: list[User], now: int, rng: Random
) -> Iterator[Issue]:
    """`count` issues, ids ascending; one project of three or more stays empty.

    A block of them was created within one second by an import, and the last fiftieth was imported
    with creation dates of its own, so that ids and dates do not always agree.
    """
    maker = IssueMaker(projects, people, now, rng)
    filled = projects[:-1] if len(projects) > 2 else projects
    weights = list(accumulate(1 / (rank + 1) ** 0.8 for rank in range(len(filled))))
    chosen = rng.choices(filled, cum_weights=weights, k=count)
    positions = list(range(count))
    rng.shuffle(positions)
    moments = _creation_times(count, now, rng)
    for number, (project, created) in enumerate(zip(chosen, moments, strict=True)):
        yield maker.make(FIRST_ID + number, project, created, positions[number])


def _creation_times(count: int, now: int, rng: Random) -> list[int]:
    imported = count // 50
    times = sorted(_some_time(now, rng) for _ in range(count - imported))
    _gather(times, len(times) // 4, min(300, count // 20))
    _gather(times, len(times) * 3 // 4, min(40, count // 40))
    return times + [_some_time(now, rng) for _ in range(imported)]


def _some_time(now: int, rng: Random) -> int:
    """More of them lately: the company has grown."""
    return now - 60_000 - int(SPAN * rng.random() ** 1.4)


def _gather(times: list[int], start: int, length: int) -> None:
    """Put a run of sorted times into the second in which the run starts."""
    if length:
        second = times[start] // 1000 * 1000
        ordered = (second + index * 997 // length for index in range(length))
        times[start : start + length] = ordered
