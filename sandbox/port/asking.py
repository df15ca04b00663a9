"""Asks a running sandbox Port for the terminal, and says in words why nothing can be shown."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from sandbox.port.replies import Json

DEFAULT_URL = "http://127.0.0.1:8891"
SECONDS_FOR_A_REPLY = 60


class CannotShowError(Exception):
    """Nothing can be printed; the message says why and what to do."""


class NotFoundError(CannotShowError):
    """What was asked for is not there."""


class TimeoutRefusedError(CannotShowError):
    """What was waited for did not happen in time."""


def add_url(command: argparse.ArgumentParser) -> None:
    """The option `--url`: where the server runs."""
    default = os.environ.get("OCEAN__PORT__BASE_URL") or DEFAULT_URL
    command.add_argument("--url", default=default, help=f"default {default}")


def asked(url: str, method: str, what: str, **request: Any) -> Json:  # noqa: ANN401 - httpx's own
    """The JSON of a route below `/_sandbox`.

    Raises `CannotShowError` with the server's own words, or with how to start one.
    """
    with reaching(url):
        reply = httpx.request(
            method, address(url, what), timeout=SECONDS_FOR_A_REPLY, trust_env=False, **request
        )
    if reply.is_success:
        found: Json = reply.json()
        return found
    raise _ERRORS.get(reply.status_code, CannotShowError)(_words(url, what, reply))


def address(url: str, what: str) -> str:
    return f"{url.rstrip('/')}/_sandbox/{what}"


@contextmanager
def reaching(url: str) -> Iterator[None]:
    """Turns a server that does not answer into `CannotShowError`."""
    try:
        yield
    except httpx.HTTPError as err:
        message = (
            f"No sandbox Port answers at {url} ({err}). Start one with: python -m sandbox.port"
        )
        raise CannotShowError(message) from err


_ERRORS: dict[int, type[CannotShowError]] = {404: NotFoundError, 408: TimeoutRefusedError}


def _words(url: str, what: str, reply: httpx.Response) -> str:
    try:
        return str(reply.json()["message"])
    except (ValueError, KeyError, TypeError):
        return f"{address(url, what)} answers {reply.status_code}; is it a sandbox Port?"
