"""Makes the mapping that is measured: the shipped lines of the issue kind, every issue, no other kind."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / ".port" / "resources"
_CONFIG = "port-app-config.yaml"


def every_issue(shipped: dict[str, Any], kinds: Sequence[str] = ("issue",)) -> dict[str, Any]:
    """The mapping with its resources of these kinds alone, the JQL taken out; the rest as it is."""
    resources = [_without_jql(one) for one in shipped["resources"] if one["kind"] in kinds]
    return {**shipped, "resources": resources}


def write_resources(folder: Path) -> Path:
    """The shipped blueprints and that mapping, for OCEAN__RESOURCES_PATH; returns the folder."""
    shutil.copytree(SHIPPED, folder)
    config = every_issue(shipped_mapping())
    (folder / _CONFIG).write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    return folder


def shipped_mapping() -> dict[str, Any]:
    """What Port gets at a first start."""
    mapping: dict[str, Any] = yaml.safe_load((SHIPPED / _CONFIG).read_text(encoding="utf-8"))
    return mapping


def _without_jql(resource: dict[str, Any]) -> dict[str, Any]:
    selector = {name: value for name, value in resource["selector"].items() if name != "jql"}
    return {**resource, "selector": selector}
