"""Evaluates jq over JSON. A failing expression is no error here, as it is none in Port."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sandbox.port.replies import Json, RefusedError

try:
    import jq
except ImportError:  # the sandbox also runs where no jq package can be installed
    jq = None


def first(expression: str, subject: Json, nothing: object = None) -> object:
    """The first result over a subject, `nothing` when there is none, None when it fails."""
    program = _program(expression)
    if program is None:
        return None
    try:
        return program(json.dumps(subject)).first()
    except StopIteration:
        return nothing
    except ValueError:
        return None


def compiles(expression: str) -> bool:
    """Whether it is jq at all."""
    require()
    return _program(expression) is not None


def require() -> None:
    """Raise `RefusedError` 501 where the jq package is missing."""
    if jq is None:
        message = "Templates need the Python package jq, which is not installed here"
        raise RefusedError(501, "no_jq", message)


@lru_cache(maxsize=1024)
def _program(expression: str) -> Callable[[str], Any] | None:
    """Takes JSON and gives jq's results; None when the expression is none, or without jq."""
    if jq is None:
        return None
    try:
        return jq.compile(expression).input_text  # type: ignore[no-any-return]
    except ValueError:
        return None
