"""Each recipe's environment, run through the real process; only the addresses are exchanged."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping
from contextlib import AbstractContextManager

import httpx
import pytest

from tests.deploy import recipes
from tests.end_to_end.sail import Run, Sailing
from tests.end_to_end.stage import Stage

pytestmark = pytest.mark.timeout(180)

Environment = Mapping[str, str]
PORT_EXAMPLE, JIRA_EXAMPLE = "https://api.getport.io", "https://jira.example.com"
HOST = "OCEAN__INTEGRATION__CONFIG__JIRA_SERVER_HOST"
INTERVAL = "OCEAN__SCHEDULED_RESYNC_INTERVAL"
LOGIN = {"OCEAN__PORT__CLIENT_ID", "OCEAN__PORT__CLIENT_SECRET"}
TOKENS = ("OCEAN__INTEGRATION__SECRETS__TOKEN", "OCEAN__INTEGRATION__CONFIG__TOKEN")
# The stage would give these where a recipe does not.
OF_THE_STAGE = ("OCEAN__EVENT_LISTENER", "OCEAN__INTEGRATION__IDENTIFIER", HOST, *LOGIN)


def told(stage: Stage, environment: Environment) -> dict[str, str]:
    """The recipe's environment with the sandboxes' addresses in place of the examples."""
    exchanged = {PORT_EXAMPLE: stage.port.url, JIRA_EXAMPLE: stage.jira.url}
    assert environment["OCEAN__PORT__BASE_URL"] == PORT_EXAMPLE
    return {name: exchanged.get(text, text) for name, text in environment.items()}


def run(stage: Stage, environment: Environment) -> Run:
    with start(stage, environment) as ship:
        return ship.end()


def start(stage: Stage, environment: Environment) -> AbstractContextManager[Sailing]:
    missing = [name for name in OF_THE_STAGE if name not in environment]
    return stage.start({}, more=told(stage, environment), without=missing)


def stopped(ship: Sailing) -> Run:
    ship.signal(signal.SIGTERM)
    return ship.end()


def assert_stays_and_syncs(stage: Stage, environment: Environment) -> Run:
    with start(stage, environment) as ship:
        ship.wait_until(lambda: "resync finished" in ship.log().lower(), "a whole resync")
        stage.assert_complete()
        ended = stopped(ship)
        assert ended.status == 0
        return ended


def helm_environment(secrets: Environment, *words: str) -> dict[str, str]:
    values = recipes.helm_values(*words)
    values["port"] |= {
        "clientId": secrets["OCEAN__PORT__CLIENT_ID"],
        "clientSecret": secrets["OCEAN__PORT__CLIENT_SECRET"],
    }
    values["integration"]["secrets"] = {"token": secrets[TOKENS[0]]}
    return recipes.chart_environment(values)


def argocd_values(secrets: Environment) -> recipes.Json:
    return recipes.argocd_values(
        {
            "PORT_CLIENT_ID": secrets["OCEAN__PORT__CLIENT_ID"],
            "PORT_CLIENT_SECRET": secrets["OCEAN__PORT__CLIENT_SECRET"],
            "JIRA_TOKEN": secrets[TOKENS[0]],
        }
    )


def of_secret(secrets: Environment) -> dict[str, str]:
    """The Secret of the README's command: all but the address."""
    return {name: text for name, text in secrets.items() if name != HOST}


def test_the_chart_with_the_values_of_helm(stage: Stage, secrets: Environment) -> None:
    ended = assert_stays_and_syncs(stage, helm_environment(secrets, "live-events", "actions"))
    assert "https://jira-events.example.com/integration/webhook" in ended.log
    assert "skipping execution agent setup" not in ended.log


def test_the_chart_with_the_values_of_argocd(stage: Stage, secrets: Environment) -> None:
    assert_stays_and_syncs(stage, recipes.chart_environment(argocd_values(secrets)))


def test_the_main_workload(stage: Stage, secrets: Environment) -> None:
    environment = recipes.workload("main.yaml").environment(of_secret(secrets))
    assert_stays_and_syncs(stage, environment)


