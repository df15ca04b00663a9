"""The company as it is now: its rows and the indexes that find them.

Keeps indexes true; what may change, and what is told about it, is decided in `changes`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from operator import attrgetter

from sandbox.jira.company.change_log import ChangeLog
from sandbox.jira.company.model import Issue, Project, User

Clock = Callable[[], int]


class Company:
    """Users, projects and issues; `clock` gives epoch milliseconds and is the server's clock."""

    def __init__(
        self,
        users: Iterable[User],
        projects: Iterable[Project],
        issues: Iterable[Issue],
        clock: Clock,
    ) -> None:
        self.clock = clock
        self.log = ChangeLog()
        self.users = {user.key: user for user in users}
        self.projects = {project.id: project for project in projects}
        self.issues = {issue.id: issue for issue in issues}
        self._user_names = {user.name.casefold(): user for user in self.users.values()}
        self._project_keys = {project.key: project for project in self.projects.values()}
        self._numbers: dict[int, dict[int, Issue]] = {id_: {} for id_ in self.projects}
        for issue in self.issues.values():
            self._numbers[issue.project.id][issue.number] = issue
        self._old_keys: dict[str, Issue] = {}
        self._timeline = sorted(self.issues.values(), key=attrgetter("created_ms", "id"))
        self._seconds = [issue.created for issue in self._timeline]
        self._next_issue_id = max(self.issues, default=9999) + 1
        self._next_position = len(self.issues)
        self._last_part_id = 10 * (self._next_issue_id + 10_000_000)

    def user(self, text: str) -> User | None:
        """A user by key or, in any case of letters, by name; deleted ones too."""
        return self.users.get(text) or self._user_names.get(text.casefold())

    def user_by_name(self, name: str) -> User | None:
        return self._user_names.get(name.casefold())

    def project(self, text: str) -> Project | None:
        """A project by id or key, old keys included."""
        if text.isdecimal() and int(text) in self.projects:
            return self.projects[int(text)]
        return self._project_keys.get(text.upper())

    def issue(self, text: str) -> Issue | None:
        """An issue by id or key; keys from before a move or a new project key still lead to it."""
        if text.isdecimal():
            return self.issues.get(int(text))
        prefix, _, number = text.upper().rpartition("-")
        project = self._project_keys.get(prefix)
        if project is not None and number.isdecimal() and number.isascii():
            found = self._numbers[project.id].get(int(number))
            if found is not None:
                return found
        return self._old_keys.get(text.upper())

    def created_between(self, first: int | None, last: int | None) -> list[Issue]:
        """Issues whose creation second is in the closed range, oldest first; None is open."""
        start = 0 if first is None else bisect_left(self._seconds, first)
        end = len(self._seconds) if last is None else bisect_right(self._seconds, last)
        return self._timeline[start:end]

    def issues_of(self, project: Project) -> Iterable[Issue]:
        return self._numbers[project.id].values()

    def next_issue_id(self) -> int:
        self._next_issue_id += 1
        return self._next_issue_id - 1

    def next_index_position(self) -> int:
        """Where the search index puts an issue that it has just read anew: last."""
        self._next_position += 1
        return self._next_position - 1

    def next_part_id(self) -> int:
        """For a comment, a worklog or a link: above every id that was derived or generated."""
        self._last_part_id += 1
        return self._last_part_id

    def add_issue(self, issue: Issue) -> None:
        self.issues[issue.id] = issue
        self._numbers[issue.project.id][issue.number] = issue
        place = bisect_right(self._seconds, issue.created)
        self._timeline.insert(place, issue)
        self._seconds.insert(place, issue.created)

    def remove_issue(self, issue: Issue) -> None:
        del self.issues[issue.id]
        del self._numbers[issue.project.id][issue.number]
        for key in issue.old_keys or ():
            self._old_keys.pop(key, None)
        place = bisect_left(self._seconds, issue.created)
        while self._timeline[place] is not issue:
            place += 1
        del self._timeline[place]
        del self._seconds[place]

    def rehome_issue(self, issue: Issue, project: Project) -> None:
        """Give the issue the next number of another project; its old key keeps leading to it."""
        old = issue.key
        del self._numbers[issue.project.id][issue.number]
        project.last_number += 1
        issue.project, issue.number = project, project.last_number
        self._numbers[project.id][issue.number] = issue
        self._old_keys[old] = issue
        issue.old_keys = [*(issue.old_keys or ()), old]

    def add_project(self, project: Project) -> None:
        self.projects[project.id] = project
        self._numbers[project.id] = {}
        self._project_keys[project.key] = project

    def remove_project(self, project: Project) -> None:
        """The project, without the issues that are still in it, which the caller takes out."""
        del self.projects[project.id]
        del self._numbers[project.id]
        for key in (project.key, *project.old_keys):
            self._project_keys.pop(key, None)

    def rekey_project(self, project: Project, key: str) -> None:
        project.old_keys.append(project.key)
        project.key = key
        self._project_keys[key] = project

    def add_user(self, user: User) -> None:
        self.users[user.key] = user
        self._user_names[user.name.casefold()] = user

    def rename_user(self, user: User, name: str) -> None:
        del self._user_names[user.name.casefold()]
        user.name = name
        self._user_names[name.casefold()] = user
