"""Every change of the company passes through here, in order; observers are told of each.

Webhooks, caches and tests hang on this one place. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.jira.company.model import Comment, FieldChange, Issue, Link, Project, User, Worklog


@dataclass(frozen=True, slots=True)
class Recorded:
    """One change that has happened: `event` is Jira's name for it, `at` epoch milliseconds.

    `kind` is the sandbox's own finer word. `key` names the thing after the change, or before it
    where the thing is gone. `part` is the comment, worklog or link of the issue that it is about.
    """

    revision: int
    at: int
    event: str
    kind: str
    key: str
    subject: Issue | Project | User
    author: User | None
    changes: tuple[FieldChange, ...] = ()
    part: Part | None = None


Part = Comment | Worklog | Link
Observer = Callable[[Recorded], None]


@dataclass(slots=True)
class ChangeLog:
    """The changes since the start; `revision` counts them."""

    revision: int = 0
    entries: list[Recorded] = field(default_factory=list)
    _observers: list[Observer] = field(default_factory=list)

    def observe(self, observer: Observer) -> None:
        """Tell `observer` of every later change, before the change's caller goes on."""
        self._observers.append(observer)

    def record(
        self,
        at: int,
        event: str,
        kind: str,
        subject: Issue | Project | User,
        author: User | None,
        changes: tuple[FieldChange, ...] = (),
        key: str | None = None,
        part: Part | None = None,
    ) -> Recorded:
        self.revision += 1
        name = subject.key if key is None else key
        entry = Recorded(self.revision, at, event, kind, name, subject, author, changes, part)
        self.entries.append(entry)
        for observer in self._observers:
            observer(entry)
        return entry
