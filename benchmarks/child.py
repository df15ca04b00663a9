"""Runs one generator of issues in a process of its own, drops what comes, prints what it took.

`ours` lists a Jira as the issue kind does; `ready` yields as many items, in the same batches, from
a file that holds one batch. Both import the same, so the difference is what listing costs. After
each batch there is a pause, as there is while Ocean works on it: what is fetched ahead piles up.
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterable
from pathlib import Path

import httpx
from loguru import logger

from benchmarks.memory import peak_megabytes
from benchmarks.resources import every_issue, shipped_mapping
from client import JiraServerClient, Json
from configuration import Connection, read_connection
from integration import JiraServerPortAppConfig, Kind
from jira_server.transport import JiraSession
from kinds.issues import issue_batches
from kinds.run import begin_run, issue_query

_PAUSE = 0.02  # seconds; a good deal slower than the sandbox answers, or nothing would pile up


async def main(what: str, source: str, more: str) -> None:
    """`ours URL TOKEN` or `ready FILE COUNT`."""
    logger.remove()
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
        if what == "ours":
            batches = _ours(http, read_connection({"jira_server_host": source, "token": more}, {}))
        else:
            batches = _ready(await asyncio.to_thread(Path(source).read_text, "utf-8"), int(more))
        json.dump(await _measured(batches), sys.stdout)


async def _ours(
    http: httpx.AsyncClient, connection: Connection
) -> AsyncGenerator[list[Json], None]:
    session = JiraSession(
        http,
        connection.base_url,
        connection.credentials.auth,
        max_concurrent_requests=connection.max_concurrent_requests,
    )
    config = JiraServerPortAppConfig(**every_issue(shipped_mapping(), (Kind.USER, Kind.ISSUE)))
    run = begin_run(JiraServerClient(session), config.resources, _nobody_is_added)
    query = issue_query(run, config.resources[-1], examples=True, mapped_here=True)
    async for batch in issue_batches(run.client, query, run.directory):
        yield batch


async def _nobody_is_added(_: Json) -> None:
    return


async def _ready(text: str, count: int) -> AsyncGenerator[list[Json], None]:
    left = count
    while left > 0:
        batch = json.loads(text)[:left]
        left -= len(batch)
        yield batch


async def _measured(batches: AsyncIterable[list[Json]]) -> dict[str, float]:
    started, cpu, issues = time.monotonic(), _cpu_seconds(), 0
    async for batch in batches:
        issues += len(batch)
        await asyncio.sleep(_PAUSE)
    return {
        "issues": issues,
        "seconds": time.monotonic() - started,
        "cpu_seconds": _cpu_seconds() - cpu,
        "peak_memory": peak_megabytes(),
    }


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
