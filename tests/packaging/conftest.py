"""What the packaging tests share: the project's root, the image's tree, a place any uid can enter."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that every uid can enter; pytest's own is closed to all but its maker."""
    directory = Path(tempfile.mkdtemp(prefix="packaging-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def image_tree(open_directory: Path) -> Path:
    """/app as the Dockerfile leaves it: its context by .dockerignore, then the RUN of `code`."""
    tree = open_directory / "app"
    for file in context_files():
        target = tree / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, target)
        target.chmod(0o600)
    subprocess.run(["sh", "-euc", stage_command("code")], cwd=tree, check=True)
    return tree


def context_files() -> list[Path]:
    """The files of a checkout that .dockerignore lets into the build."""
    files = [
        (folder / name).relative_to(ROOT)
        for folder, subfolders, names in ROOT.walk()
        for name in _without(names, subfolders)
    ]
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [file for file in files if is_admitted(file, rules)]


def _without(names: list[str], subfolders: list[str]) -> list[str]:
    """The names; the walk does not go down into what no checkout holds."""
    subfolders[:] = [folder for folder in subfolders if folder not in {".venv", ".git", ".run"}]
    return names


def is_admitted(file: Path, rules: list[str]) -> bool:
    """The last rule that matches the file or a directory above it decides, as Docker documents."""
    admitted = True
    for rule in filter(None, (line.partition("#")[0].strip() for line in rules)):
        pattern = rule.removeprefix("!")
        if any(_matches(path, pattern) for path in [file, *file.parents]):
            admitted = rule.startswith("!")
    return admitted


def _matches(path: Path, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch(path.name, pattern.removeprefix("**/"))
    return (
        path != Path() and len(path.parts) == pattern.count("/") + 1 and fnmatch(str(path), pattern)
    )


def stages() -> dict[str, str]:
    """The instructions of each stage of the Dockerfile, one a line, by its name; the last is ""."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    bodies = re.split(r"^(?=FROM )", text, flags=re.MULTILINE)[1:]
    named = ((re.match(r"FROM \S+(?: AS (\S+))?", body), body) for body in bodies)
    return {(match[1] or "") if match else "": body for match, body in named}


def stage_command(stage: str) -> str:
    """What the only RUN of a stage runs."""
    (command,) = re.findall(r"^RUN (.*)$", stages()[stage], flags=re.MULTILINE)
    return str(command)
