"""The image's entry script: under any uid, on a read-only root, and then it is the integration."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import certifi
import pytest

from tests.packaging.authority import Authority, is_trusted

SOMEBODY = 54321
PYTHONS = (sys.executable, "/usr/bin/python3")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")

# Tells what the integration would have seen, then ends as it is told.
FAKE_OCEAN = """#!/bin/sh
exec "$(dirname "$0")/python" -I -c '
import json, os, sys
seen = {"pid": os.getpid(), "uid": os.getuid(), "arguments": sys.argv[1:], "cwd": os.getcwd()}
print(json.dumps(seen | {"environ": dict(os.environ)}))
sys.exit(int(os.environ.get("STATUS", "0")))
' "$@"
"""
# Stands for the environment of the image, where certifi is installed; any uid can run it.
FAKE_PYTHON = """#!/bin/sh
[ "$1" = -m ] && exec "$(dirname "$0")/ocean" "$@"
[ "$2" = -c ] && exec {python} "$@"
shift
exec {python} -I -c '
import runpy, sys
sys.path.insert(0, "{packages}")
sys.argv.pop(0)
runpy.run_path(sys.argv[0], run_name="__main__")
' "$@"
"""


@dataclass(frozen=True)
class Image:
    """The image's /app, a directory for its state, and one where CAs are mounted."""

    app: Path
    state: Path
    authorities: Path

    def start(self, *arguments: str, uid: int | None = None, **variables: str) -> "Ended":
        process = subprocess.Popen(
            ["bash", str(self.app / "init.sh"), *arguments],
            cwd="/",
            env={"PATH": os.defpath, "INIT_STATE_DIR": str(self.state)}
            | {"INIT_CA_DIR": str(self.authorities)}
            | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
        )
        output, errors = process.communicate(timeout=60)
        return Ended(process.pid, process.returncode, output, errors)


@dataclass(frozen=True)
class Ended:
    pid: int
    status: int
    output: str
    errors: str

    @property
    def seen(self) -> dict[str, Any]:
        """What the integration saw when it was started."""
        seen: dict[str, Any] = json.loads(self.output)
        return seen

    @property
    def environ(self) -> dict[str, str]:
        environ: dict[str, str] = self.seen["environ"]
        return environ


@pytest.fixture
def image(image_tree: Path, open_directory: Path) -> Image:
    packages = open_directory / "packages"
    shutil.copytree(Path(certifi.where()).parent, packages / "certifi")
    programs = image_tree / ".venv" / "bin"
    programs.mkdir(parents=True)
    python = FAKE_PYTHON.format(python=_python_for_anybody(), packages=packages)
    for name, text in {"python": python, "ocean": FAKE_OCEAN}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    state, authorities = open_directory / "state", open_directory / "authorities"
    state.mkdir()
    state.chmod(0o777)
    authorities.mkdir()
    return Image(image_tree, state, authorities)


def _python_for_anybody() -> str:
    if os.geteuid() != 0:
        return sys.executable
    for python in PYTHONS:
        try:
            subprocess.run([python, "-c", ""], check=True, user=SOMEBODY, group=SOMEBODY)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    pytest.skip("no Python of this machine can be run by another user")


def test_the_script_becomes_the_integration(image: Image) -> None:
    ended = image.start("--log-level", "DEBUG")

    assert ended.seen["pid"] == ended.pid
    assert ended.seen["arguments"] == ["sail", "--log-level", "DEBUG"]
    assert ended.seen["cwd"] == str(image.app)


def test_with_the_word_probe_it_becomes_the_check_and_trusts_the_same(image: Image) -> None:
    (image.authorities / "cert.crt").write_bytes(Authority.named("Company Root CA").pem)

    ended = image.start("probe", STATUS="1")

    assert (ended.status, ended.seen["pid"]) == (1, ended.pid)
    assert ended.seen["arguments"] == ["-m", "checks"]
    assert ended.seen["cwd"] == str(image.app)
    assert Path(ended.environ["SSL_CERT_FILE"]).is_relative_to(image.state)


@pytest.mark.parametrize("status", [0, 1, 7])
def test_the_exit_status_is_the_integrations(image: Image, status: int) -> None:
    assert image.start(STATUS=str(status)).status == status


def test_there_is_room_for_all_that_the_runtime_writes(image: Image) -> None:
    environ = image.start().environ

    assert {path.name for path in image.state.iterdir()} == {".ocean_cache", "streaming", "tmp"}
    assert environ["TMPDIR"] == str(image.state / "tmp")


def test_a_second_start_in_the_same_volume_works_as_well(image: Image) -> None:
    assert [image.start().status, image.start().status] == [0, 0]


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_mounted_authority_is_trusted_by_the_integration(
    image: Image, tmp_path: Path, variable: str
) -> None:
    authority = Authority.named("Company Root CA")
    (image.authorities / "cert.crt").write_bytes(authority.pem.rstrip())

    ended = image.start()

    assert "Trusting Company Root CA" in ended.errors
    bundle = Path(ended.environ[variable])
    assert bundle.is_relative_to(image.state)
    with authority.server(tmp_path) as port:
        assert is_trusted(port, bundle)


def test_without_a_mounted_authority_trust_is_left_alone(image: Image) -> None:
    assert "SSL_CERT_FILE" not in image.start().environ
    assert image.start(SSL_CERT_FILE="/own.pem").environ["SSL_CERT_FILE"] == "/own.pem"


def test_a_broken_certificate_ends_the_start(image: Image) -> None:
    (image.authorities / "cert.crt").write_bytes(b"no certificate")

    ended = image.start()

    assert (ended.status, ended.output) == (1, "")
    assert "cert.crt cannot be used as a CA certificate" in ended.errors


@needs_root
@pytest.mark.parametrize("uid", [1001, SOMEBODY])
def test_any_user_can_start_it_and_needs_to_write_nowhere_else(
    image: Image, tmp_path: Path, uid: int
) -> None:
    authority = Authority.named("Company Root CA")
    (image.authorities / "company.cer").write_bytes(authority.der)
    before = _snapshot(image.app)

    ended = image.start(uid=uid, HOME="/nonexistent")

    assert ended.seen["uid"] == uid
    assert _snapshot(image.app) == before
    with authority.server(tmp_path) as port:
        assert is_trusted(port, Path(ended.environ["SSL_CERT_FILE"]))


@needs_root
def test_a_state_directory_that_cannot_be_written_to_is_explained(image: Image) -> None:
    image.state.chmod(0o755)

    ended = image.start(uid=SOMEBODY)

    assert (ended.status, ended.output) == (1, "")
    assert f"Uid {SOMEBODY} cannot write to {image.state}" in ended.errors
    assert "--tmpfs" in ended.errors


@needs_root
def test_the_state_of_another_user_is_explained(image: Image) -> None:
    image.start()

    ended = image.start(uid=SOMEBODY)

    assert ended.status == 1
    assert f"cannot write to {image.state}/.ocean_cache" in ended.errors


def _snapshot(tree: Path) -> set[tuple[str, float]]:
    return {(str(path), path.stat().st_mtime) for path in tree.rglob("*")}
