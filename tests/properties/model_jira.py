"""A model of Jira's search that changes between any two requests.

It knows just the JQL that the planner writes, and imports nothing of the planner.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from random import Random

REJECTED = "rejected"


@dataclass(frozen=True)
class ModelIssue:
    id: int
    key: str
    created: int
    matches: bool = True


@dataclass(frozen=True)
class Result:
    issues: list[ModelIssue]
    total: int | None


class ModelJira:
    """Issues by id; `stable` are those that existed and matched since the beginning."""

    def __init__(
        self,
        issues: list[ModelIssue],
        *,
        cap: int,
        random: Random,
        changes_per_request: int,
        zone: tzinfo,
        takes_epoch: bool = True,
        sends_totals: bool = True,
    ) -> None:
        self.issues = {issue.id: issue for issue in issues}
        self.stable = {issue.id for issue in issues if issue.matches}
        self.requests = 0
        self._newest_id = max(self.issues, default=0)
        self._cap = cap
        self._random = random
        self._changes = changes_per_request
        self._zone = zone
        self._takes_epoch = takes_epoch
        self._sends_totals = sends_totals

    def search(self, jql: str, max_results: int) -> Result | str:
        for _ in range(self._changes):
            self._change()
        self.requests += 1
        excluded = {int(i) for i in re.findall(r"\d+", _part(jql, r"id NOT IN \(([^)]*)\)"))}
        if excluded - set(self.issues) or (not self._takes_epoch and re.search(r"[<=] \d", jql)):
            return REJECTED
        found = [i for i in self.issues.values() if i.matches and i.id not in excluded]
        found = [i for i in found if self._in_bounds(i, jql)]
        found.sort(key=lambda i: (i.created, i.key.rsplit("-")[0], int(i.key.rsplit("-")[1])))
        page = found[: min(self._cap, max_results)]
        return Result(page, len(found) if self._sends_totals else None)

    def _in_bounds(self, issue: ModelIssue, jql: str) -> bool:
        lower = self._bound(jql, ">=")
        upper = self._bound(jql, "<")
        return (lower is None or issue.created >= lower) and (
            upper is None or issue.created < upper
        )

    def _bound(self, jql: str, operator: str) -> int | None:
        literal = _part(jql, rf'created {operator} ("[^"]*"|\d+)')
        if not literal:
            return None
        if literal.startswith('"'):
            local = datetime.strptime(literal, '"%Y-%m-%d %H:%M"').replace(tzinfo=self._zone)
            return int(local.timestamp())
        return int(literal) // 1000

    def _change(self) -> None:
        change = self._random.choice(["create", "delete", "leave", "enter", "move", "none"])
        issue = self._random.choice([*self.issues.values()]) if self.issues else None
        if change == "create":
            self._newest_id += 1
            number = self._newest_id
            newest = max((i.created for i in self.issues.values()), default=0)
            created = newest + self._random.randint(0, 2)
            self.issues[number] = ModelIssue(number, f"NEW-{number}", created)
        elif issue is None or change == "none":
            return
        elif change == "delete":
            del self.issues[issue.id]
            self.stable.discard(issue.id)
        elif change == "move":
            project = self._random.choice("ABC")
            self.issues[issue.id] = replace(issue, key=f"{project}-{1000 + self.requests}")
        else:
            self.issues[issue.id] = replace(issue, matches=change == "enter")
            self.stable -= {issue.id} if change == "leave" else set()


def _part(jql: str, pattern: str) -> str:
    found = re.search(pattern, jql)
    return found.group(1) if found else ""
