"""The sandbox's own API."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sandbox_jira.conftest import Sandbox, Starter


def test_requests_are_told_without_credentials(jira: Sandbox) -> None:
    jira.reader.post("/search", json={"jql": "project = PAY", "maxResults": 1})
    jira.nobody.get(
        "/user", params={"username": "zoe"}, auth=("catalog-reader", "sandbox-password")
    )
    jira.nobody.get("/serverInfo")
    search, user, info = jira.control.get("/requests").json()
    assert (search["method"], search["path"]) == ("POST", "/jira/rest/api/2/search")
    assert search["body"] == {"jql": "project = PAY", "maxResults": 1}
    assert (search["user"], search["status"], search["authorization"]) == (
        "catalog-reader", 200, "bearer",
    )  # fmt: skip
    assert search["bytes"] > 1000
    assert 0 < search["seconds"] < 10
    assert abs(search["started"] - time.time()) < 60
    assert (user["query"], user["authorization"]) == ({"username": "zoe"}, "basic")
    assert (info["user"], info["authorization"]) == (None, None)
    assert "sandbox-" not in jira.control.get("/requests").text


def test_requests_are_filtered_and_forgotten(jira: Sandbox) -> None:
    jira.reader.get("/project")
    jira.reader.get("/serverInfo")
    assert len(jira.control.get("/requests", params={"path": "project$"}).json()) == 1
    jira.control.delete("/requests")
    assert jira.control.get("/requests").json() == []


def test_latency_overlaps(jira: Sandbox) -> None:
    jira.set(latency_ms=300)
    started = time.monotonic()
    with ThreadPoolExecutor(5) as threads:
        list(threads.map(jira.reader.get, ["/serverInfo"] * 5))
    assert 0.29 < time.monotonic() - started < 1.2


def test_latency_grows_with_issues(jira: Sandbox) -> None:
    jira.set(latency_per_issue_ms=5)
    started = time.monotonic()
    jira.search(maxResults=50)
    assert time.monotonic() - started > 0.24


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        ("/settings", {"page_cap": 0}, "page_cap"),
        ("/settings", {"colour": "red"}, "colour: Extra inputs"),
        ("/settings", {"expire_token": "nope"}, "there is no token 'nope'"),
        ("/settings", {"rate_limit": {"bucket": 1}}, "rate_limit.fill: Field required"),
        ("/change", {"kind": "close", "issue": "NOPE-1"}, "There is no issue 'NOPE-1'"),
        ("/change", {}, "kind"),
        ("/churn", {"per_second": 1, "every_requests": 1}, "either per_second or every_requests"),
        ("/churn", {"every_requests": 1, "kinds": ["explode"]}, "kinds must be some of"),
        ("/churn", {"every_requests": 1, "kinds": []}, "kinds must be some of"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_wrong_input_is_refused_with_a_reason(
    jira: Sandbox, path: str, body: dict[str, Any], problem: str
) -> None:
    reply = jira.control.post(path, json=body)
    assert reply.status_code == 400
    assert problem in reply.json()["error"]


def test_a_body_that_is_no_json_is_refused(jira: Sandbox) -> None:
    reply = jira.control.post("/change", content=b"{")
    assert (reply.status_code, "not JSON" in reply.text) == (400, True)


def test_an_unknown_place_names_the_known_ones(jira: Sandbox) -> None:
    reply = jira.control.get("/nope")
    assert reply.status_code == 404
    assert "POST /_sandbox/faults" in reply.json()["see"]


def test_a_wrong_setting_changes_none(jira: Sandbox) -> None:
    before = jira.control.get("/settings").json()
    jira.control.post("/settings", json={"page_cap": 5, "expire_token": "nope"})
    assert jira.control.get("/settings").json() == before


def test_the_state_is_the_truth_as_somebody_sees_it(jira: Sandbox) -> None:
    everything = jira.state(jql="")
    assert len(everything["keys"]) > len(jira.keys())
    assert everything["counts"]["issues"] == 600
    mine = jira.state(jql="", **{"as": "catalog-reader"})["keys"]
    assert sorted(mine) == sorted(jira.keys())
    assert jira.state(jql="", **{"as": ""})["keys"] == []
    assert jira.control.get("/state", params={"jql": "nope = 1"}).status_code == 400
    assert jira.control.get("/state", params={"jql": "", "as": "ghost"}).status_code == 400


def test_changes_show_at_once(fresh: Sandbox) -> None:
    total = fresh.search()["total"]
    key = fresh.change("create", project="PAY", summary="Ünïcode 🎉")["key"]
    assert fresh.search()["total"] == total + 1
    issue = fresh.reader.get(f"/issue/{key}").json()
    assert issue["fields"]["summary"] == "Ünïcode 🎉"
    fresh.change("delete", issue=key)
    assert fresh.reader.get(f"/issue/{key}").status_code == 404


def between_requests(jira: Sandbox) -> list[list[str]]:
    order = {"every_requests": 1, "kinds": ["close", "create", "delete"], "seed": 4}
    jira.control.post("/churn", json=order)
    jql = "statusCategory != Done ORDER BY created"
    return [jira.keys(jql, startAt=start, maxResults=20) for start in (0, 20, 40)]


def test_changes_between_requests_are_reproducible(starter: Starter) -> None:
    now = ("--now", "2026-05-04T08:00:00Z")
    first, second = (between_requests(starter(*now)) for _ in range(2))
    assert first == second


def test_every_search_is_followed_by_a_change(fresh: Sandbox) -> None:
    fresh.control.post("/churn", json={"every_requests": 1, "kinds": ["create"]})
    totals = [fresh.search(maxResults=0)["total"] for _ in range(3)]
    made = fresh.control.get("/churn").json()["made"]
    assert made == 3
    assert totals == sorted(totals)
    assert fresh.state()["counts"]["issues"] == 203


def test_churn_by_the_clock_starts_and_stops(fresh: Sandbox) -> None:
    fresh.control.post("/churn", json={"per_second": 200, "kinds": ["create"]})
    until = time.monotonic() + 5
    while fresh.state()["revision"] < 10 and time.monotonic() < until:
        time.sleep(0.02)
    assert fresh.control.delete("/churn").json()["made"] >= 10
    revision = fresh.state()["revision"]
    time.sleep(0.1)
    assert fresh.state()["revision"] == revision


def test_churn_may_end_by_itself(fresh: Sandbox) -> None:
    fresh.control.post("/churn", json={"per_second": 100, "seconds": 0.2, "kinds": ["edit"]})
    time.sleep(0.5)
    revision = fresh.state()["revision"]
    assert 5 <= revision <= 25
    time.sleep(0.1)
    assert fresh.state()["revision"] == revision
