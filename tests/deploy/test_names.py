"""The names in the recipes are those that the integration and Ocean read; nothing secret is there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from dotenv import dotenv_values
from port_ocean.config.settings import IntegrationConfiguration, RedisLiveEventsSettings
from port_ocean.core.models import EventListenerType
from pydantic import BaseModel

from scripts import locked
from tests.contract.shipped import spec
from tests.deploy import recipes
from tests.deploy.recipes import DEPLOY, ROOT, variable_of

CONFIG, SECRETS = "OCEAN__INTEGRATION__CONFIG__", "OCEAN__INTEGRATION__SECRETS__"
PARAMETERS = {one["name"]: one for one in spec()["configurations"]}
CONFIG_NAMES = {variable_of(name) for name in PARAMETERS}
# What configuration.py looks for in both families.
SECRET_NAMES = {
    variable_of(name).replace(CONFIG, SECRETS)
    for name in ("token", "username", "password", "webhookSecret")
}
ENV_EXAMPLE = ROOT / ".env.example"
PAGE = (DEPLOY / "README.md").read_text(encoding="utf-8")
TEXTS = [*recipes.files(), ENV_EXAMPLE]
SECRET_KEY = re.compile(r"(?i)(token|password|secret|client_?id)$")
PLACEHOLDER = re.compile(r"\$\{\{ secrets\.\w+ \}\}|\$\(\w+\)|\$\{\w+\}|")


def named_in(file: Path) -> set[str]:
    return set(re.findall(r"\bOCEAN__\w*[A-Z]\b", file.read_text(encoding="utf-8")))


def is_setting(name: str) -> bool:
    """Whether Ocean's own settings have a field of this name."""
    model: type[BaseModel] = IntegrationConfiguration
    *way, last = name.removeprefix("OCEAN__").lower().split("__")
    for step in way:
        if step not in model.model_fields:
            return False
        model = _model_of(model.model_fields[step].annotation)
    return last in model.model_fields


def _model_of(annotation: Any) -> type[BaseModel]:  # noqa: ANN401 - whatever stands there
    found = [one for one in (annotation, *get_args(annotation)) if isinstance(one, type)]
    models = [one for one in found if issubclass(one, BaseModel)]
    return models[0] if models else BaseModel


def is_read(name: str) -> bool:
    if name.startswith(CONFIG):
        return name in CONFIG_NAMES
    if name.startswith(SECRETS):
        return name in SECRET_NAMES
    return is_setting(name)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        pytest.param("OCEAN__PORT__CLIENT_ID", True, id="nested"),
        pytest.param("OCEAN__LIVE_EVENTS__REDIS__URL", True, id="deep"),
        pytest.param("OCEAN__SCHEDULED_RESYNC_INTERVAL", True, id="plain"),
        pytest.param("OCEAN__SCHEDULED_RESYNC_INTERVALL", False, id="misspelt"),
        pytest.param("OCEAN__PORTS__CLIENT_ID", False, id="misspelt-group"),
        pytest.param("OCEAN__INTEGRATION__SECRETS__JIRA_SERVER_HOST", False, id="wrong-family"),
    ],
)
def test_a_name_that_nobody_reads_is_noticed(name: str, read: bool) -> None:
    assert is_read(name) is read


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_variable_is_read_by_somebody(file: Path) -> None:
    assert {name for name in named_in(file) if not is_read(name)} == set()


def test_redis_is_what_live_events_are_set_up_with() -> None:
    annotation = IntegrationConfiguration.model_fields["live_events"].annotation
    assert _model_of(annotation) is RedisLiveEventsSettings


def test_every_listener_is_one_of_oceans() -> None:
    named = [
        found
        for file in TEXTS
        for found in re.findall(r"EVENT_LISTENER.*?(\{.*?\})", file.read_text(encoding="utf-8"))
    ]
    assert len(named) > 8
    for listener in named:
        EventListenerType(json.loads(listener)["type"])


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_every_parameter_is_in_the_values_the_page_and_the_example(name: str) -> None:
    values = (DEPLOY / "helm/values.yaml").read_text(encoding="utf-8")
    assert re.search(rf"^[ #]*{name}:", values, re.MULTILINE)
    assert re.search(rf"^\| `integration\.(config|secrets)\.{name}` \|", PAGE, re.MULTILINE)
    assert variable_of(name) in named_in(ENV_EXAMPLE)


@pytest.mark.parametrize("name", ["helm", "argocd/my-ocean-jira-server-integration"])
def test_the_values_use_no_key_but_those_of_the_documents(name: str) -> None:
    for path, _ in recipes.leaves(recipes.recipe(f"{name}/values.yaml")):
        parameter = path.rpartition(".")[2]
        assert path in recipes.CHART_KEYS or parameter in PARAMETERS, path
        assert not PARAMETERS.get(parameter, {}).get("sensitive"), path


