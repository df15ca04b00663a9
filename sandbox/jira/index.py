"""The search index where it lags behind the database: issues as they were a moment ago.

Without a lag there is nothing to keep, and searches look at the company itself.
"""

from __future__ import annotations

import copy
from collections import deque
from dataclasses import dataclass, field

from sandbox.jira.company.change_log import Recorded
from sandbox.jira.company.model import Issue, Link, Project
from sandbox.jira.company.store import Company


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the index learns at `due`, epoch milliseconds: an issue as it was, or that it is gone."""

    due: int
    id: int
    issue: Issue | None


@dataclass(slots=True)
class LaggingIndex:
    """An observer for the change log. `lag_ms` counts for the changes that come after it is set."""

    company: Company
    lag_ms: int = 0
    version: int = 0
    _known: dict[int, Issue] | None = None
    _coming: deque[_Entry] = field(default_factory=deque)

    def set_lag(self, milliseconds: int) -> None:
        """From none to some: the index starts with what there is now."""
        self.lag_ms = milliseconds
        if milliseconds and self._known is None:
            self._known = {id_: copy.copy(one) for id_, one in self.company.issues.items()}

    def observe(self, change: Recorded) -> None:
        if self._known is None:
            return
        due = self.company.clock() + self.lag_ms
        for id_ in self._touched(change):
            issue = self.company.issues.get(id_)
            self._coming.append(_Entry(due, id_, None if issue is None else copy.copy(issue)))

    def issues(self, first: int | None, last: int | None) -> list[Issue]:
        """What the index holds now of the issues created between two seconds, both inclusive."""
        self.absorb()
        if self._known is None:
            return self.company.created_between(first, last)
        return [
            one
            for one in self._known.values()
            if (first is None or one.created >= first) and (last is None or one.created <= last)
        ]

    def absorb(self) -> None:
        """Take in what is due; once the lag has ended and all is in, nothing is kept any more."""
        now = self.company.clock()
        while self._known is not None and self._coming and self._coming[0].due <= now:
            self._take(self._known, self._coming.popleft())
        if not self.lag_ms and not self._coming and self._known is not None:
            self._known = None
            self.version += 1

    def _take(self, known: dict[int, Issue], entry: _Entry) -> None:
        self.version += 1
        if entry.issue is None:
            known.pop(entry.id, None)
        else:
            known[entry.id] = entry.issue

    def _touched(self, change: Recorded) -> list[int]:
        if isinstance(change.part, Link):
            return [change.part.source.id, change.part.target.id]
        if isinstance(change.subject, Issue):
            parent = change.subject.parent
            return [change.subject.id] if parent is None else [change.subject.id, parent.id]
        if isinstance(change.subject, Project) and change.event == "project_deleted":
            return [id_ for id_ in self._known or () if id_ not in self.company.issues]
        return []
