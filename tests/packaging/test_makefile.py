"""The commands: listed, wired to what they name, and ending as what they ran ended."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

# Stands for the environment's Python: tells how it was called, and ends as it is told.
FAKE_PYTHON = """#!/bin/sh
echo "$@"
echo "LISTENER=${LISTENER-} PYTHONPATH=${PYTHONPATH-}"
exit "${STATUS:-0}"
"""


@dataclass(frozen=True)
class Project:
    """The Makefile in a directory whose environment is ready, and not a real one."""

    root: Path

    def make(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", *arguments],
            cwd=self.root,
            env={"PATH": os.environ["PATH"]} | variables,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Project:
    shutil.copy(root / "Makefile", tmp_path)
    shutil.copytree(root / "scripts", tmp_path / "scripts")
    for name in ("poetry.lock", "pyproject.toml"):
        (tmp_path / name).touch()
    for file in [*(tmp_path / "scripts").iterdir(), *tmp_path.glob("p*")]:
        os.utime(file, (0, 0))
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(FAKE_PYTHON)
    python.chmod(0o755)
    stamp = tmp_path / ".venv" / ".set-up"
    stamp.write_text(f"digest\n{tmp_path.resolve()}\n")
    return Project(tmp_path)


def test_help_is_what_make_says_by_itself(project: Project) -> None:
    assert project.make().stdout == project.make("help").stdout


def test_help_lists_every_target_in_one_line(project: Project, root: Path) -> None:
    targets = re.findall(r"^\.PHONY: (\S+)$", (root / "Makefile").read_text(), flags=re.MULTILINE)

    lines = project.make("help").stdout.splitlines()

    listed = [match[1] for line in lines if (match := re.match(r" +make (\S+) +\S.{8,}", line))]
    assert len(listed) == len(lines)
    assert set(listed) == set(targets) - {"FORCE"}
    assert {"run", "test", "lint", "format", "bench"} <= set(listed)


@pytest.mark.parametrize(
    ("arguments", "called"),
    [
        pytest.param(["run"], "-m sandbox.run", id="run"),
        pytest.param(["test"], "-m pytest -n 3 --dist loadfile --no-loadscope-reorder", id="test"),
        pytest.param(
            ["test", "WORKERS=0", "ARGS=tests/unit -k login"],
            "-m pytest -n 0 --dist loadfile --no-loadscope-reorder tests/unit -k login",
            id="some-tests",
        ),
        pytest.param(["lint"], "-m scripts.lint", id="lint"),
        pytest.param(["format"], "-m black --quiet .", id="format"),
        pytest.param(["bench", "ARGS=--quick"], "-m benchmarks --quick", id="bench"),
    ],
)
def test_a_target_runs_what_it_says(project: Project, arguments: list[str], called: str) -> None:
    done = project.make(*arguments)

    assert done.returncode == 0
    assert called in done.stdout.splitlines()


def test_settings_of_a_run_may_stand_on_the_command_line(project: Project) -> None:
    assert "LISTENER=POLLING" in project.make("run", "LISTENER=POLLING").stdout


def test_settings_of_a_run_may_come_from_the_environment(project: Project) -> None:
    assert "LISTENER=POLLING" in project.make("run", LISTENER="POLLING").stdout


def test_packages_of_another_python_stay_outside(project: Project) -> None:
    assert "PYTHONPATH=\n" in project.make("run", PYTHONPATH="/elsewhere").stdout


@pytest.mark.parametrize("target", ["run", "test", "lint"])
def test_a_failure_is_makes_failure(project: Project, target: str) -> None:
    assert project.make(target, STATUS="3").returncode == 2


def test_the_targets_need_no_set_up_when_nothing_has_changed(project: Project) -> None:
    started = time.monotonic()

    assert "Setting up" not in project.make("run").stderr
    assert time.monotonic() - started < 1


LONG_RUN = """#!/bin/sh
trap 'echo stopped; exit 0' INT TERM
echo up
# Ends by itself, should no signal arrive.
for _ in $(seq 200); do sleep 0.05; done
"""


@pytest.mark.parametrize(
    ("signal_number", "send"),
    [
        pytest.param(signal.SIGINT, os.killpg, id="ctrl-c"),
        pytest.param(signal.SIGTERM, os.kill, id="sigterm-to-make-alone"),
    ],
)
def test_a_signal_reaches_the_run_and_leaves_no_noise(
    project: Project, signal_number: signal.Signals, send: Callable[[int, int], None]
) -> None:
    (project.root / ".venv" / "bin" / "python").write_text(LONG_RUN)
    with subprocess.Popen(
        ["make", "run"],
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        send(process.pid, signal_number)
        rest = process.stdout.read()

    assert first == "up\n"
    assert rest.startswith("stopped\n")
    assert "Error" not in rest
