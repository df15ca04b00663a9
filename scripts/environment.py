"""Makes a virtual environment that holds what poetry.lock pins, and nothing else.

Needs only the standard library and the environment's own pip, whose settings for index, proxy and
certificates apply. Decides nothing about when: that is set_up's and the Dockerfile's.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts import locked

# Each of these would put packages elsewhere, or take other ones than the lock names.
_MISLEADING = ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_CONSTRAINT")


class InstallError(Exception):
    """The environment could not be made; the message says what to do."""


def variables(surroundings: Mapping[str, str]) -> dict[str, str]:
    """The variables under which pip installs into the environment and nowhere else."""
    kept = {name: value for name, value in surroundings.items() if name not in _MISLEADING}
    return kept | {
        "PIP_USER": "0",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
    }


def make(path: Path, requirements: str) -> None:
    """Make the environment at path anew, with exactly the given requirements.

    Raises InstallError when the interpreter or pip fails; what they said is on stderr by then.
    """
    python = str(path / "bin" / "python")
    _run([sys.executable, "-m", "venv", "--clear", str(path)], "make the virtual environment")
    # Installing without and compiling on all cores afterwards takes half the time of pip's own.
    install = [python, "-m", "pip", "install", "-qq", "--no-deps", "--no-compile"]
    _run([*install, "--require-hashes", "-r", "/dev/stdin"], "install the packages", requirements)
    compile_all = [python, "-m", "compileall", "-qq", "-j", "0", "-x", "cookiecutter"]
    _run([*compile_all, str(path / "lib")], "compile the packages")


def _run(command: Sequence[str], purpose: str, text: str = "") -> None:
    done = subprocess.run(  # noqa: S603 - fixed commands, no shell
        command, input=text, text=True, check=False, env=variables(os.environ)
    )
    if done.returncode:
        message = (
            f"Could not {purpose} (exit {done.returncode}); the reason stands above.\n"
            "Packages come from the index that pip is set to: see `python3 -m pip config list`, or\n"
            "set PIP_INDEX_URL, PIP_PROXY, PIP_CERT. Run the same command again to try once more."
        )
        raise InstallError(message)


def main(arguments: Sequence[str]) -> int:
    """`python -m scripts.environment PATH GROUP…` makes one from the lock in this directory."""
    path, *groups = arguments
    try:
        make(Path(path), locked.requirements(locked.read(Path("poetry.lock")), groups))
    except (InstallError, locked.LockError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
