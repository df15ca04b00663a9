"""The lock: in step with pyproject.toml, bound to no index, and complete as requirements."""

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import locked

type Document = dict[str, Any]


@pytest.fixture
def lock(root: Path) -> Document:
    return copy.deepcopy(dict(locked.read(root / "poetry.lock")))


@pytest.fixture
def pyproject(root: Path) -> Document:
    return copy.deepcopy(dict(locked.read(root / "pyproject.toml")))


def poetry(pyproject: Document) -> Document:
    section: Document = pyproject["tool"]["poetry"]
    return section


def test_the_committed_lock_has_no_fault(lock: Document, pyproject: Document) -> None:
    assert list(locked.faults(lock, pyproject)) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda it: it["dependencies"].update(arrow="*"), id="added"),
        pytest.param(lambda it: it["dependencies"].pop("httpx"), id="removed"),
        pytest.param(lambda it: it["dependencies"].update(python="^3.13"), id="another-python"),
        pytest.param(
            lambda it: it["dependencies"]["port-ocean"].update(extras=[]), id="another-extra"
        ),
        pytest.param(
            lambda it: it["group"]["dev"]["dependencies"].update(pytest="^9.9"), id="dev-version"
        ),
        pytest.param(lambda it: it.update(source=[{"name": "mirror"}]), id="an-index"),
    ],
)
def test_a_change_of_what_is_asked_for_is_noticed(
    lock: Document, pyproject: Document, change: Callable[[Document], object]
) -> None:
    change(poetry(pyproject))

    assert list(locked.faults(lock, pyproject)) == [
        "poetry.lock does not follow from pyproject.toml"
    ]


def test_a_change_of_anything_else_needs_no_new_lock(lock: Document, pyproject: Document) -> None:
    poetry(pyproject).update(version="9.9.9", description="another")

    assert list(locked.faults(lock, pyproject)) == []


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param({"project": {"dependencies": ["httpx"]}}, id="project"),
        pytest.param({"dependency-groups": {"dev": ["pytest"]}}, id="dependency-groups"),
    ],
)
def test_dependencies_in_a_place_that_is_not_checked_are_refused(
    pyproject: Document, elsewhere: Document
) -> None:
    with pytest.raises(locked.LockError, match=r"belong in \[tool.poetry\]"):
        locked.content_hash(pyproject | elsewhere)


def test_a_package_bound_to_an_index_is_a_fault(lock: Document, pyproject: Document) -> None:
    lock["package"][0]["source"] = {"type": "legacy", "url": "https://mirror.example.com/simple"}

    (fault,) = locked.faults(lock, pyproject)

    assert fault.endswith("to https://mirror.example.com/simple")
    with pytest.raises(locked.LockError, match="is bound to an index"):
        locked.requirements(lock, ["main", "dev"])


def test_a_lock_of_another_format_is_refused(lock: Document) -> None:
    lock["metadata"]["lock-version"] = "3.0"

    with pytest.raises(locked.LockError, match=r"format 3.0, not 2.1: run `make lock`"):
        locked.requirements(lock, ["main"])


def test_every_requirement_is_pinned_and_hashed(lock: Document) -> None:
    entries = re.split(r"\n(?=\S)", locked.requirements(lock, ["main", "dev"]).strip())

    assert len(entries) == len(lock["package"])
    for entry in entries:
        assert re.match(
            r"[a-z0-9._-]+(\[.*\])?==\S+( ; [^\n]+)?( \\\n    --hash=sha256:\S{64})+$", entry
        )


@pytest.mark.parametrize(
    ("groups", "there", "absent"),
    [
        pytest.param(["main"], "port-ocean", "hypothesis", id="main"),
        pytest.param(["dev"], "hypothesis", "port-ocean", id="dev"),
    ],
)
def test_a_group_brings_what_it_needs_and_no_more(
    lock: Document, groups: list[str], there: str, absent: str
) -> None:
    names = re.findall(r"^([^\s=]+)==", locked.requirements(lock, groups), flags=re.MULTILINE)

    assert there in names
    assert absent not in names


@pytest.mark.parametrize(
    ("markers", "groups", "line"),
    [
        pytest.param("", ["main"], "a==1", id="none"),
        pytest.param("os_name == 'nt'", ["main"], "a==1 ; os_name == 'nt'", id="one-for-all"),
        pytest.param({"dev": "os_name == 'nt'"}, ["dev"], "a==1 ; (os_name == 'nt')", id="own"),
        pytest.param({"dev": "os_name == 'nt'"}, ["main", "dev"], "a==1", id="always-in-another"),
        pytest.param({"main": "x", "dev": "y"}, ["main", "dev"], "a==1 ; (x) or (y)", id="either"),
    ],
)
def test_a_package_is_installed_where_a_chosen_group_wants_it(
    markers: str | dict[str, str], groups: list[str], line: str
) -> None:
    package = {"name": "a", "version": "1", "groups": groups, "files": [], "markers": markers}
    lock = {"metadata": {"lock-version": "2.1"}, "package": [package]}

    assert locked.requirements(lock, groups) == f"{line}\n"


def test_the_runtime_is_the_one_that_the_integration_was_measured_with(lock: Document) -> None:
    versions = {package["name"]: package["version"] for package in lock["package"]}

    assert versions["port-ocean"] == "0.55.4"
