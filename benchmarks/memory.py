"""Reads from /proc how much memory processes hold. Only Linux has it."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

_SECONDS_BETWEEN_LOOKS = 0.05
_BYTES_IN_KB = 1024  # the kernel's kB
_BYTES_IN_MB = 1_000_000


def peak_megabytes(pid: int | str = "self") -> float:
    """The most that the process has held in memory since it was started; 0.0 once it has ended.

    Not `ru_maxrss`: that one starts with what the parent held when it forked.
    """
    return _status(pid, "VmHWM")


@dataclass(slots=True)
class MemoryWatch:
    """Watches a process and its children from a thread of its own, until the block is left.

    `own`: the peak of the process; `children`: the peak of the sum of its children, in which pages
    that they share with it are counted for each. Both in MB.
    """

    pid: int
    own: float = 0.0
    children: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_SECONDS_BETWEEN_LOOKS):
            self.own = max(self.own, peak_megabytes(self.pid))
            held = sum(_status(child, "VmRSS") for child in _children(self.pid))
            self.children = max(self.children, held)


def _status(pid: int | str, name: str) -> float:
    for line in _read(Path("/proc", str(pid), "status")).splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * _BYTES_IN_KB / _BYTES_IN_MB
    return 0.0


def _children(pid: int) -> list[str]:
    tasks = Path("/proc", str(pid), "task").glob("*/children")
    return [child for task in tasks for child in _read(task).split()]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has ended meanwhile
        return ""
