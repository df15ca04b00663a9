"""The image's /app and entry script with the real runtime: a read-only root, a foreign PATH, size."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.launch import launch
from scripts import locked
from tests.end_to_end.sandboxes import Port
from tests.packaging.conftest import ROOT

STATE = Path("/tmp/ocean")  # noqa: S108 - where the runtime writes, and a volume is mounted
MEBIBYTE = 1024 * 1024

# Everything that is mounted becomes read-only, but the state and what a container has of its own.
IN_A_READ_ONLY_ROOT = """
set -eu
state=$1; shift
mount -t tmpfs tmpfs "$state"
cut -d ' ' -f 2 /proc/self/mounts | sort -u | while read -r place; do
    case $place in "$state"|/proc|/proc/*|/sys|/sys/*|/dev|/dev/*) continue ;; esac
    mount -o remount,bind,ro "$place" 2>/dev/null || true
done
for place in "$PWD" /tmp /var/tmp; do
    if touch "$place/written" 2>/dev/null; then
        echo "$place can be written to" >&2
        exit 97
    fi
done
exec "$@"
"""
NAMESPACE = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
IN_NAMESPACE = [*NAMESPACE, "sh", "-c", IN_A_READ_ONLY_ROOT, "sh"]


def _has_namespaces() -> bool:
    found = shutil.which("unshare")
    return bool(found) and subprocess.run([*NAMESPACE, "true"], check=False).returncode == 0


@pytest.fixture
def app(image_tree: Path) -> Path:
    """/app of the image, its packages being those of this environment."""
    (image_tree / ".venv").symlink_to(Path(sys.executable).parents[1])
    return image_tree


@pytest.fixture
def environment() -> Iterator[tuple[dict[str, str], Port]]:
    """What a container is told of two sandboxes."""
    company = ("--port", "0", "--projects", "2", "--issues", "10", "--users", "4")
    with (
        launch("sandbox.jira", *company) as jira,
        launch("sandbox.port", "--port", "0") as port,
        httpx.Client(trust_env=False, timeout=30) as http,
    ):
        yield (
            {
                "HOME": str(STATE),
                "OCEAN__EVENT_LISTENER": '{"type":"ONCE"}',
                "OCEAN__PORT__BASE_URL": port.url,
                "OCEAN__PORT__CLIENT_ID": port.info["client_id"],
                "OCEAN__PORT__CLIENT_SECRET": port.info["client_secret"],
                "OCEAN__INTEGRATION__CONFIG__JIRA_SERVER_HOST": jira.url,
                "OCEAN__INTEGRATION__SECRETS__TOKEN": jira.info["token"],
            },
            Port(port, http),
        )


@pytest.mark.skipif(not _has_namespaces(), reason="nobody may make a mount namespace here")
def test_a_sync_needs_to_write_nowhere_but_to_its_state(
    app: Path, environment: tuple[dict[str, str], Port]
) -> None:
    STATE.mkdir(exist_ok=True)
    variables, port = environment
    done = subprocess.run(
        [*IN_NAMESPACE, str(STATE), "bash", str(app / "init.sh"), "-p", "0"],
        cwd=app,
        # As the GitHub action has it: nothing of the image's own.
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Read-only file system" not in done.stdout + done.stderr
    assert len(port.entities()["jiraServerProject"]) == 2


@pytest.mark.parametrize(
    ("token", "status"), [("", 0), ("an-old-token", 1)], ids=["well", "refused"]
)
def test_the_check_is_in_the_image_and_ends_with_what_it_finds(
    app: Path,
    environment: tuple[dict[str, str], Port],
    tmp_path: Path,
    token: str,
    status: int,
) -> None:
    variables, port = environment
    name = "OCEAN__INTEGRATION__SECRETS__TOKEN"
    done = subprocess.run(
        ["bash", str(app / "init.sh"), "probe"],
        cwd=tmp_path,
        env={
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            **variables,
            "INIT_STATE_DIR": str(tmp_path / "state"),
            name: token or variables[name],
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert "Login accepted at " in done.stdout
    assert ("PROBLEM  login" in done.stdout) is bool(status)
    assert port.entities() == {}


def test_ocean_is_found_whatever_the_path_is(app: Path, tmp_path: Path) -> None:
    """/usr/bin/ocean is a link to the one in /app; its packages must be found all the same."""
    (tmp_path / "ocean").symlink_to(app / ".venv/bin/ocean")
    done = subprocess.run(
        ["ocean", "port-app-config", "schema", "."],
        cwd=app,
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_what_is_built_here_is_small(image_tree: Path) -> None:
    assert sum(file.stat().st_size for file in image_tree.rglob("*") if file.is_file()) < MEBIBYTE


def test_the_packages_are_those_that_the_runtime_needs_and_no_more() -> None:
    """The base image comes on top; what is read here are the sizes that the packages record."""
    packages = locked.read(ROOT / "poetry.lock")["package"]
    main = {one["name"] for one in packages if "main" in one["groups"]}
    sizes = {name: _size(name) for name in main}
    largest = sorted(sizes.items(), key=lambda one: -one[1])[:5]
    assert sum(sizes.values()) < 120 * MEBIBYTE, largest
    # pytest is there because port-ocean asks for it.
    assert main.isdisjoint({"black", "hypothesis", "jira", "mypy", "pip", "respx", "ruff"})


def _size(package: str) -> int:
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        return 0  # for another platform or Python
    return sum(file.size or 0 for file in files)
