"""Starts a sandbox Jira as a process: binds, tells where it listens, serves until it is ended."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.jira import change_command
from sandbox.jira.accounts import PASSWORDS, TOKENS
from sandbox.jira.company.generate import generate_company
from sandbox.jira.company.people import ADMIN, EDITOR, READER, RESTRICTED
from sandbox.jira.company.store import Clock
from sandbox.jira.options import HOST, Options, parse_options
from sandbox.jira.server import CONTROL, SandboxApp
from sandbox.jira.site import build_jira


class Protocol(H11Protocol):
    """Lets the application see the connection, so that it can tear it down."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class Server(uvicorn.Server):
    """Ends at once: who waits for a reply of a sandbox that is told to end gets none."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.should_exit = self.force_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for one in sockets or ():
            one.close()
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()


def main(arguments: list[str]) -> int:
    """Serve until a signal comes, or change a running sandbox; gives the exit code."""
    if arguments[:1] == ["change"]:
        return change_command.main(arguments[1:])
    options = parse_options(arguments)
    try:
        listener = _listen(options.port)
    except OSError as error:
        print(f"Cannot listen on {HOST}:{options.port}: {error.strerror}", file=sys.stderr)
        return 1
    origin = f"http://{HOST}:{listener.getsockname()[1]}"
    app = _build(options, origin)
    print(_greeting(app, origin), flush=True)
    if options.ready_file is not None:
        _write_at_once(options.ready_file, _ready_document(app, origin))
    _serve(app, listener)
    return 0


def _listen(port: int) -> socket.socket:
    """Connections queue from here on, so whoever is told the address may come at once.

    Only with the protocol named does asyncio switch Nagle's algorithm off; else every reply waits
    40 ms for the acknowledgement of its headers.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    listener.listen(2048)
    return listener


def _build(options: Options, origin: str) -> SandboxApp:
    company = generate_company(options.size, options.seed, _clock(options))
    base_url = origin + options.context_path
    jira = build_jira(options.version, company, options.settings, base_url)
    return SandboxApp(jira, options.context_path, _reporter(options.log_file))


def _clock(options: Options) -> Clock:
    """Milliseconds since the epoch, moved so that the sandbox starts at the moment asked for."""
    offset = 0 if options.now is None else int((options.now.timestamp() - time.time()) * 1000)
    return lambda: time.time_ns() // 1_000_000 + offset


def _reporter(log_file: Path | None) -> Callable[[str], None]:
    def report(text: str) -> None:
        if log_file is None:
            print(text, file=sys.stderr, flush=True)
        else:
            with log_file.open("a", encoding="utf-8") as log:
                log.write(text)

    return report


def _greeting(app: SandboxApp, origin: str) -> str:
    company = app.jira.company
    logins = f"token {TOKENS[READER]}"
    if app.jira.settings.basic_auth:
        logins += f", or user {READER} with password {PASSWORDS[READER]}"
    return (
        f"Sandbox Jira {app.jira.version.full} on {app.jira.base_url} ({logins}; "
        f"administrator: token {TOKENS[ADMIN]}); control API on {origin}{CONTROL}; "
        f"{len(company.projects)} projects, {len(company.issues)} issues, "
        f"{len(company.users)} users. Ctrl-C ends it."
    )


def _ready_document(app: SandboxApp, origin: str) -> dict[str, object]:
    """The reader's login, and those of the other three accounts with their names before them."""
    return {
        "url": app.jira.base_url,
        "control_url": f"{origin}{CONTROL}",
        "pid": os.getpid(),
        "version": app.jira.version.full,
        **_login(READER, ""),
        **_login(ADMIN, "admin_"),
        **_login(RESTRICTED, "restricted_"),
        **_login(EDITOR, "editor_"),
    }


def _login(name: str, prefix: str) -> dict[str, str]:
    return {
        f"{prefix}token": TOKENS[name],
        f"{prefix}username": name,
        f"{prefix}password": PASSWORDS[name],
    }


def _write_at_once(path: Path, document: dict[str, object]) -> None:
    """Nobody can read half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(document), encoding="utf-8")
    draft.replace(path)


def _serve(app: SandboxApp, listener: socket.socket) -> None:
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL + 1)
    config = uvicorn.Config(
        app,
        http=Protocol,
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
    )
    Server(config).run(sockets=[listener])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
