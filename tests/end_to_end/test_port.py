"""What Port refuses is named, and an account that maps in Port gets everything raw."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.end_to_end import expected
from tests.end_to_end.conftest import SMALL
from tests.end_to_end.expected import ISSUE, USER
from tests.end_to_end.stage import Stage, stage_with

pytestmark = pytest.mark.timeout(120)


def test_a_refused_entity_is_named_with_the_reason(stage: Stage) -> None:
    key = min(stage.jira.keys())
    refusal = {"refuse_entity": f"^{key}$", "message": "The title is a palindrome"}
    stage.port.fault(f"/blueprints/{ISSUE}/entities", refusal)
    run = stage.run()
    assert run.status == 0
    assert run.finished
    summary = run.log[re.search("(?i)resync finished in", run.log).start() :]  # type: ignore[union-attr]
    assert re.search(rf"{ISSUE} {key}: .*The title is a palindrome", summary)
    assert re.search(r"(?m)^\s*issue( +[\d,]+){3} +1 +0\s*$", summary)
    assert set(stage.port.entities()[ISSUE]) == stage.jira.keys() - {key}


def test_a_refused_change_leaves_the_entity_as_it_was(synced_stage: Stage) -> None:
    stage = synced_stage
    assert stage.run().status == 0
    key = min(stage.jira.keys())
    before = stage.port.entities()[ISSUE][key]
    stage.jira.change("edit", issue=key, summary="Another summary")
    stage.port.fault(f"/blueprints/{ISSUE}/entities", {"refuse_entity": f"^{key}$"})
    run = stage.run()
    assert run.status == 0
    assert f"{ISSUE} {key}: refused on request" in run.log
    assert stage.port.entities()[ISSUE][key] == before


def test_port_that_is_down_for_a_moment_is_survived(stage: Stage) -> None:
    stage.port.fault("/entities/bulk", {"status": 503}, times=2)
    stage.port.fault("/v1/auth/access_token", {"status": 502}, times=2)
    run = stage.run()
    assert run.status == 0
    assert "Jira: Port answers a login with HTTP 502." in run.log
    stage.assert_complete()


def test_a_refused_port_login_ends_the_run_at_once(stage: Stage) -> None:
    stage.jira.forget()
    secret = "a-secret-that-nobody-was-given"
    run = stage.run(more={"OCEAN__PORT__CLIENT_SECRET": secret})
    assert run.status == 1
    assert "cannot start. Port refuses the login (HTTP 401)." in run.log
    assert "Check OCEAN__PORT__CLIENT_ID and OCEAN__PORT__CLIENT_SECRET" in run.log
    assert "retrying" not in run.log
    assert secret not in run.log
    assert stage.jira.requests() == []


def test_a_port_that_is_not_there_is_told_in_one_line(stage: Stage) -> None:
    with stage.start(more={"OCEAN__PORT__BASE_URL": "http://127.0.0.1:9"}) as ship:
        told = "Jira: No connection to Port"
        ship.wait_until(lambda: told in ship.log(), "a warning about Port")
        assert ship.log().count(told) == 1
        assert "WARNING" in next(line for line in ship.log().splitlines() if told in line)


def test_entities_that_ocean_keeps_because_of_its_threshold_are_told(synced_stage: Stage) -> None:
    stage = synced_stage
    assert stage.run().status == 0
    mapping, before = stage.port.mapping(), set(stage.port.entities()[ISSUE])
    resources = [dict(resource) for resource in mapping["resources"]]
    for resource in resources:
        if resource["kind"] == "issue":
            resource["selector"] = {"query": "true", "jql": "project = PAY"}
    stage.port.set_mapping({**mapping, "resources": resources, "entityDeletionThreshold": 0.01})
    try:
        run = stage.run()
    finally:
        stage.port.set_mapping(mapping)
    assert run.status == 0
    assert before <= set(stage.port.entities()[ISSUE])
    summary = run.log[run.log.rindex("resync finished in") :]
    assert re.search(r"(?m)^\d+ entities that the mapping no longer selects stay in Port", summary)


def test_raw_items_arrive_where_port_maps_them(integration: Path, homes: Path) -> None:
    with stage_with(integration, homes / "dsp", SMALL, ("--dsp",)) as stage:
        assert stage.run().status == 0
        assert stage.port.entities().get(USER, {}) == {}
        state = stage.jira.state()
        assert _raw_keys(stage, "user") == {u["key"] for u in state["users"] if not u["deleted"]}
        assert _raw_keys(stage, "project") == {p["key"] for p in expected.visible_projects(state)}
        assert _raw_keys(stage, "issue") == stage.jira.keys()


def _raw_keys(stage: Stage, kind: str) -> set[str]:
    batches = [batch for batch in stage.port.look("raw") if batch["kind"] == kind]
    return {i["key"] for batch in batches for entry in batch["data"] for i in entry["items"]}
