"""Answers every request at once and does nothing with it: what a sender of events can do at most."""

import argparse
import asyncio
import json
from pathlib import Path

from benchmarks.sender import END_OF_HEAD, body_length

_REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


async def main(ready: Path) -> None:
    """Serve until the process is ended; `ready` gets the address."""
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    await asyncio.to_thread(_announce, ready, {"url": url, "control_url": url})
    async with server:
        await server.serve_forever()


def _announce(ready: Path, info: dict[str, str]) -> None:
    draft = ready.with_suffix(".draft")
    draft.write_text(json.dumps(info), encoding="utf-8")
    draft.replace(ready)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(END_OF_HEAD)
            await reader.readexactly(body_length(head))
            writer.write(_REPLY)
    except asyncio.IncompleteReadError:  # the sender has gone
        writer.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sink")
    parser.add_argument("--ready-file", type=Path, required=True)
    asyncio.run(main(parser.parse_args().ready_file))
