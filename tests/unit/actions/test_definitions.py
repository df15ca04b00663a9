"""The actions in code, spec and examples are the same; each definition uses what its action has."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.executor import JiraExecutor
from actions.registration import EXECUTORS

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "examples" / "self-service-actions"
SPEC = yaml.safe_load((ROOT / ".port/spec.yaml").read_text(encoding="utf-8"))
BY_NAME = {executor.ACTION_NAME: executor for executor in EXECUTORS}
EVERY = pytest.mark.parametrize("executor", EXECUTORS, ids=list(BY_NAME))


def definition(executor: type[JiraExecutor]) -> Any:  # noqa: ANN401 - any JSON
    return json.loads((FOLDER / f"{executor.ACTION_NAME}.json").read_text(encoding="utf-8"))


def spec_of(executor: type[JiraExecutor]) -> Any:  # noqa: ANN401 - any YAML
    return next(a for a in SPEC["actions"] if a["name"] == executor.ACTION_NAME)


def test_the_actions_are_the_same_everywhere() -> None:
    assert SPEC["actionsProcessingEnabled"] is True
    assert [a["name"] for a in SPEC["actions"]] == list(BY_NAME)
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == sorted(BY_NAME)


def test_no_action_comes_with_the_default_resources() -> None:
    assert not list((ROOT / ".port" / "resources").glob("*action*"))


@EVERY
def test_the_spec_names_the_inputs(executor: type[JiraExecutor]) -> None:
    inputs = spec_of(executor)["inputs"]
    assert {i["name"] for i in inputs} == executor.INPUTS
    assert all(i["description"] for i in inputs)
    assert executor.SUBJECT in {i["name"] for i in inputs if i.get("required")}


@EVERY
def test_the_definition_fills_in_what_the_action_has(executor: type[JiraExecutor]) -> None:
    given = definition(executor)["invocationMethod"]
    assert given["integrationActionType"] == executor.ACTION_NAME
    assert set(given["integrationActionExecutionProperties"]) == executor.INPUTS


@EVERY
def test_each_input_of_the_definition_is_used_and_explained(executor: type[JiraExecutor]) -> None:
    given = definition(executor)
    asked = given["trigger"]["userInputs"]
    templates = json.dumps(given["invocationMethod"]["integrationActionExecutionProperties"])
    used = set(re.findall(r"[.]inputs[.](\w+)", templates))
    assert used == set(asked["properties"]) == set(asked["order"])
    assert set(asked["required"]) <= used
    assert all(one["title"] for one in asked["properties"].values())


def test_the_button_that_deletes_says_so_and_wants_the_key_typed() -> None:
    trigger = definition(BY_NAME["delete_issue"])["trigger"]
    assert trigger["operation"] == "DELETE"
    assert trigger["userInputs"]["required"] == ["confirmation"]
    assert "default" not in trigger["userInputs"]["properties"]["confirmation"]
