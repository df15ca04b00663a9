"""What one place names, the others name too: code, spec, mapping, blueprints and README."""

import ast
import re
from typing import Any, get_args

import pytest
from port_ocean.core.handlers.port_app_config.models import PortAppConfig, Selector
from port_ocean.core.handlers.port_app_config.validators import (
    get_port_app_config_kinds,
    validate_and_get_config_schema,
)
from pydantic.v1 import BaseModel

import integration
from configuration import read_connection
from integration import JiraServerIntegration, JiraServerPortAppConfig, Kind
from tests.contract.shipped import ROOT, Json, blueprints, mapping, mappings, resource, spec

CONFIG_CLASS = JiraServerIntegration.AppConfigHandlerClass.CONFIG_CLASS
KINDS = sorted(value for name, value in vars(Kind).items() if name.isupper())
PARAMETERS = [parameter["name"] for parameter in spec()["configurations"]]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def resource_models() -> dict[str, type[BaseModel]]:
    (union,) = get_args(JiraServerPortAppConfig.__fields__["resources"].outer_type_)
    return {get_args(m.__fields__["kind"].outer_type_)[0]: m for m in get_args(union)}


def selector_fields(kind: str) -> dict[str, Any]:
    """The selector's fields that Ocean does not give every selector, by the mapping's names."""
    selector = resource_models()[kind].__fields__["selector"].outer_type_
    return {f.alias: f for n, f in selector.__fields__.items() if n not in Selector.__fields__}


def kinds_resynced_in_main() -> list[str]:
    tree = ast.parse((ROOT / "main.py").read_text(encoding="utf-8"))
    decorators = [
        decorator
        for node in tree.body
        if isinstance(node, ast.AsyncFunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "ocean.on_resync"
    ]
    return sorted(getattr(Kind, ast.unparse(d.args[0]).removeprefix("Kind.")) for d in decorators)


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize(
    ("place", "kinds"),
    [
        pytest.param("main.py", kinds_resynced_in_main(), id="main"),
        pytest.param("integration.py", sorted(resource_models()), id="resource-models"),
        pytest.param("Ocean's reading", get_port_app_config_kinds(CONFIG_CLASS), id="ocean"),
        pytest.param(
            ".port/spec.yaml",
            sorted(r["kind"] for f in spec()["features"] for r in f["resources"]),
            id="spec",
        ),
        pytest.param("mapping", sorted({r["kind"] for r in mapping()["resources"]}), id="mapping"),
    ],
)
def test_the_kinds_are_the_same_everywhere(place: str, kinds: list[str]) -> None:
    assert kinds == KINDS, place


def test_the_blueprints_are_those_that_the_mapping_fills() -> None:
    used = [mappings(kind)["blueprint"].strip('"') for kind in KINDS]
    assert sorted(used) == sorted(blueprints())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", ["properties", "relations"])
def test_what_is_mapped_is_what_the_blueprint_has(kind: str, part: str) -> None:
    mapped = mappings(kind)
    blueprint = blueprints()[mapped["blueprint"].strip('"')]
    known = blueprint["schema"]["properties"] if part == "properties" else blueprint["relations"]
    assert sorted(mapped.get(part, {})) == sorted(known)


def test_relations_lead_to_blueprints_that_exist() -> None:
    targets = {r["target"] for b in blueprints().values() for r in b["relations"].values()}
    assert targets <= set(blueprints())


@pytest.mark.parametrize("blueprint", blueprints().values(), ids=list(blueprints()))
def test_properties_and_relations_tell_people_what_they_are(blueprint: Json) -> None:
    parts = [
        blueprint["schema"]["properties"],
        blueprint["relations"],
        blueprint["calculationProperties"],
    ]
    for part in parts:
        for name, definition in part.items():
            assert definition["title"], name
            assert definition["description"], name


def test_no_value_that_an_administrator_can_invent_is_limited() -> None:
    for blueprint in blueprints().values():
        for name, definition in blueprint["schema"]["properties"].items():
            assert "enum" not in definition, name


class Recorder(dict[str, object]):
    """A configuration that notes what it is asked for."""

    def __init__(self, values: dict[str, object]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def get(self, key: str, default: object = None) -> object:
        self.asked.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> object:
        self.asked.add(key)
        return super().__getitem__(key)


def test_the_parameters_of_the_spec_are_those_that_are_read() -> None:
    config = Recorder({"jira_server_host": "https://jira.example.com", "token": "a-token"})
    read_connection(config, {})
    assert config.asked == {snake_case(name) for name in PARAMETERS}


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_has_no_digit_and_a_description(name: str) -> None:
    (parameter,) = [p for p in spec()["configurations"] if p["name"] == name]
    assert re.fullmatch(r"[a-z][A-Za-z]*", name)
    assert parameter["description"]


def test_secrets_are_marked_as_such() -> None:
    for parameter in spec()["configurations"]:
        is_secret = re.search("(?i)token|password|secret", parameter["name"]) is not None
        assert parameter.get("sensitive", False) is is_secret, parameter["name"]


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_readme_names_the_parameter_and_its_variable(name: str) -> None:
    assert f"`{name}`" in README or f".{name}`" in README
    variable = re.compile(rf"OCEAN__INTEGRATION__(CONFIG|SECRETS)__{snake_case(name).upper()}\b")
    assert variable.search(README)


@pytest.mark.parametrize("kind", KINDS)
def test_the_readme_names_the_kind_its_blueprint_and_its_selectors(kind: str) -> None:
    names = [kind, mappings(kind)["blueprint"].strip('"'), *selector_fields(kind)]
    assert [name for name in names if f"`{name}`" not in README] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_selector_uses_names_that_exist(kind: str) -> None:
    assert set(resource(kind)["selector"]) <= {"query", *selector_fields(kind)}


@pytest.mark.parametrize("kind", KINDS)
def test_each_selector_field_has_a_title_and_a_description(kind: str) -> None:
    for name, field in selector_fields(kind).items():
        assert field.field_info.title, name
        assert field.field_info.description, name


def test_ocean_accepts_the_configuration_class() -> None:
    schema = validate_and_get_config_schema(CONFIG_CLASS)
    assert sorted(schema["kinds"]) == KINDS


def test_ocean_accepts_the_shipped_mapping() -> None:
    config: PortAppConfig = CONFIG_CLASS.parse_obj(mapping())
    assert [r.kind for r in config.resources] == [r["kind"] for r in mapping()["resources"]]


def test_users_are_listed_before_what_relates_to_them() -> None:
    assert mapping()["resources"][0]["kind"] == Kind.USER


def test_every_selector_class_belongs_to_a_kind() -> None:
    used = {m.__fields__["selector"].outer_type_.__name__ for m in resource_models().values()}
    defined = {name for name in vars(integration) if name.endswith("Selector")} - {"Selector"}
    assert used == defined
