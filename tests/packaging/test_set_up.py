"""The environment: made once, made anew when it has to be, never taken half made."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts import environment, set_up

EMPTY_LOCK = 'package = []\n[metadata]\nlock-version = "2.1"\n'
UNKNOWN_PACKAGE = f"""[[package]]
name = "no-such-package-of-this-project"
version = "1.0"
groups = ["main"]
files = [{{ hash = "sha256:{"0" * 64}" }}]
[metadata]
lock-version = "2.1"
"""


@dataclass(frozen=True)
class Checkout:
    """A checkout whose lock pins nothing, so that only the set-up itself takes time."""

    root: Path

    @property
    def configuration(self) -> Path:
        return self.root / ".venv" / "pyvenv.cfg"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["make", "install", *arguments],
            cwd=self.root,
            env={"PATH": os.environ["PATH"], "HOME": str(self.root), "PIP_NO_INDEX": "1"}
            | {"PYTHONPATH": "/nowhere", "PIP_USER": "1", "PIP_TARGET": "/nowhere"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def install(self, *arguments: str) -> tuple[int, str]:
        process = self.start(*arguments)
        output, _ = process.communicate(timeout=120)
        return process.returncode, output


def make_checkout(source: Path, target: Path) -> Checkout:
    shutil.copytree(source / "scripts", target / "scripts")
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(source / name, target)
    (target / "poetry.lock").write_text(EMPTY_LOCK)
    return Checkout(target)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A checkout that is set up, in a path with a space."""
    checkout = make_checkout(Path(__file__).parents[2], tmp_path_factory.mktemp("a checkout"))
    assert checkout.install()[0] == 0
    yield checkout
    shutil.rmtree(checkout.root)


def test_the_environment_is_made_by_the_first_set_up_and_left_alone_by_the_next(
    made: Checkout,
) -> None:
    before = made.configuration.stat().st_mtime_ns

    assert made.install() == (0, ".venv is up to date.\n")
    assert made.configuration.stat().st_mtime_ns == before


def test_a_touched_lock_costs_no_new_environment(made: Checkout) -> None:
    before = made.configuration.stat().st_mtime_ns
    (made.root / "poetry.lock").touch()

    assert made.install() == (0, ".venv is up to date.\n")
    assert made.configuration.stat().st_mtime_ns == before


def test_a_half_made_environment_is_made_anew(made: Checkout) -> None:
    (made.root / ".venv" / ".set-up").unlink()
    (made.root / ".venv" / "half-made").touch()

    assert made.install()[0] == 0
    assert not (made.root / ".venv" / "half-made").exists()


def test_an_environment_that_was_moved_is_made_anew(made: Checkout, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(made.root, moved, symlinks=True)

    status, output = Checkout(moved).install()

    assert (status, output.splitlines()[-1]) == (0, ".venv is up to date.")
    assert str(moved) in (moved / ".venv" / "bin" / "activate").read_text()


def test_two_set_ups_at_once_make_it_once(tmp_path: Path, root: Path) -> None:
    checkout = make_checkout(root, tmp_path / "twice")

    outputs = [
        process.communicate(timeout=120)[0] for process in [checkout.start(), checkout.start()]
    ]

    assert sum("Setting up .venv" in output for output in outputs) == 1
    assert all(".venv is up to date." in output for output in outputs)


def test_a_set_up_that_fails_says_why_and_is_not_taken_for_done(tmp_path: Path, root: Path) -> None:
    checkout = make_checkout(root, tmp_path / "fails")
    (checkout.root / "poetry.lock").write_text(UNKNOWN_PACKAGE)

    status, output = checkout.install()

    assert status != 0
    assert "no-such-package-of-this-project" in output
    assert "Could not install the packages" in output
    assert "PIP_INDEX_URL" in output
    assert not (checkout.root / ".venv" / ".set-up").exists()


@pytest.mark.parametrize(
    ("stamp", "interpreter", "ready"),
    [
        pytest.param("wanted", True, True, id="finished"),
        pytest.param(None, True, False, id="interrupted"),
        pytest.param("another", True, False, id="another-lock"),
        pytest.param("wanted", False, False, id="interpreter-removed"),
    ],
)
def test_an_environment_is_ready_only_as_a_whole(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stamp: str | None,
    interpreter: bool,
    ready: bool,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    target = tmp_path / "python"
    (tmp_path / ".venv" / "bin" / "python").symlink_to(target)
    if interpreter:
        target.touch()
    if stamp:
        (tmp_path / ".venv" / ".set-up").write_text(stamp)

    assert set_up.is_ready("wanted") is ready


@pytest.mark.parametrize(
    ("requirements", "interpreter", "root"),
    [
        pytest.param("b==1", "python 3.12", "/here", id="requirements"),
        pytest.param("a==1", "python 3.13", "/here", id="interpreter"),
        pytest.param("a==1", "python 3.12", "/there", id="place"),
    ],
)
def test_a_stamp_tells_apart(requirements: str, interpreter: str, root: str) -> None:
    assert set_up.stamp(requirements, interpreter, Path(root)) != set_up.stamp(
        "a==1", "python 3.12", Path("/here")
    )


def test_pip_keeps_its_index_proxy_and_certificates_and_loses_what_leads_it_astray() -> None:
    kept = {"PIP_INDEX_URL": "https://mirror.example.com", "PIP_CERT": "/ca", "HTTPS_PROXY": "p:1"}
    lost = {"PYTHONPATH": "/x", "PYTHONHOME": "/x", "PIP_TARGET": "/x", "PIP_CONSTRAINT": "/x"}

    found = environment.variables(kept | lost | {"PIP_USER": "1"})

    assert kept.items() <= found.items()
    assert not lost.keys() & found.keys()
    assert found["PIP_USER"] == "0"
