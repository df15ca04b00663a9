"""Keeps when each title of an entity came into a sandbox Port, as that tells of every change."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

Written = tuple[str, str]
"""An entity's identifier and its title."""
_PAUSE = 0.02


class CatalogWatch:
    """Reads the stream of changes in a thread of its own, until the block is left.

    `seen`: epoch seconds at which an entity had a title for the first time.
    """

    def __init__(self, control_url: str, blueprint: str) -> None:
        parts = urlsplit(control_url)
        self.seen: dict[Written, float] = {}
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
        self._path = f"{parts.path}/changes?{urlencode({'blueprint': blueprint})}"
        self._thread: threading.Thread | None = None
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        self._connection.request("GET", self._path)
        self._socket = self._connection.sock
        reply = self._connection.getresponse()
        self._thread = threading.Thread(target=self._read, args=(reply,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._socket is not None and self._thread is not None:
            with suppress(OSError):  # Port has closed it already
                self._socket.shutdown(socket.SHUT_RDWR)
            self._thread.join()
        self._connection.close()

    def until_seen(self, wanted: Collection[Written], seconds: float) -> list[float]:
        """When each was seen, without those that were not within so many seconds."""
        deadline = time.monotonic() + seconds
        missing = set(wanted)
        while missing and time.monotonic() < deadline:
            time.sleep(_PAUSE)
            missing = {one for one in missing if one not in self.seen}
        return [self.seen[one] for one in wanted if one not in missing]

    def _read(self, reply: http.client.HTTPResponse) -> None:
        for line in reply:
            change = json.loads(line)
            written = str(change.get("identifier")), str(change.get("title"))
            self.seen.setdefault(written, datetime.fromisoformat(change["time"]).timestamp())
