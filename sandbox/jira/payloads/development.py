"""The text of the Development field: what its Java object prints, followed by JSON."""

from __future__ import annotations

from typing import Any

from sandbox.jira.company.texts import mix
from sandbox.jira.payloads.encoding import encode

_PLUGIN = "com.atlassian.jira.plugin.devstatus."
_BEANS = (
    ("pullrequest", "rest.SummaryItemBean", "PullRequestOverallBean"),
    ("build", "rest.SummaryItemBean", "BuildOverallBean"),
    ("review", "rest.SummaryItemBean", "ReviewsOverallBean"),
    ("deployment-environment", "rest.SummaryItemBean", "DeploymentOverallBean"),
    ("repository", "rest.SummaryItemBean", "CommitOverallBean"),
    ("branch", "rest.SummaryItemBean", "BranchOverallBean"),
)


def development_text(seed: int, pull_requests: int) -> str:
    """About two KB; `seed` decides the object addresses that Java prints."""
    beans = ", ".join(
        f"{name}={_PLUGIN}{item}@{_address(seed, place)}[byInstanceType={{}},"
        f"overall={_overall(bean, seed, place, pull_requests)}]"
        for place, (name, item, bean) in enumerate(_BEANS)
    )
    summary = f"{_PLUGIN}rest.SummaryBean@{_address(seed, 9)}[summary={{{beans}}}"
    document = encode({"cachedValue": _cached(pull_requests), "isStale": False})
    return f"{{summaryBean={summary},configErrors=[],errors=[]], devSummaryJson={document}}}"


def _address(seed: int, place: int) -> str:
    return f"{mix(seed, 700 + place) & 0x7FFFFFFF:x}"


def _overall(bean: str, seed: int, place: int, pull_requests: int) -> str:
    if place == 0:
        details = f"openCount={pull_requests}, mergedCount=0, declinedCount=0"
        return (
            f"{bean}{{stateCount={pull_requests}, state='OPEN', "
            f"details=PullRequestOverallDetails{{{details}}}}}"
        )
    address = _address(seed, 20 + place)
    values = "count=0,lastUpdated=<null>,lastUpdatedTimestamp=<null>"
    return f"{_PLUGIN}summary.beans.{bean}@{address}[{values}]"


def _cached(pull_requests: int) -> dict[str, Any]:
    details = {"openCount": pull_requests, "mergedCount": 0, "declinedCount": 0}
    requests = {
        "count": pull_requests,
        "lastUpdated": None,
        "stateCount": pull_requests,
        "state": "OPEN",
        "details": {**details, "total": pull_requests},
        "open": True,
    }
    empty: dict[str, Any] = {"count": 0, "lastUpdated": None}
    builds = {**empty, "failedBuildCount": 0, "successfulBuildCount": 0, "unknownBuildCount": 0}
    reviews = {
        **empty,
        "stateCount": 0,
        "state": None,
        "dueDate": None,
        "overDue": False,
        "completed": False,
    }
    environments = {**empty, "topEnvironments": [], "showProjects": False, "successfulCount": 0}
    overall = (requests, builds, reviews, environments, empty, empty)
    parts = {
        name: {"overall": part, "byInstanceType": {}}
        for (name, _, _), part in zip(_BEANS, overall, strict=True)
    }
    return {"errors": [], "configErrors": [], "summary": parts}
