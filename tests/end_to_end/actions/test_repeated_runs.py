"""A run that Port delivers twice, since it did not hear of the end of the first attempt."""

from __future__ import annotations

import pytest

from tests.end_to_end.actions.buttons import Desk

pytestmark = pytest.mark.timeout(240)


# The lagging index comes last: what it does not know yet stays unknown for a while.
@pytest.mark.parametrize("lag", [0, 60_000], ids=["index-at-once", "index-a-minute-behind"])
def test_a_repeated_run_creates_no_second_issue(desk: Desk, lag: int) -> None:
    desk.stage.jira.settings(index_lag_ms=lag)
    before = desk.issue_keys()
    desk.stage.port.fault("/actions/runs/r_", {"status": 503}, method="PATCH")
    run = desk.buttons.start("create_issue", project="PAY", issueType="Bug", summary="Once only")
    unheard = f"Port did not hear of the end of run {run}"
    desk.sailing.wait_until(lambda: unheard in desk.sailing.log(), "end of the first attempt")
    desk.stage.port.calm()
    desk.buttons.redeliver(run)
    ended = desk.buttons.end_of(run)
    assert ended.succeeded
    assert f"An earlier attempt of this run has created {ended.key}" in ended.log
    creations = desk.stage.jira.requests("/rest/api/2/issue$")
    assert [one["status"] for one in creations if one["method"] == "POST"] == [201]
    if lag:
        assert "Jira's index does not know the change yet" in ended.log
    else:
        assert desk.issue_keys() - before == {ended.key}
        assert desk.catalogued(ended.key) is not None
