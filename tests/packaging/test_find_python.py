"""Which interpreter the set-up takes, on machines of every kind, and what it says without one."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

TOOLS = ("cat", "sed", "tr", "ls")


@dataclass(frozen=True)
class Machine:
    """A machine that holds nothing but what a test puts there."""

    root: Path
    script: Path

    def install(self, place: str, *, fits: bool = True) -> str:
        """Put an interpreter there that passes or fails the probe, and return its path."""
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('#!/bin/sh\necho "$0"\n' if fits else "#!/bin/sh\nexit 1\n")
        path.chmod(0o755)
        return str(path)

    def find(self, **variables: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.root}/shims:{self.root}/bin:{self.root}/tools"
        return subprocess.run(
            ["/bin/sh", str(self.script)],
            env={"PATH": path, "HOME": f"{self.root}/home"} | variables,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path, root: Path) -> Machine:
    place = tmp_path / "a machine"
    tools = place / "tools"
    tools.mkdir(parents=True)
    for tool in TOOLS:
        (tools / tool).symlink_to(f"/bin/{tool}")
    # The interpreters of the real machine do not answer, nor does it know the user.
    guard = f'#!/bin/sh\ncase "$5" in "{place}"/*) exec /usr/bin/env "$@" ;; esac\nexit 1\n'
    for name, text in {"env": guard, "id": "#!/bin/sh\necho nobody-here\n"}.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    return Machine(place, root / "scripts" / "find_python.sh")


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("bin/python3.12", id="3.12-on-path"),
        pytest.param("bin/python3.13", id="3.13-on-path"),
        pytest.param("bin/python3", id="python3-that-fits"),
        pytest.param("bin/python", id="python-that-fits"),
        pytest.param("home/.pyenv/versions/3.13.0/bin/python3", id="pyenv-at-home"),
        pytest.param("versions/3.12.1/bin/python3", id="pyenv-beside-its-shims"),
        pytest.param(
            "home/.local/share/uv/python/cpython-3.12.4-linux-x86_64-gnu/bin/python3", id="uv"
        ),
        pytest.param("home/.asdf/installs/python/3.13.1/bin/python3", id="asdf"),
        pytest.param("home/.local/share/mise/installs/python/3.12.8/bin/python3", id="mise"),
    ],
)
def test_an_interpreter_is_found_wherever_it_usually_lies(machine: Machine, place: str) -> None:
    machine.install("shims/python3.12", fits=False)
    if not place.startswith("bin/python3"):
        machine.install("bin/python3", fits=False)
    wanted = machine.install(place)

    assert machine.find().stdout.splitlines() == [wanted]


@pytest.mark.parametrize(
    ("variable", "value", "place"),
    [
        pytest.param(
            "PYENV_ROOT", "elsewhere", "elsewhere/versions/3.12.1/bin/python3", id="pyenv"
        ),
        pytest.param(
            "UV_PYTHON_INSTALL_DIR", "elsewhere", "elsewhere/cpython-3.13.0-x/bin/python3", id="uv"
        ),
        pytest.param(
            "ASDF_DATA_DIR", "elsewhere", "elsewhere/installs/python/3.12.1/bin/python3", id="asdf"
        ),
    ],
)
def test_a_version_manager_may_keep_its_versions_elsewhere(
    machine: Machine, variable: str, value: str, place: str
) -> None:
    wanted = machine.install(place)

    assert machine.find(**{variable: str(machine.root / value)}).stdout.splitlines() == [wanted]


def test_the_version_of_the_image_is_preferred(machine: Machine) -> None:
    machine.install("bin/python3.13")
    wanted = machine.install("bin/python3.12")

    assert machine.find().stdout.splitlines() == [wanted]


def test_a_named_interpreter_wins(machine: Machine) -> None:
    machine.install("bin/python3.12")
    wanted = machine.install("my own/python")

    assert machine.find(PYTHON=wanted).stdout.splitlines() == [wanted]


def test_a_named_interpreter_that_does_not_fit_is_refused_by_name(machine: Machine) -> None:
    machine.install("bin/python3.12")
    old = machine.install("my own/python", fits=False)

    found = machine.find(PYTHON=old)

    assert (found.returncode, found.stdout) == (1, "")
    assert f"PYTHON={old} is not a Python 3.12 or 3.13" in found.stderr


@pytest.mark.parametrize(
    "advice",
    [
        "apt-get install python3.12 python3.12-venv",
        "dnf install python3.12",
        "brew install python@3.12",
        "pyenv install 3.12",
        "PYTHON=/path/to/",
    ],
)
def test_without_an_interpreter_it_says_what_to_install(machine: Machine, advice: str) -> None:
    machine.install("bin/python3", fits=False)

    found = machine.find()

    assert (found.returncode, found.stdout) == (1, "")
    assert advice in found.stderr


def test_an_environment_on_the_path_yields_the_interpreter_that_it_was_made_from(
    machine: Machine,
) -> None:
    found = machine.find(
        PATH=f"{Path(sys.executable).parent}:{os.defpath}", PYTHON=sys.executable, PYTHONHOME="/no"
    )

    interpreter = Path(found.stdout.strip())
    assert interpreter.samefile(sys.executable)
    assert not interpreter.is_relative_to(sys.prefix)
