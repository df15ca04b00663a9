"""What goes into the image: all that the integration imports, and nothing that it does not need."""

import ast
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import locked
from tests.packaging.conftest import ROOT, stages

ENTRY_POINTS = ("main.py", "integration.py")


def imported(file: Path) -> set[str]:
    """The top-level names that a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def own_files(name: str) -> list[Path]:
    """The files of a top-level module or package of this project; none for anybody else's."""
    module = ROOT / f"{name}.py"
    return [module] if module.is_file() else sorted((ROOT / name).rglob("*.py"))


def reachable() -> set[Path]:
    """Every file of this project that the entry points import, over however many steps."""
    found: set[Path] = set()
    ahead = {ROOT / name for name in ENTRY_POINTS}
    while ahead:
        file = ahead.pop()
        found.add(file)
        ahead |= {step for name in imported(file) for step in own_files(name)} - found
    return {file.relative_to(ROOT) for file in found}


def test_all_that_the_integration_imports_is_in_the_image(image_tree: Path) -> None:
    missing = {file for file in reachable() if not (image_tree / file).is_file()}

    assert missing == set(), "admit these in .dockerignore"


def test_nothing_is_in_the_image_that_the_integration_does_not_need(image_tree: Path) -> None:
    modules = {file.relative_to(image_tree) for file in image_tree.rglob("*.py")}
    others = {
        file.relative_to(image_tree).parts[0] for file in image_tree.rglob("*") if file.is_file()
    } - {file.parts[0] for file in modules}

    assert modules - reachable() == {Path("ca_bundle.py")}
    assert others == {".port", "init.sh", "pyproject.toml"}


def test_the_specification_and_the_resources_are_in_the_image(image_tree: Path) -> None:
    shipped = {file.relative_to(image_tree) for file in (image_tree / ".port").rglob("*.*")}

    assert shipped == {file.relative_to(ROOT) for file in (ROOT / ".port").rglob("*.*")}
    assert Path(".port/spec.yaml") in shipped


def test_any_user_can_read_the_image_and_none_can_change_it(image_tree: Path) -> None:
    for path in image_tree.rglob("*"):
        mode = path.stat().st_mode
        assert mode & stat.S_IROTH, path
        assert not mode & (stat.S_IWGRP | stat.S_IWOTH), path


def test_ocean_finds_its_configuration_in_the_image(image_tree: Path) -> None:
    ocean = Path(sys.executable).parent / "ocean"
    done = subprocess.run(
        [str(ocean), "port-app-config", "schema", "."],
        cwd=image_tree,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert '"issue"' in done.stdout


@pytest.mark.parametrize(
    "instruction",
    [
        "WORKDIR /app",
        "USER 1001:1001",
        "EXPOSE 8000",
        'CMD ["bash", "/app/init.sh"]',
        "COPY --from=packages /app/.venv /app/.venv",
        "COPY --from=code /app /app",
    ],
)
def test_the_image_starts_as_the_charts_and_recipes_expect(instruction: str) -> None:
    assert instruction in stages()[""].splitlines()


def test_ocean_is_where_the_github_action_looks_for_it() -> None:
    assert "ln -s /app/.venv/bin/ocean /usr/bin/ocean" in stages()[""]


def test_the_image_carries_the_version_that_it_is_built_with() -> None:
    assert re.search(r"^ARG VERSION\b", stages()[""], flags=re.MULTILINE)
    assert 'org.opencontainers.image.version="${VERSION}"' in stages()[""]


def test_nothing_is_built_or_installed_in_the_image_itself() -> None:
    assert not re.search(r"\b(apt-get|pip|poetry|gcc|curl)\b", stages()[""])


def test_only_what_runs_is_installed_and_only_from_the_lock() -> None:
    assert "python -m scripts.environment /app/.venv main " in stages()["packages"]
    assert "PIP_ONLY_BINARY=:all:" in stages()["packages"]


def test_the_python_of_the_image_is_one_that_the_project_supports(root: Path) -> None:
    dockerfile = (root / "Dockerfile").read_text(encoding="utf-8")
    version = re.search(
        r"^ARG PYTHON_IMAGE=python:(\d+\.\d+)-slim$", dockerfile, flags=re.MULTILINE
    )
    lowest = locked.read(root / "pyproject.toml")["tool"]["poetry"]["dependencies"]["python"]

    assert version is not None
    assert lowest == f"^{version[1]}"


def test_every_package_of_the_image_has_a_wheel(root: Path) -> None:
    packages = locked.read(root / "poetry.lock")["package"]
    sources_only = [
        package["name"]
        for package in packages
        if "main" in package["groups"]
        and not any(file["file"].endswith(".whl") for file in package["files"])
    ]

    assert sources_only == []
