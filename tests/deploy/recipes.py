"""Reads the recipes of deploy/: which environment each gives to the integration, and how it runs.

What turns a recipe into an environment elsewhere (the chart, Kubernetes, a CI server) is done here
as its documentation says; nothing of a recipe is changed.
"""

from __future__ import annotations

import functools
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
WORKLOADS = ("Deployment", "CronJob")

# What the chart makes of its values; below integration.config and .secrets every key is one more.
CHART_KEYS = {
    "initializePortResources": "OCEAN__INITIALIZE_PORT_RESOURCES",
    "sendRawDataExamples": "OCEAN__SEND_RAW_DATA_EXAMPLES",
    "scheduledResyncInterval": "OCEAN__SCHEDULED_RESYNC_INTERVAL",
    "port.baseUrl": "OCEAN__PORT__BASE_URL",
    "port.clientId": "OCEAN__PORT__CLIENT_ID",
    "port.clientSecret": "OCEAN__PORT__CLIENT_SECRET",
    "integration.identifier": "OCEAN__INTEGRATION__IDENTIFIER",
    "integration.type": "OCEAN__INTEGRATION__TYPE",
    "integration.eventListener.type": "OCEAN__EVENT_LISTENER",
}
PARAMETERS = ("integration.config.", "integration.secrets.")
# Believed of the chart and looked up by install.sh; extraEnv alone reaches the environment.
UNPROVED_KEYS = {
    "imageRegistry",
    "integration.version",
    "workload.kind",
    "extraEnv",
    "selfSignedCertificate.enabled",
    "selfSignedCertificate.certificate",
    "secret.create",
    "secret.useExistingSecret",
    "secret.name",
}


def files() -> list[Path]:
    return sorted(path for path in DEPLOY.rglob("*") if path.is_file())


def documents(file: Path) -> list[Json]:
    return list(yaml.safe_load_all(file.read_text(encoding="utf-8")))


def recipe(name: str) -> Json:
    """The only document of a YAML file of deploy/."""
    (found,) = documents(DEPLOY / name)
    return found


def variable_of(parameter: str) -> str:
    """fooBar → OCEAN__INTEGRATION__CONFIG__FOO_BAR"""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", parameter).upper()
    return f"OCEAN__INTEGRATION__CONFIG__{snake}"


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value of a document with its dotted path."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part, path)
    else:
        yield path, value


def merged(below: Json, above: Json) -> Json:
    """As helm does it: `above` wins; mappings are merged key by key, lists are not."""
    both = below | above
    for name in below.keys() & above.keys():
        if isinstance(below[name], dict) and isinstance(above[name], dict):
            both[name] = merged(below[name], above[name])
    return both


def words() -> list[str]:
    """The values files that install.sh takes on top of values.yaml."""
    return sorted(file.stem for file in (DEPLOY / "helm").glob("*.yaml") if file.stem != "values")


def helm_values(*words: str) -> Json:
    """What install.sh gives to helm for these words, but for the credentials."""
    files = [recipe(f"helm/{name}.yaml") for name in ("values", *words)]
    variables = [one for file in files for one in file.get("extraEnv", [])]
    return functools.reduce(merged, [*files, {"extraEnv": variables} if variables else {}])


def chart_environment(values: Json) -> dict[str, str]:
    """What the chart gives to the container. Raises: KeyError for a key that is not known."""
    environment = {}
    for path, value in leaves({name: part for name, part in values.items() if name != "extraEnv"}):
        prefix = next((one for one in PARAMETERS if path.startswith(one)), None)
        if prefix or path not in UNPROVED_KEYS:
            name = variable_of(path.removeprefix(prefix)) if prefix else CHART_KEYS[path]
            environment[name] = _text(value)
    listener = environment["OCEAN__EVENT_LISTENER"]
    environment["OCEAN__EVENT_LISTENER"] = f'{{"type": "{listener}"}}'
    return environment | {one["name"]: one["value"] for one in values.get("extraEnv", [])}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def argocd_values(secrets: Mapping[str, str]) -> Json:
    """The values that Argo CD hands to the chart, once envsubst has put the secrets in."""
    text = (DEPLOY / "argocd/my-ocean-jira-server-integration.yaml").read_text(encoding="utf-8")
    for name, secret in secrets.items():
        assert f"${{{name}}}" in text
        text = text.replace(f"${{{name}}}", secret)
    chart, _ = yaml.safe_load(text)["spec"]["sources"]
    (file,) = chart["helm"]["valueFiles"]
    values = recipe(file.removeprefix("$values/"))
    for parameter in chart["helm"]["parameters"]:
        *way, last = parameter["name"].split(".")
        place = values
        for step in way:
            place = place.setdefault(step, {})
        place[last] = parameter["value"]
    return values


@dataclass(frozen=True, slots=True)
class Workload:
    """A Deployment or CronJob: the pod's specification and its only container."""

    kind: str
    specification: Json
    pod: Json

    @property
    def container(self) -> Json:
        (found,) = self.pod["containers"]
        return dict(found)

    def environment(self, secret: Mapping[str, str]) -> dict[str, str]:
        """What Kubernetes gives to the container; `secret` is the Secret that it names."""
        config = recipe("kubernetes/config.yaml")
        sources = [next(iter(one.values()))["name"] for one in self.container["envFrom"]]
        assert sources == [config["metadata"]["name"]] * 2
        own = {one["name"]: one["value"] for one in self.container["env"]}
        return {**config["data"], **secret, **own}


