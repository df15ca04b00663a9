"""What poetry.lock pins, as requirements that pip can install, and whether it is in step.

Reads two files and needs nothing but the standard library: set-up and the image install from the
lock without poetry, whose installer cannot read the simple protocol of many package mirrors.
"""

import hashlib
import json
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

LOCK_VERSION = "2.1"
_HASHED_KEYS = ("dependencies", "source", "extras", "dev-dependencies")

type Table = Mapping[str, Any]


class LockError(Exception):
    """poetry.lock cannot be used as it is; the message says what to do."""


def read(path: Path) -> Table:
    """Parse a TOML file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def requirements(lock: Table, groups: Sequence[str]) -> str:
    """Every package that the groups need, pinned and hashed, as a pip requirements file.

    The list is complete, so pip is to be called with --no-deps --require-hashes. Raises LockError
    when the lock has another format than the one known here, or is bound to one index.
    """
    version = lock["metadata"]["lock-version"]
    if version != LOCK_VERSION:
        message = f"poetry.lock has format {version}, not {LOCK_VERSION}: run `make lock`"
        raise LockError(message)
    wanted = [package for package in lock["package"] if set(groups) & set(package["groups"])]
    return "".join(_requirement(package, groups) for package in wanted)


def content_hash(pyproject: Table) -> str:
    """The hash of what pyproject.toml asks for, as poetry (2.x) writes it into the lock.

    Only dependencies in [tool.poetry] are understood; raises LockError for the other two places.
    """
    if "dependencies" in pyproject.get("project", {}) or "dependency-groups" in pyproject:
        message = (
            "dependencies belong in [tool.poetry] of pyproject.toml, the lock check reads these"
        )
        raise LockError(message)
    poetry = pyproject["tool"]["poetry"]
    content = {key: poetry.get(key) for key in _HASHED_KEYS}
    if "group" in poetry:
        content["group"] = poetry["group"]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def faults(lock: Table, pyproject: Table) -> Iterator[str]:
    """Each reason why the lock may not be committed: not in step, or bound to one index."""
    if lock["metadata"]["content-hash"] != content_hash(pyproject):
        yield "poetry.lock does not follow from pyproject.toml"
    for package in lock["package"]:
        if "source" in package:
            yield f"poetry.lock binds {package['name']} to {package['source'].get('url')}"


def _requirement(package: Table, groups: Sequence[str]) -> str:
    if "source" in package:
        message = f"{package['name']} is bound to an index in poetry.lock: run `make lock`"
        raise LockError(message)
    marker = _marker(package.get("markers", ""), groups)
    hashes = "".join(f" \\\n    --hash={file['hash']}" for file in package["files"])
    return f"{package['name']}=={package['version']}{marker and f' ; {marker}'}{hashes}\n"


def _marker(markers: str | Mapping[str, str], groups: Sequence[str]) -> str:
    if isinstance(markers, str):
        return markers
    chosen = [markers.get(group, "") for group in groups]
    return " or ".join(f"({marker})" for marker in chosen) if all(chosen) else ""


def main() -> int:
    """`python -m scripts.locked` reports the faults of the lock in the working directory."""
    found = list(faults(read(Path("poetry.lock")), read(Path("pyproject.toml"))))
    sys.stderr.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
