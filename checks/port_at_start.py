"""The look at Port before Ocean asks it for anything: a wrong login ends the process in seconds.

Ocean repeats a refused login for minutes before it calls anything of the integration.
"""

import asyncio
import os
import sys
from collections.abc import Callable

import httpx
from loguru import logger
from port_ocean.clients.port.client import PortClient

from checks.findings import Finding, Verdict
from checks.port import is_refused, log_in, of_login

_SECONDS = 10.0


def look_at_port(
    port_client: PortClient,
    open_http: Callable[[float], httpx.AsyncClient],
    end: Callable[[str], object] | None = None,
) -> None:
    """One login: end the process where Port refuses it, warn where there is no proper answer.

    `open_http` is given a time-out in seconds; its client must not try again by itself.
    """
    # A loop made by a factory leaves alone the one that Ocean will take for its own.
    answer = asyncio.run(
        _answer(port_client, open_http(_SECONDS)), loop_factory=asyncio.new_event_loop
    )
    finding = of_login(answer, port_client.api_url)
    if is_refused(answer):
        (end or _end)(f"Jira: the integration cannot start. {_told(finding)}")
    elif finding.verdict is Verdict.PROBLEM:
        logger.warning(f"Jira: {_told(finding)} Ocean goes on trying.")


async def _answer(
    port_client: PortClient, http: httpx.AsyncClient
) -> httpx.Response | httpx.TransportError:
    async with http:
        return await log_in(port_client, http)


def _told(finding: Finding) -> str:
    return f"{finding.what}. {finding.why}. {finding.advice}"


def _end(text: str) -> None:
    # Not by sys.exit: a thread of Ocean that sends the log to Port would be waited for, and it
    # repeats the refused login for minutes.
    logger.complete()
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
    os._exit(1)
