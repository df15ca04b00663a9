"""`python -m checks` and `ocean probe` against Jiras that are well and Jiras that are not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.end_to_end.stage import CONFIG, SECRETS, Stage

pytestmark = pytest.mark.timeout(120)

RESTRICTED = {f"{SECRETS}TOKEN": "sandbox-restricted-token"}
WRONG = {f"{SECRETS}TOKEN": "a-token-that-nobody-has-given"}


def examined(
    stage: Stage,
    login: Mapping[str, str] | None = None,
    more: Mapping[str, str] | None = None,
    command: Sequence[str] = (sys.executable, "-m", "checks"),
) -> tuple[int, str]:
    """Exit status and output of a check in the integration's folder."""
    login = stage.login() if login is None else login
    environment = {**stage._environment(), **login, **(more or {}), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        command,
        cwd=stage.integration,
        env={**environment, "COLUMNS": "1000"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    return done.returncode, done.stdout + done.stderr


def verdicts(output: str) -> dict[str, str]:
    """Subject → verdict of the printed table."""
    rows = re.findall(r"^(ok|note|PROBLEM|unknown) +(.+?)  ", output, re.MULTILINE)
    return {subject: verdict for verdict, subject in rows}


def test_a_jira_that_is_well(stage: Stage) -> None:
    status, output = examined(stage)
    found = verdicts(output)
    assert status == 0, output
    assert {"Port", "address", "version", "login", "JQL", "rate limit", "token"} <= found.keys()
    assert "PROBLEM" not in found.values()
    assert "catalog-reader" in output
    assert "sandbox-token" not in output


@pytest.mark.parametrize(
    ("login", "more", "subject", "says"),
    [
        pytest.param(WRONG, {}, "login", "refused the login", id="wrong-token"),
        pytest.param(
            RESTRICTED,
            {},
            "Browse users and groups",
            "users cannot be synced",
            id="no-browse-users",
        ),
        pytest.param(
            None,
            {f"{CONFIG}JIRA_SERVER_HOST": "http://127.0.0.1:9"},
            "address",
            "No connection to Jira",
            id="nobody-there",
        ),
        pytest.param(
            None,
            {"OCEAN__PORT__CLIENT_SECRET": "wrong"},
            "Port",
            "Port refuses the login",
            id="port",
        ),
    ],
)
def test_what_stands_in_the_way_is_named(
    stage: Stage,
    login: Mapping[str, str] | None,
    more: Mapping[str, str],
    subject: str,
    says: str,
) -> None:
    status, output = examined(stage, login, more)
    assert status == 1, output
    assert verdicts(output)[subject] == "PROBLEM"
    assert says in output


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        pytest.param({"html": "login"}, "A login page came instead of data", id="login-page"),
        pytest.param({"status": 404, "body": "gone"}, "HTTP 404", id="wrong-path"),
        pytest.param({"redirect": "https://x.example/"}, "Redirected to", id="redirect"),
    ],
)
def test_what_comes_instead_of_a_jira(stage: Stage, fault: object, says: str) -> None:
    stage.jira.fault("/rest/", fault)
    status, output = examined(stage)
    assert status == 1, output
    assert verdicts(output)["address"] == "PROBLEM"
    assert says in output


def test_a_visitors_view_is_no_login(stage: Stage) -> None:
    stage.jira.settings(anonymous=True)
    try:
        status, output = examined(stage, WRONG)
    finally:
        stage.jira.settings(anonymous=False)
    assert status == 1, output
    assert verdicts(output)["login"] == "PROBLEM"


def test_a_refused_login_is_sent_once(stage: Stage) -> None:
    examined(stage, WRONG)
    signed = [r for r in stage.jira.requests() if r["authorization"]]
    assert [r["status"] for r in signed] == [401]


def test_jql_of_the_mapping_in_port_is_tried(synced_stage: Stage) -> None:
    mapping = synced_stage.port.mapping()
    broken = {**mapping, "resources": [dict(r) for r in mapping["resources"]]}
    for resource in broken["resources"]:
        if resource["kind"] == "issue":
            resource["selector"] = {"query": "true", "jql": "project = NOWHERE"}
    synced_stage.port.set_mapping(broken)
    try:
        status, output = examined(synced_stage)
    finally:
        synced_stage.port.set_mapping(mapping)
    assert status == 1, output
    assert "The value 'NOWHERE' does not exist for the field 'project'." in " ".join(output.split())


def test_ocean_probe_tells_the_same(stage: Stage) -> None:
    probe = (str(Path(sys.executable).with_name("ocean")), "probe")
    status, output = examined(stage, command=probe)
    assert status == 0, output
    assert "Jira: connection check" in output
    assert "Probe complete" in output
    assert "login" in verdicts(output)


def test_a_run_begins_with_a_look(stage: Stage) -> None:
    run = stage.run(RESTRICTED)
    assert run.status == 1
    assert "Jira: Browse users and groups: Not given. users cannot be synced" in run.log
    assert re.search(r"Jira: .* 9\.12\.18", run.log)
