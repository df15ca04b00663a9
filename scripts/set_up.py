"""Decides whether .venv is what poetry.lock and this interpreter ask for, and makes it when not.

The stamp is written last: an environment without one was interrupted and is made anew.
"""

import fcntl
import hashlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import environment, locked

GROUPS = ("main", "dev")
ENVIRONMENT = Path(".venv")
STAMP = ENVIRONMENT / ".set-up"


def stamp(requirements: str, interpreter: str, root: Path) -> str:
    """What the environment was made for: a digest, then the directory it works in.

    An environment holds absolute paths; the Makefile compares the second line with where it is.
    """
    digest = hashlib.sha256(f"{interpreter}\n{requirements}".encode()).hexdigest()
    return f"{digest}\n{root}\n"


def is_ready(wanted: str) -> bool:
    """Whether the environment is finished, made for this stamp, and its interpreter still exists."""
    made = STAMP.read_text(encoding="utf-8") if STAMP.is_file() else ""
    return made == wanted and (ENVIRONMENT / "bin" / "python").exists()


def set_up() -> None:
    """Make .venv in the working directory unless it is ready; two at a time take turns."""
    requirements = locked.requirements(locked.read(Path("poetry.lock")), GROUPS)
    wanted = stamp(requirements, f"{sys.executable} {sys.version}", Path.cwd())
    with _alone():
        if not is_ready(wanted):
            _make(requirements)
            STAMP.write_text(wanted, encoding="utf-8")
        STAMP.touch()


def _make(requirements: str) -> None:
    started = time.monotonic()
    version = sys.version.split()[0]
    _say(f"Setting up .venv with Python {version} from poetry.lock; this takes about a minute …")
    STAMP.unlink(missing_ok=True)
    environment.make(ENVIRONMENT, requirements)
    packages = sum(not line.startswith(" ") for line in requirements.splitlines())
    _say(f"Set up {packages} packages in {time.monotonic() - started:.0f} s.")


@contextmanager
def _alone() -> Iterator[None]:
    # The lock is on the directory itself, so that none is left behind by a killed process.
    directory = os.open(".", os.O_RDONLY)
    try:
        try:
            fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another set-up is at work here; waiting for it …")
            fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main() -> int:
    """`python -m scripts.set_up`, run by the interpreter that the environment is made with."""
    try:
        set_up()
    except (environment.InstallError, locked.LockError) as error:
        _say(str(error))
        return 1
    except KeyboardInterrupt:
        _say("Interrupted; the next set-up starts anew.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