def test_compose(stage: Stage, secrets: Environment) -> None:
    assert_stays_and_syncs(stage, recipes.compose_environment(secrets))


@pytest.mark.parametrize("name", ["full-sync-cronjob.yaml", "github"])
def test_one_sync_in_a_job(stage: Stage, secrets: Environment, name: str) -> None:
    run_once = run(stage, _job(name, secrets))
    assert run_once.status == 0
    assert run_once.finished
    stage.assert_complete()


def test_a_sync_that_failed_is_a_job_that_failed(stage: Stage, secrets: Environment) -> None:
    wrong = {**secrets, TOKENS[0]: "an-old-token"}
    ended = run(stage, _job("full-sync-cronjob.yaml", wrong))
    assert (ended.status, ended.failed) == (1, True)
    assert not any(stage.port.entities().values())


def _job(name: str, secrets: Environment) -> dict[str, str]:
    if name == "github":
        return recipes.sail_action_environment(secrets)
    return recipes.workload(name).environment(of_secret(secrets))


def test_an_incremental_sync_in_a_job(stage: Stage, secrets: Environment) -> None:
    assert run(stage, helm_environment(secrets, "cronjob")).status == 0
    stage.assert_complete()
    before = set(stage.port.entities()["jiraServerIssue"])
    key = min(stage.jira.keys())
    stage.jira.change("edit", issue=key, summary="Told by the incremental sync")
    ended = run(stage, _job("incremental-sync-cronjob.yaml", secrets))
    assert ended.status == 0
    assert "Incremental sync mode" in ended.log
    issues = stage.port.entities()["jiraServerIssue"]
    assert set(issues) == before
    assert issues[key]["title"] == "Told by the incremental sync"


@pytest.mark.parametrize(
    ("word", "name"),
    [
        pytest.param("cronjob", "full-sync-cronjob.yaml", id="full"),
        pytest.param("incremental", "incremental-sync-cronjob.yaml", id="incremental"),
    ],
)
def test_a_job_of_the_chart_is_told_what_that_of_the_manifests_is(word: str, name: str) -> None:
    secrets = dict.fromkeys((*LOGIN, TOKENS[0]), "a-secret")
    of_chart, of_manifest = helm_environment(secrets, word), _job(name, secrets)
    of_chart["OCEAN__INTEGRATION__SECRETS__TOKEN"] = of_chart.pop(TOKENS[1])
    # The chart makes its schedule of this one.
    interval = of_chart.pop(INTERVAL)
    assert of_chart == {"OCEAN__INITIALIZE_PORT_RESOURCES": "true"} | of_manifest
    schedule = recipes.workload(name).specification["schedule"]
    assert schedule in ("0 2 * * *" if interval == "1440" else f"*/{interval} * * * *")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("live-events.yaml", "Starting Webhooks-only event listener", id="live-events"),
        pytest.param("actions.yaml", "Starting Actions-only event listener", id="actions"),
    ],
)
def test_a_worker_stays_and_syncs_nothing(
    stage: Stage, secrets: Environment, name: str, says: str
) -> None:
    with start(stage, _job(name, secrets)) as ship:
        ship.wait_until(lambda: says in ship.log(), says)
        ship.wait_until(lambda: "Uvicorn running on" in ship.log(), "a server")
        assert_probes_answer(ship, recipes.workload(name))
        assert stopped(ship).status == 0
    assert stage.jira.requests("/search") == []


def assert_probes_answer(ship: Sailing, workload: recipes.Workload) -> None:
    found = re.search(r"Uvicorn running on http://[\d.]+:(\d+)", ship.log())
    assert found
    for probe in ("livenessProbe", "readinessProbe"):
        path = workload.container[probe]["httpGet"]["path"]
        url = f"http://127.0.0.1:{found[1]}{path}"
        with httpx.Client(trust_env=False) as http:
            ship.wait_until(lambda: http.get(url).is_success, f"an answer of {path}")  # noqa: B023
