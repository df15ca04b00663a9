"""The manifests give the image what it needs, and nothing that it does not."""

from __future__ import annotations

import re

import pytest

from tests.deploy import recipes
from tests.deploy.recipes import workload

WORKLOADS = recipes.workload_files()
ALL = pytest.mark.parametrize("name", WORKLOADS)
STATE, AUTHORITIES = "/tmp/ocean", "/usr/local/share/ca-certificates"  # noqa: S108


def volume_at(found: recipes.Workload, place: str) -> recipes.Json:
    (mount,) = [one for one in found.container["volumeMounts"] if one["mountPath"] == place]
    (volume,) = [one for one in found.pod["volumes"] if one["name"] == mount["name"]]
    return {**mount, **volume}


@ALL
def test_the_root_is_read_only_and_the_state_has_room(name: str) -> None:
    found = workload(name)
    context = found.container["securityContext"]
    assert context["readOnlyRootFilesystem"] is True
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert volume_at(found, STATE)["emptyDir"] == {}


@ALL
def test_it_is_not_root_and_may_write_to_its_state(name: str) -> None:
    context = workload(name).pod["securityContext"]
    assert context["runAsNonRoot"] is True
    assert context["runAsUser"] == context["runAsGroup"] == context["fsGroup"] == 1001


@ALL
def test_an_own_authority_is_mounted_where_there_is_one(name: str) -> None:
    volume = volume_at(workload(name), AUTHORITIES)
    assert volume["readOnly"] is True
    assert volume["configMap"] == {"name": "jira-server-ca", "optional": True}


@ALL
def test_secrets_come_from_a_secret_that_exists(name: str) -> None:
    found = workload(name)
    assert {"secretRef": {"name": "jira-server"}} in found.container["envFrom"]
    texts = [one["name"] for one in found.container["env"]]
    assert not [text for text in texts if re.search("SECRET|TOKEN|PASSWORD|CLIENT_ID", text)]


@ALL
def test_it_is_found_by_its_labels(name: str) -> None:
    for document in recipes.documents(recipes.DEPLOY / "kubernetes" / name):
        if document["kind"] == "Deployment":
            labels = document["spec"]["template"]["metadata"]["labels"]
            assert document["spec"]["selector"]["matchLabels"] == labels
        if document["kind"] == "Service":
            assert document["spec"]["selector"] == labels


@pytest.mark.parametrize("name", [one for one in WORKLOADS if workload(one).kind == "CronJob"])
def test_a_job_runs_once_and_never_beside_another(name: str) -> None:
    found = workload(name)
    assert found.pod["restartPolicy"] == "Never"
    assert found.specification["jobTemplate"]["spec"]["backoffLimit"] == 0
    assert found.specification["concurrencyPolicy"] == "Forbid"
    assert '"ONCE"' in found.environment({})["OCEAN__EVENT_LISTENER"]


def test_an_incremental_job_ends_before_the_next_begins() -> None:
    found = workload("incremental-sync-cronjob.yaml")
    minutes = int(found.environment({})["OCEAN__INTEGRATION__INCREMENTAL_SYNC_INTERVAL"])
    assert found.specification["schedule"] == f"*/{minutes} * * * *"
    assert found.specification["jobTemplate"]["spec"]["activeDeadlineSeconds"] < minutes * 60


def test_two_main_workloads_never_run_at_once() -> None:
    found = workload("main.yaml").specification
    assert (found["replicas"], found["strategy"]) == (1, {"type": "Recreate"})


def test_jira_reaches_the_webhook_and_nothing_else() -> None:
    documents = recipes.documents(recipes.DEPLOY / "kubernetes/live-events.yaml")
    by_kind = {one["kind"]: one for one in documents}
    (rule,) = by_kind["Ingress"]["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    assert (path["path"], path["pathType"]) == ("/integration/webhook", "Exact")
    assert path["backend"]["service"]["name"] == by_kind["Service"]["metadata"]["name"]
    base_url = workload("live-events.yaml").environment({})["OCEAN__BASE_URL"]
    assert base_url == f"https://{rule['host']}"


def test_argocd_includes_files_that_exist() -> None:
    source = recipes.recipe("argocd/jira-server-manifests.yaml")["spec"]["source"]
    names = source["directory"]["include"].strip("{}").split(",")
    assert names == ["config.yaml", "main.yaml"]
    assert {file.name for file in (recipes.DEPLOY / "kubernetes").iterdir()} >= set(names)
