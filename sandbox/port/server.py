"""Runs the sandbox Port as a process: socket, ready file, state file, signals. Knows no route."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import logging
import os
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.port.account import DSP_FLAGS, Account
from sandbox.port.app import application
from sandbox.port.routes.control import PREFIX
from sandbox.port.state_file import StateFile, write_whole
from sandbox.port.tokens import Tokens

HOST = "127.0.0.1"
DEFAULT_PORT = 8891
DEFAULT_CLIENT_ID = "sandbox-client-id"
DEFAULT_CLIENT_SECRET = "sandbox-client-secret"  # noqa: S105 - guards nothing but this sandbox
TICKS_BETWEEN_SAVES = 20
GARBAGE_THRESHOLD = 100_000


class CannotListenError(Exception):
    """The port is taken or not allowed."""


@dataclass(frozen=True)
class Options:
    """The command line."""

    port: int = DEFAULT_PORT
    client_id: str = DEFAULT_CLIENT_ID
    client_secret: str = DEFAULT_CLIENT_SECRET
    latency_ms: float = 0
    state_file: Path | None = None
    ready_file: Path | None = None
    log_file: Path | None = None
    dsp: bool = False


def parsed(arguments: list[str]) -> Options:
    """Options of a command line; ends the process with usage help when it is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.port",
        description="A Port on this machine, for integrations to be pointed at.",
        epilog=(
            "As the first word, `list` and `show` print what is in the catalog, `watch` what changes"
            " in it, `run` starts an action, `runs` lists what was started (see `list --help`)."
        ),
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 takes a free one")
    parser.add_argument("--client-id", default=DEFAULT_CLIENT_ID)
    parser.add_argument("--client-secret", default=DEFAULT_CLIENT_SECRET)
    parser.add_argument("--latency-ms", type=float, default=0, help="added to each reply")
    parser.add_argument("--state-file", type=Path, help="keeps the catalog between two runs")
    parser.add_argument("--ready-file", type=Path, help="written as soon as requests are answered")
    parser.add_argument("--log-file", type=Path, help="one line for each request")
    parser.add_argument(
        "--dsp", action="store_true", help="take raw items, as accounts that map them in Port do"
    )
    return Options(**vars(parser.parse_args(arguments)))


def serve(options: Options) -> None:
    """Serve until SIGTERM or Ctrl-C.

    Raises `CannotListenError` when the port is taken and `UnreadableStateError` for a broken state file.
    """
    _log_to(options.log_file)
    # Entities hold no cycles; collecting as often as Python does by itself costs a third of the speed.
    gc.set_threshold(GARBAGE_THRESHOLD)
    account = _account(options)
    with _listening(options.port) as listener:
        server = SandboxServer(account, options, listener)
        asyncio.run(server.serve(sockets=[listener]))
        server.save()


def _account(options: Options) -> Account:
    tokens = Tokens(options.client_id, options.client_secret, time.time)
    account = Account(tokens, DSP_FLAGS if options.dsp else ())
    saved = StateFile(options.state_file).read() if options.state_file else None
    if saved is not None:
        account.load(saved)
    return account


def _listening(port: int) -> socket.socket:
    # The protocol has to be named: asyncio sends small replies at once (TCP_NODELAY) only then.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as err:
        listener.close()
        message = f"Cannot listen on {HOST}:{port}: {err.strerror}"
        raise CannotListenError(message) from err
    return listener


def _log_to(path: Path | None) -> None:
    log = logging.getLogger("sandbox.port")
    log.propagate = False
    if path is None:
        log.setLevel(logging.WARNING)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)


class SandboxServer(uvicorn.Server):
    """A uvicorn server that says when it is ready and ends at once, with success, on a signal."""

    def __init__(self, account: Account, options: Options, listener: socket.socket) -> None:
        self._account = account
        self._options = options
        self._url = f"http://{HOST}:{listener.getsockname()[1]}"
        self._saved_changes = self._noticed_changes = account.changes
        app = application(account, options.latency_ms / 1000, self._cut)
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                http="h11",
                proxy_headers=False,
                backlog=2048,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self._greeting(), flush=True)
        if self._options.ready_file:
            write_whole(self._options.ready_file, json.dumps(self._facts()))

    async def on_tick(self, counter: int) -> bool:
        """uvicorn's tick, ten times a second; also saves what changed once it is quiet again."""
        if counter % TICKS_BETWEEN_SAVES == TICKS_BETWEEN_SAVES - 1:
            is_quiet = self._account.changes == self._noticed_changes
            self._noticed_changes = self._account.changes
            if is_quiet:
                self.save()
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End without waiting for open connections: nobody is to wait for a sandbox."""
        loop = asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, self._end)
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Cut every connection first: asyncio would wait for the slowest client otherwise."""
        for connection in self._connections():
            connection.transport.abort()
        for task in self.server_state.tasks:
            task.cancel()
        await super().shutdown(sockets)

    def save(self) -> None:
        """Write the state file when there is one and something has changed."""
        if self._options.state_file and self._account.changes != self._saved_changes:
            self._saved_changes = self._account.changes
            StateFile(self._options.state_file).save(self._account.dump())

    def _end(self) -> None:
        # Requests that are cut now are no errors worth a traceback.
        logging.getLogger("uvicorn.error").disabled = True
        self.should_exit = True
        self.force_exit = True

    def _cut(self, client: tuple[str, int] | None) -> None:
        for connection in self._connections():
            if connection.client == client:
                connection.transport.abort()

    def _connections(self) -> list[H11Protocol]:
        return [one for one in self.server_state.connections if isinstance(one, H11Protocol)]

    def _greeting(self) -> str:
        return (
            f"Sandbox Port listens on {self._url}"
            f" (client id {self._options.client_id}, secret {self._options.client_secret});"
            f" what is in it: {self._url}{PREFIX}/catalog"
        )

    def _facts(self) -> dict[str, Any]:
        return {
            "url": self._url,
            "control_url": f"{self._url}{PREFIX}",
            "pid": os.getpid(),
            "client_id": self._options.client_id,
            "client_secret": self._options.client_secret,
        }
