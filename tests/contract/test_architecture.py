"""Who may import whom, and which modules may do nothing but decide."""

import ast
from pathlib import Path

import pytest

from tests.contract.shipped import ROOT

# What each part of the integration may import of the others. A part that is not here fails.
ALLOWED: dict[str, set[str]] = {
    "jira_server": {"jira_server"},
    "catalog": {"client", "kinds"},
    "client": {"jira_server"},
    "configuration": {"jira_server"},
    "connection": {"client", "configuration", "jira_server"},
    "exit_status": set(),
    "incremental_sync": {"catalog", "client", "integration", "kinds"},
    "integration": set(),
    "port_outcomes": set(),
    "resync_report": {"exit_status", "jira_server", "port_outcomes"},
    "kinds": {"client", "integration", "jira_server", "kinds"},
    "checks": {"client", "integration", "jira_server", "checks"},
    "live_events": {"catalog", "client", "integration", "jira_server", "kinds", "live_events"},
    "actions": {"catalog", "client", "jira_server", "kinds", "actions"},
}
EVERYTHING = "main"
NOT_THE_INTEGRATION = {"sandbox", "tests", "benchmarks", "scripts", "deploy", "docs"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
DOES_THINGS = {"httpx", "asyncio", "port_ocean", "aiohttp", "requests", "socket", "loguru"}
PURE: dict[str, set[str]] = {
    "jira_server/auth.py": {"httpx"},  # httpx.Auth, which only puts headers on
    "jira_server/errors.py": set(),
    "jira_server/jql.py": set(),
    "jira_server/paging.py": set(),
    "jira_server/redaction.py": set(),
    "jira_server/replies.py": set(),
    "jira_server/server_facts.py": set(),
    "jira_server/user_listing.py": set(),
    "jira_server/waiting.py": set(),
    "actions/choices.py": set(),
    "actions/errors.py": set(),
    "actions/issue_fields.py": set(),
    "actions/metadata.py": set(),
    "actions/run_inputs.py": set(),
    "kinds/identifiers.py": set(),
    "kinds/issue_links.py": set(),
    "kinds/jq_paths.py": set(),
    "kinds/needed_fields.py": {"port_ocean"},  # its class of a resource, as a type
    "checks/findings.py": set(),
    "live_events/events.py": set(),
    "live_events/signature.py": set(),
    "live_events/webhook.py": set(),
    "configuration.py": {"httpx"},  # httpx.Auth and its subclasses
    "port_outcomes.py": set(),
}


def modules() -> list[Path]:
    """Every module of the integration, relative to the root."""
    top = [p for p in ROOT.glob("*.py") if not p.name.startswith(".")]
    packages = [
        p.parent for p in ROOT.glob("*/__init__.py") if p.parent.name not in NOT_THE_INTEGRATION
    ]
    nested = [m for package in packages for m in package.rglob("*.py")]
    return sorted(p.relative_to(ROOT) for p in [*top, *nested])


def part_of(module: Path) -> str:
    return module.with_suffix("").parts[0]


def imported(path: Path) -> set[str]:
    """The full names of the modules that are imported anywhere in a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


OURS = {part_of(m) for m in modules()}


def test_the_modules_are_found() -> None:
    assert {"main", "client", "integration", "jira_server", "kinds"} <= OURS
    assert len(modules()) > 20


@pytest.mark.parametrize("module", modules(), ids=str)
def test_imports_go_one_way(module: Path) -> None:
    part = part_of(module)
    if part != EVERYTHING:
        assert tops(module) & OURS <= ALLOWED[part]


@pytest.mark.parametrize("module", modules(), ids=str)
def test_imports_are_absolute(module: Path) -> None:
    assert not any(name.startswith(".") for name in imported(module))


@pytest.mark.parametrize("module", modules(), ids=str)
def test_the_integration_knows_nothing_of_sandbox_and_tests(module: Path) -> None:
    assert tops(module).isdisjoint(NOT_THE_INTEGRATION)


def test_the_sandbox_imports_nothing_of_ours() -> None:
    found = sorted((ROOT / "sandbox").rglob("*.py"))
    assert found
    wrong = [str(p) for p in found if tops(p.relative_to(ROOT)) & (OURS | {"port_ocean", "tests"})]
    assert wrong == []


@pytest.mark.parametrize(("module", "exceptions"), PURE.items(), ids=list(PURE))
def test_modules_that_decide_do_nothing_else(module: str, exceptions: set[str]) -> None:
    assert tops(Path(module)) & DOES_THINGS <= exceptions


def test_modules_of_jira_server_are_pure_but_for_two() -> None:
    present = {str(m) for m in modules() if part_of(m) == "jira_server"}
    doing = {"jira_server/transport.py", "jira_server/pages_ahead.py"}
    assert present - set(PURE) - {"jira_server/__init__.py"} == doing


@pytest.mark.parametrize("module", ["jira_server/auth.py", "configuration.py"])
def test_of_httpx_only_authentication_is_used(module: str) -> None:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "httpx"
    }
    assert used
    assert used <= {"Auth", "BasicAuth", "Request", "Response"}


@pytest.mark.parametrize("part", ["jira_server", "client"])
def test_what_talks_to_jira_knows_nothing_of_port(part: str) -> None:
    found = [m for m in modules() if part_of(m) == part]
    assert found
    assert not any("port_ocean" in tops(m) for m in found)


@pytest.mark.parametrize("module", modules(), ids=str)
def test_no_module_has_a_name_that_says_nothing(module: Path) -> None:
    assert VAGUE.isdisjoint(module.with_suffix("").parts)


@pytest.mark.parametrize("module", modules(), ids=str)
def test_every_module_opens_with_a_few_lines_about_itself(module: Path) -> None:
    docstring = ast.get_docstring(ast.parse((ROOT / module).read_text(encoding="utf-8")))
    assert docstring
