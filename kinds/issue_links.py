"""Decides which parents and sub-tasks of issues are themselves among the listed issues. Pure.

A relation to an issue outside of the JQL would make Port create an empty issue, or keep one that
has left the JQL with its last status for ever.
"""

from collections.abc import Iterable

from client import Json

_MOST_OPEN_QUESTIONS = 500


class IssueLinks:
    """Sorts issues into those whose links are all known and those that have to wait.

    Most links lead to issues of the same or an earlier page; for the rest one small search answers
    for hundreds of issues at once.
    """

    def __init__(self) -> None:
        self._listed: dict[str, bool] = {}
        self._waiting: list[Json] = []
        self._open: set[str] = set()

    @property
    def open_questions(self) -> frozenset[str]:
        """Keys of which it is not known whether they are listed."""
        return frozenset(self._open)

    @property
    def must_ask(self) -> bool:
        """Whether so many are open that it is time to ask."""
        return len(self._open) >= _MOST_OPEN_QUESTIONS

    def add(self, issues: Iterable[Json]) -> list[Json]:
        """Take in a page of listed issues; return those that are ready, with their links marked."""
        page = list(issues)
        self._know((issue["key"] for issue in page), listed=True)
        self._waiting += page
        return self._release()

    def answer(self, in_scope: set[str]) -> list[Json]:
        """The open keys that are listed; returns every issue that waited."""
        asked = self._open
        self._know(asked & in_scope, listed=True)
        self._know(asked - in_scope, listed=False)
        return self._release()

    def _know(self, keys: Iterable[str], *, listed: bool) -> None:
        self._listed.update(dict.fromkeys(keys, listed))

    def _release(self) -> list[Json]:
        ready: list[Json] = []
        waiting: list[Json] = []
        self._open = set()
        for issue in self._waiting:
            unknown = [link["key"] for link in _links(issue) if link["key"] not in self._listed]
            self._open.update(unknown)
            (waiting if unknown else ready).append(issue)
        self._waiting = waiting
        for issue in ready:
            self._mark(issue)
        return ready

    def _mark(self, issue: Json) -> None:
        for link in _links(issue):
            if not self._listed[link["key"]]:
                link["listed"] = False


def _links(issue: Json) -> list[Json]:
    fields = issue.get("fields") or {}
    links = [fields.get("parent"), *(fields.get("subtasks") or [])]
    return [link for link in links if isinstance(link, dict) and link.get("key")]
