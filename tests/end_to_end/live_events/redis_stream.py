"""A real redis-server, and a gateway that puts Jira's requests into its stream, as Port's does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.end_to_end.live_events.afloat import WEBHOOK_PATH, free_port

_SECONDS_TO_START = 20.0


def redis_or_skip() -> str:
    """The path of redis-server. Without one the test is skipped, but fails under CI=true."""
    found = shutil.which("redis-server")
    if found:
        return found
    reason = "redis-server is not installed (Debian, Ubuntu: apt-get install redis-server)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Its URL; ended, and its data gone, when the context is left."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(
        [redis_or_skip(), *options, "--dir", str(folder)], stdout=subprocess.DEVNULL
    ) as server:
        try:
            _wait_for(port)
            yield f"redis://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + _SECONDS_TO_START
    with Redis(port=port) as client:
        while True:
            try:
                client.ping()
            except RedisError:
                assert time.monotonic() < until, "redis-server does not answer"
                time.sleep(0.05)
            else:
                return


@dataclass(frozen=True, slots=True)
class Gateway:
    """Receives Jira's requests at `url`/live-events/{uuid} and queues them as they are."""

    url: str
    redis: Redis
    uuid: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def base_url(self) -> str:
        return f"{self.url}/live-events/{self.uuid}"

    @property
    def stream(self) -> str:
        return f"{self.uuid}/live-events/raw/event-stream"

    def queue(self, body: str, headers: dict[str, str]) -> None:
        fields: dict[Any, Any] = {
            "eventId": uuid.uuid4().hex,
            "queuedAt": str(time.time_ns()),
            "webhookPath": WEBHOOK_PATH,
            "payload": body,
            "headers": json.dumps(headers),
        }
        self.redis.xadd(self.stream, fields)

    def waiting(self) -> int:
        """How many messages nobody has dealt with to the end."""
        return int(self.redis.xlen(self.stream))


@contextmanager
def gateway(redis_url: str) -> Iterator[Gateway]:
    with Redis.from_url(redis_url) as client:
        holder: list[Gateway] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                holder[0].queue(body, dict(self.headers))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            # The default of 5 refuses connections when a burst of deliveries opens 20 at once.
            request_queue_size = 128

        with Server(("127.0.0.1", 0), Handler) as server:
            holder.append(Gateway(f"http://127.0.0.1:{server.server_port}", client))
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield holder[0]
            finally:
                server.shutdown()
                thread.join()