def workload(name: str) -> Workload:
    found = [one for one in documents(DEPLOY / "kubernetes" / name) if one["kind"] in WORKLOADS]
    (document,) = found
    specification = document["spec"]
    template = specification.get("jobTemplate", document)["spec"]["template"]
    return Workload(document["kind"], specification, template["spec"])


def workload_files() -> list[str]:
    return sorted(
        file.name for file in (DEPLOY / "kubernetes").glob("*.yaml") if file.name != "config.yaml"
    )


def sail_action_environment(secrets: Mapping[str, str]) -> dict[str, str]:
    """What the Ocean Sail action gives to the integration."""
    (job,) = recipe("github/jira-server-integration.yml")["jobs"].values()
    (step,) = job["steps"]
    assert step["uses"] == "port-labs/ocean-sail@v1"
    given = step["with"]
    environment = {
        "OCEAN__EVENT_LISTENER": '{"type":"ONCE"}',
        "OCEAN__INTEGRATION__IDENTIFIER": given["identifier"],
    }
    for family in ("config", "secrets"):
        for name, text in yaml.safe_load(given[family]).items():
            environment[f"OCEAN__INTEGRATION__{family}__{name}".upper()] = expanded(text, secrets)
    for name in ("client_id", "client_secret", "base_url"):
        environment[f"OCEAN__PORT__{name}".upper()] = expanded(given[f"port_{name}"], secrets)
    return environment


def expanded(text: str, secrets: Mapping[str, str]) -> str:
    """GitHub's expressions of secrets; one that does not exist is empty."""
    return re.sub(r"\$\{\{ secrets\.(\w+) \}\}", lambda m: secrets.get(m[1], ""), text)


@dataclass(frozen=True, slots=True)
class Script:
    """A shell script of a CI recipe: with which shell it is run, and in which environment."""

    shell: tuple[str, ...]
    text: str
    environment: dict[str, str]


def jenkins_script(secrets: Mapping[str, str]) -> Script:
    """Jenkins runs `sh -xe`; in ''' Groovy takes a backslash and a line end away."""
    text = (DEPLOY / "jenkins/Jenkinsfile").read_text(encoding="utf-8")
    (body,) = re.findall(r"sh\('''(.*?)'''\)", text, re.DOTALL)
    bound = re.findall(r"string\(credentialsId: '(\w+)', variable: '(\w+)'\)", text)
    given = {variable: secrets[identifier] for identifier, variable in bound}
    plain = body.replace("\\\n", "")
    assert "\\" not in plain
    return Script(("sh", "-xe"), textwrap.dedent(plain), given)


def azure_script(secrets: Mapping[str, str]) -> Script:
    """Azure writes $(NAME) out before bash starts; what does not exist stays as it is."""

    def written_out(text: str) -> str:
        return re.sub(r"\$\((\w+)\)", lambda m: secrets.get(m[1], m[0]), text)

    (step,) = recipe("azure/jira-server-integration.yml")["steps"]
    given = {name: written_out(text) for name, text in step["env"].items()}
    shell = ("bash", "--noprofile", "--norc")
    return Script(shell, written_out(step["script"]), given)


def gitlab_script(secrets: Mapping[str, str]) -> Script:
    """GitLab's runner in the docker image has no bash; all variables are in the environment."""
    document = recipe("gitlab/.gitlab-ci.yml")
    job = document["ingest_data"]
    lines = [*document["default"]["before_script"], *job["script"]]
    given = dict(secrets)
    for name, text in {**document["variables"], **job["variables"]}.items():
        given[name] = re.sub(r"\$(\w+)", lambda m: given[m[1]], str(text))
    return Script(("sh", "-e"), "\n".join(lines), given)


def github_script(secrets: Mapping[str, str]) -> Script:
    (job,) = recipe("github/jira-server-container.yml")["jobs"].values()
    (step,) = job["steps"]
    given = {name: expanded(text, secrets) for name, text in step["env"].items()}
    return Script(("bash", "-e"), step["run"], given)


def docker_script(secrets: Mapping[str, str]) -> Script:
    text = (DEPLOY / "docker/run.sh").read_text(encoding="utf-8")
    return Script(("sh",), text, dict(secrets))


SCRIPTS = {
    "jenkins": jenkins_script,
    "azure": azure_script,
    "gitlab": gitlab_script,
    "github-container": github_script,
    "docker-run": docker_script,
}


def compose_service() -> Json:
    (service,) = recipe("docker/compose.yaml")["services"].values()
    return dict(service)


def compose_names() -> set[str]:
    """The variables that compose sets or hands on."""
    return {entry.partition("=")[0] for entry in compose_service()["environment"]}


def compose_environment(shell: Mapping[str, str]) -> dict[str, str]:
    """What compose gives to the container: NAME alone is the shell's, ${NAME:-default} too."""
    environment = {}
    for entry in compose_service()["environment"]:
        name, equals, text = entry.partition("=")
        if equals:
            environment[name] = re.sub(
                r"\$\{(\w+):-([^}]*)\}", lambda m: shell.get(m[1]) or m[2], text
            )
        elif name in shell:
            environment[name] = shell[name]
    return environment
