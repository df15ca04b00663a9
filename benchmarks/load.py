"""Works out what one exporter asked of Jira, from the sandbox's list of requests. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Entry = dict[str, Any]

_SEARCH = "/rest/api/2/search"
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class JiraLoad:
    """What it took Jira to give `issues` issues; times in seconds, `page` in issues.

    `until_last_reply` counts from the first request of any kind to the end of the last search
    reply; in `busy` of them at least one request was under way. Counts of issues (maxResults=0) are
    not among the `searches`.
    """

    issues: int
    until_last_reply: float
    busy: float
    searches: int
    page: int
    megabytes: float

    @property
    def searches_per_thousand(self) -> float:
        return self.searches * 1000 / self.issues

    @property
    def searches_per_full_page(self) -> float:
        """How many searches for each page that would be full at the page size that was got."""
        return self.searches / math.ceil(self.issues / self.page)


def jira_load(requests: Sequence[Entry], issues: int, page_cap: int) -> JiraLoad:
    """`requests` as `GET /_sandbox/requests` lists them, all answered, one search at the least."""
    searches = [one for one in requests if _is_search(one)]
    return JiraLoad(
        issues=issues,
        until_last_reply=max(map(_ended, searches)) - min(one["started"] for one in requests),
        busy=_union((one["started"], _ended(one)) for one in requests),
        searches=len(searches),
        page=min(page_cap, max(map(_asked, searches))),
        megabytes=sum(one["bytes"] for one in requests) / _MEGABYTE,
    )


def _is_search(request: Entry) -> bool:
    return str(request["path"]).endswith(_SEARCH) and _asked(request) > 0


def _asked(search: Entry) -> int:
    question = search["body"] if search["method"] == "POST" else search["query"]
    return int(question["maxResults"])


def _ended(request: Entry) -> float:
    return float(request["started"] + request["seconds"])


def _union(intervals: Iterable[tuple[float, float]]) -> float:
    covered, reached = 0.0, -math.inf
    for start, end in sorted(intervals):
        covered += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return covered
