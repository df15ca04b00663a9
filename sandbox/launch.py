"""Starts a sandbox server as a process of its own and ends it again, by its process id.

Knows nothing of what the server serves: any module that takes `--ready-file` can be launched.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

REPOSITORY = Path(__file__).resolve().parents[1]
POLL_SECONDS = 0.02


class LaunchError(RuntimeError):
    """The server died, or was not ready in time; the message ends with what it printed."""


@dataclass(slots=True)
class Running:
    """A server that is ready to be asked; leaving the context ends it."""

    info: dict[str, Any]
    process: subprocess.Popen[bytes]
    folder: tempfile.TemporaryDirectory[str] = field(repr=False)

    @property
    def url(self) -> str:
        """Where clients point to, with the context path and without a trailing slash."""
        return str(self.info["url"])

    @property
    def control_url(self) -> str:
        return str(self.info["control_url"])

    @property
    def pid(self) -> int:
        """The process that was started, also where the server itself names another."""
        return self.process.pid

    def log(self) -> str:
        """Everything the server printed so far."""
        return _printed(Path(self.folder.name))

    def stop(self, patience: float = 5.0) -> int:
        """Ask the process to end, kill it after `patience` seconds; gives its exit code."""
        code = _end(self.process, patience)
        self.folder.cleanup()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def launch(module: str, *args: str, deadline: float = 30.0) -> Running:
    """Start `python -m module args` and wait until it serves.

    `module` must accept `--ready-file PATH` and write JSON with at least `url` and `control_url`
    to it, in one move, as soon as it answers. Raises `LaunchError` when the process ends before
    that or `deadline` seconds have passed.
    """
    folder = tempfile.TemporaryDirectory(prefix="sandbox-")
    place = Path(folder.name)
    process = _start(module, args, place)
    try:
        info = _wait_until_ready(module, process, place, time.monotonic() + deadline)
    except BaseException:
        _end(process, patience=1.0)
        folder.cleanup()
        raise
    return Running(info, process, folder)


def _start(module: str, args: tuple[str, ...], place: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", module, *args, "--ready-file", str(place / "ready.json")]
    with (place / "output.log").open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and modules
            command,
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C reaches whoever launched it, who ends it in its turn.
            start_new_session=True,
        )


def _wait_until_ready(
    module: str, process: subprocess.Popen[bytes], place: Path, until: float
) -> dict[str, Any]:
    ready = place / "ready.json"
    while not ready.exists():
        code = process.poll()
        if code is not None:
            message = f"{module} ended with exit code {code} before it was ready.\n"
            raise LaunchError(message + _printed(place))
        if time.monotonic() > until:
            message = f"{module} was not ready in time.\n"
            raise LaunchError(message + _printed(place))
        time.sleep(POLL_SECONDS)
    info: dict[str, Any] = json.loads(ready.read_text(encoding="utf-8"))
    return info


def _printed(place: Path) -> str:
    try:
        return (place / "output.log").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def _end(process: subprocess.Popen[bytes], patience: float) -> int:
    if process.poll() is None:
        process.terminate()
    try:
        return process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
