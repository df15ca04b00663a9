"""The README's worked examples, run through the shipped mapping."""

import json
import re
from pathlib import Path
from typing import Any

import jq
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(name: str) -> Any:  # noqa: ANN401 - any JSON
    found = re.search(rf"```json {name}\n(.*?)```", README, re.DOTALL)
    assert found, f"README.md has no block {name}"
    return json.loads(found.group(1))


def mapped(expressions: Any, payload: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(expressions, dict):
        return {name: mapped(value, payload) for name, value in expressions.items()}
    return jq.compile(expressions).input(payload).first()


@pytest.mark.parametrize("kind", ["project", "user", "issue"])
def test_the_payload_becomes_the_entity(kind: str) -> None:
    config = yaml.safe_load((ROOT / ".port/resources/port-app-config.yaml").read_text("utf-8"))
    mapping = next(r for r in config["resources"] if r["kind"] == kind)["port"]["entity"]
    assert mapped(mapping["mappings"], block(f"payload-{kind}")) == block(f"entity-{kind}")
