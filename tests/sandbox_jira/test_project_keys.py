"""Project keys in other scripts, which Jira takes where its administrator's pattern allows them."""

from __future__ import annotations

import pytest

from tests.sandbox_jira.conftest import Sandbox


def test_keys_of_another_script_are_found_like_others(fresh: Sandbox) -> None:
    fresh.change("create_project", key="МИР", name="Мир")
    key = fresh.change("create", project="МИР", summary="Первая")["key"]
    assert key == "МИР-1"
    assert fresh.keys('project = "МИР"') == fresh.keys(f'issuekey = "{key}"') == [key]
    assert fresh.reader.get(f"/issue/{key}").json()["fields"]["project"]["key"] == "МИР"
    fresh.change("rekey_project", project="МИР", key="ЛУНА")
    assert fresh.reader.get(f"/issue/{key}").json()["key"] == "ЛУНА-1"
    assert fresh.reader.get("/project/МИР").json()["key"] == "ЛУНА"


@pytest.mark.parametrize("key", ["мир", "М", "1МИР", "_МИР", "МИР-1", "МИР МИР", "М" * 11])
def test_what_is_no_key_is_refused(jira: Sandbox, key: str) -> None:
    order = {"kind": "create_project", "key": key, "name": "Мир"}
    reply = jira.control.post("/change", json=order)
    assert reply.status_code == 400
    assert "create_project.key" in reply.json()["error"]
