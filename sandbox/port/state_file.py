"""Keeps an account in a file between two runs of the server. Knows nothing of what it keeps."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from sandbox.port.replies import Json


class UnreadableStateError(Exception):
    """The file is there and is not what `save` wrote."""


@dataclass(frozen=True)
class StateFile:
    """A JSON file that is replaced in one move, so that it is whole at any time."""

    path: Path

    def read(self) -> Json | None:
        """What was saved last, None when nothing was; raises `UnreadableStateError`."""
        try:
            saved = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as err:
            message = f"{self.path} is not a state file: {err}"
            raise UnreadableStateError(message) from err
        if not isinstance(saved, dict) or saved.get("version") != 1:
            message = f"{self.path} is not a state file of this version"
            raise UnreadableStateError(message)
        return saved

    def save(self, state: Json) -> None:
        write_whole(self.path, json.dumps(state, ensure_ascii=False))


def write_whole(path: Path, text: str) -> None:
    """Put a file in place in one move: whoever sees it sees all of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