@pytest.mark.parametrize("word", recipes.words())
def test_a_values_file_and_the_page_name_the_keys_that_are_not_proved(word: str) -> None:
    values = recipes.recipe(f"helm/{word}.yaml")
    used = {"extraEnv"} if values.pop("extraEnv", None) else set()
    used |= {path for path, _ in recipes.leaves(values)}
    unproved = {path for path in used if variable_of_key(path) is None}
    assert unproved <= recipes.UNPROVED_KEYS
    told = re.findall(r"# Not on Port's page: (.*)", (DEPLOY / f"helm/{word}.yaml").read_text())
    assert {name for line in told for name in line.split(", ")} == unproved
    (cell,) = re.findall(rf"^\| \[{word}\].*\| (.*) \|$", PAGE, re.MULTILINE)
    assert set(re.findall(r"`([\w.]+)`", cell)) == unproved


def variable_of_key(path: str) -> str | None:
    parameter = path.removeprefix("integration.config.")
    return variable_of(parameter) if parameter != path else recipes.CHART_KEYS.get(path)


@pytest.mark.parametrize("word", recipes.words())
def test_the_environment_of_a_values_file_is_read_by_somebody(word: str) -> None:
    environment = recipes.chart_environment(recipes.helm_values(word))
    assert {name for name in environment if not is_read(name)} == set()


def test_every_key_of_the_chart_is_told_on_the_page() -> None:
    for key, variable in recipes.CHART_KEYS.items():
        assert f"| `{key}` | `{variable}` |" in PAGE


@pytest.mark.parametrize("name", sorted(SECRET_NAMES))
def test_the_second_family_is_in_the_example(name: str) -> None:
    assert name in named_in(ENV_EXAMPLE)


def test_the_example_sets_nothing() -> None:
    assert dotenv_values(ENV_EXAMPLE) == {}


def test_the_example_sets_what_it_says_once_the_mark_is_taken_away(tmp_path: Path) -> None:
    file = tmp_path / "env"
    lines = ENV_EXAMPLE.read_text(encoding="utf-8")
    file.write_text(re.sub(r"^# (?=[A-Z0-9_]+=)", "", lines, flags=re.MULTILINE), encoding="utf-8")
    found = dotenv_values(file)
    assert named_in(ENV_EXAMPLE) <= found.keys()
    assert json.loads(found["OCEAN__EVENT_LISTENER"] or "") == {"type": "POLLING"}
    for name, text in found.items():
        assert not (SECRET_KEY.search(name) and text), name


@pytest.mark.parametrize(
    "file",
    [file for file in recipes.files() if file.suffix in (".yaml", ".yml")],
    ids=lambda file: str(file.relative_to(DEPLOY)),
)
def test_no_secret_stands_in_a_recipe(file: Path) -> None:
    for document in recipes.documents(file):
        for name, value in _named_values(document):
            if SECRET_KEY.search(name) and not name.endswith(("secretName", "SECRETS")):
                assert PLACEHOLDER.fullmatch(value or ""), (name, value)


def _named_values(part: object) -> list[tuple[str, str]]:
    """Every name with its text: of mappings, of {name, value}, of NAME=VALUE and of `name: value`."""
    if isinstance(part, list):
        return [pair for one in part for pair in _named_values(one)]
    if isinstance(part, str):
        return re.findall(r"^\s*(\w+)[=:] *(.*?)\s*$", part, re.MULTILINE)
    if not isinstance(part, dict):
        return []
    own = [(name, text) for name, text in part.items() if isinstance(text, str)]
    pair = [(part["name"], str(part["value"]))] if {"name", "value"} <= part.keys() else []
    return own + pair + [deep for one in part.values() for deep in _named_values(one)]


def test_a_secret_in_a_recipe_would_be_noticed() -> None:
    for document in (
        {"env": [{"name": "OCEAN__INTEGRATION__SECRETS__TOKEN", "value": "abc"}]},
        {"environment": ["OCEAN__INTEGRATION__SECRETS__TOKEN=abc"]},
        {"with": {"secrets": "token: abc\n"}},
        {"integration": {"secrets": {"token": "abc"}}},
    ):
        found = [value for name, value in _named_values(document) if SECRET_KEY.search(name)]
        assert found == ["abc"]


def test_every_image_is_of_this_version() -> None:
    version = locked.read(ROOT / "pyproject.toml")["tool"]["poetry"]["version"]
    assert recipes.recipe("helm/own-image.yaml")["integration"]["version"] == version
    named = {
        found
        for file in recipes.files()
        for found in re.findall(r"port-ocean-jira-server:([\w.]+)", file.read_text("utf-8"))
    }
    assert named == {version}


@pytest.mark.parametrize("file", recipes.files(), ids=lambda file: str(file.relative_to(DEPLOY)))
def test_every_recipe_is_on_the_page(file: Path) -> None:
    assert f"]({file.relative_to(DEPLOY)})" in PAGE or file.name == "README.md"
