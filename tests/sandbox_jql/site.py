"""A small made-up site to search: six issues in two projects, and a context to ask it with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from sandbox.jira.jql import SearchContext, compile_query

NOW = datetime(2024, 3, 15, 12, 0, tzinfo=UTC)  # a Friday


def seconds(text: str) -> int:
    """Epoch seconds of an ISO time in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@dataclass(frozen=True)
class Issue:
    key: str
    id: int
    created: int
    updated: int
    summary: str
    resolved: int | None = None
    due: date | None = None
    description: str | None = None
    labels: Sequence[str] = ()
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict, hash=False)

    @property
    def project_key(self) -> str:
        return self.key.rpartition("-")[0]

    @property
    def number(self) -> int:
        return int(self.key.rpartition("-")[2])

    def values(self, field: str) -> Sequence[str]:
        return self.fields.get(field, ())


APOLLO = ("10000", "Apollo Platform", "APO")
ZEUS = ("10001", "Zeus", "ZEUS")
ANNA = ("JIRAUSER10100", "anna")
BO = ("bo", "bo.b")
TO_DO = {"status": ("1", "Open"), "statusCategory": ("2", "new", "To Do")}
DOING = {"status": ("3", "In Review"), "statusCategory": ("4", "indeterminate", "In Progress")}
DONE = {"status": ("10001", "Closed"), "statusCategory": ("3", "done", "Done")}
HIGH, MEDIUM, LOW = ("2", "High"), ("3", "Medium"), ("4", "Low")

ISSUES: list[Issue] = [
    Issue(
        "APO-1",
        10100,
        seconds("2024-01-05T10:30:00"),
        seconds("2024-03-15T11:50:00"),
        "Login fails with an expired token",
        description="The user sees a blank page.\nSecond try works.",
        labels=("backend", "Urgent"),
        fields={
            "project": APOLLO,
            "issuetype": ("1", "Bug"),
            "priority": HIGH,
            "assignee": ANNA,
            "reporter": BO,
            "component": ("501", "Sign-in"),
            "customfield_10101": ("APO-3",),
            "customfield_10200": ("8.0",),
            **TO_DO,
        },
    ),
    Issue(
        "APO-2",
        10101,
        seconds("2024-03-01T00:00:00"),
        seconds("2024-03-14T12:00:00"),
        "Token rotation",
        due=date(2024, 3, 20),
        labels=("backend",),
        fields={
            "project": APOLLO,
            "issuetype": ("2", "Task"),
            "priority": MEDIUM,
            "reporter": ANNA,
            "parent": ("10100", "APO-1"),
            "customfield_10200": ("3.0",),
            **DOING,
        },
    ),
    Issue(
        "APO-3",
        10150,
        seconds("2024-03-10T08:15:30"),
        seconds("2024-03-10T09:00:00"),
        "Sign-in epic: tokens everywhere",
        resolved=seconds("2024-03-12T09:00:00"),
        due=date(2024, 3, 15),
        fields={
            "project": APOLLO,
            "issuetype": ("5", "Epic"),
            "priority": LOW,
            "assignee": BO,
            "reporter": BO,
            "resolution": ("1", "Fixed"),
            **DONE,
        },
    ),
    Issue(
        "APO-10",
        10160,
        seconds("2024-03-15T11:30:00"),
        seconds("2024-03-15T11:59:00"),
        "東京オフィスの設定",
        description="login page",
        fields={
            "project": APOLLO,
            "issuetype": ("1", "Bug"),
            "priority": HIGH,
            "assignee": ANNA,
            "reporter": ANNA,
            **TO_DO,
        },
    ),
    Issue(
        "ZEUS-2",
        10090,
        seconds("2024-03-15T00:00:00"),
        seconds("2024-03-15T00:00:00"),
        "Ärger mit der Straße",
        description="Größe stimmt nicht",
        labels=("front-end",),
        fields={
            "project": ZEUS,
            "issuetype": ("2", "Task"),
            "fixVersion": ("700", "1.0", "701", "1.1"),
            "reporter": ANNA,
            **DOING,
        },
    ),
    Issue(
        "ZEUS-5",
        10170,
        seconds("2023-12-31T23:30:00"),
        seconds("2024-02-29T10:00:00"),
        "Old things",
        resolved=seconds("2024-02-29T10:00:00"),
        due=date(2024, 2, 29),
        fields={
            "project": ZEUS,
            "issuetype": ("1", "Bug"),
            "priority": LOW,
            "assignee": ("ghost", "gone"),
            "reporter": ANNA,
            "resolution": ("2", "Won't Do"),
            **DONE,
        },
    ),
]

_BY_FIELD = ("project", "status", "issuetype", "priority", "resolution")


def _known_values() -> set[tuple[str, str]]:
    known = {("issuekey", name) for issue in ISSUES for name in (issue.key, str(issue.id))}
    for issue in ISSUES:
        for name in _BY_FIELD:
            known |= {(name, value.casefold()) for value in issue.values(name)}
    return known | {("user", name.casefold()) for name in (*ANNA, *BO, "ghost", "gone")}


_KNOWN = _known_values()
_PRIORITIES = {"2": 0, "3": 1, "4": 2}


def _known(field_name: str, value: str) -> bool:
    return (field_name, value if field_name == "issuekey" else value.casefold()) in _KNOWN


def _rank(field_name: str, value: str) -> int | None:
    by_name = {"high": 0, "medium": 1, "low": 2}
    if field_name != "priority":
        return None
    return _PRIORITIES.get(value, by_name.get(value.casefold()))


def _key_of_id(issue_id: int) -> str | None:
    return next((issue.key for issue in ISSUES if issue.id == issue_id), None)


CONTEXT = SearchContext(
    now=NOW,
    time_zone=UTC,
    user_key="JIRAUSER10100",
    known=_known,
    custom_fields={"epic link": "customfield_10101", "story points": "customfield_10200"},
)
RANKED = replace(CONTEXT, rank=_rank, key_of_id=_key_of_id)


def found(jql: str, context: SearchContext = CONTEXT) -> str:
    """The keys that match, in the order of the query, joined by blanks."""
    query = compile_query(jql, context)
    matching = [issue for issue in ISSUES if query.matches(issue)]
    return " ".join(issue.key for issue in query.sorted(matching))
