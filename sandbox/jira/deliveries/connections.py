"""Connections that are used again, one request at a time each; no proxy, no redirects, no cookies."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

from sandbox.jira.deliveries.outgoing import Outgoing


@dataclass(slots=True)
class Connections:
    """As many as are used at once; the one used last is used next, as most likely still open.

    A transport of its own for each costs a fraction of what a pool or a client does.
    """

    _idle: list[httpx.AsyncHTTPTransport] = field(default_factory=list)

    async def post(self, outgoing: Outgoing, seconds: float) -> int:
        """The status of the reply; raises `httpx.HTTPError` or `httpx.InvalidURL`."""
        timeout = httpx.Timeout(seconds).as_dict()
        request = httpx.Request(
            "POST",
            outgoing.url,
            content=outgoing.body,
            headers=dict(outgoing.headers),
            extensions={"timeout": timeout},
        )
        transport = self._idle.pop() if self._idle else _transport()
        try:
            reply = await transport.handle_async_request(request)
            await reply.aread()
            await reply.aclose()
        finally:
            self._idle.append(transport)
        return reply.status_code


def _transport() -> httpx.AsyncHTTPTransport:
    # Less than the five seconds after which many servers close a connection that is not used.
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=3)
    # Only this machine is called, with whatever certificate a test has made.
    return httpx.AsyncHTTPTransport(verify=False, trust_env=False, limits=limits)
