"""What is shipped in `.port`, read as plain data."""

import json
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
Json = dict[str, Any]


def spec() -> Json:
    loaded: Json = yaml.safe_load((ROOT / ".port/spec.yaml").read_text(encoding="utf-8"))
    return loaded


def mapping() -> Json:
    path = ROOT / ".port/resources/port-app-config.yaml"
    loaded: Json = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def blueprints() -> dict[str, Json]:
    path = ROOT / ".port/resources/blueprints.json"
    return {b["identifier"]: b for b in json.loads(path.read_text(encoding="utf-8"))}


def resource(kind: str) -> Json:
    found: Json = next(r for r in mapping()["resources"] if r["kind"] == kind)
    return found


def mappings(kind: str) -> Json:
    """The JQ expressions of a kind's entity."""
    found: Json = resource(kind)["port"]["entity"]["mappings"]
    return found
