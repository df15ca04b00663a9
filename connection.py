"""Opens the HTTP client to Jira with what Ocean is configured to: time-outs, proxies, CAs."""

import httpx
from port_ocean.context.ocean import ocean
from port_ocean.helpers.async_client import OceanAsyncClient
from port_ocean.helpers.retry import RetryTransport
from port_ocean.helpers.ssl import resolve_verify_param
from port_ocean.version import __integration_version__

from client import JiraServerClient
from configuration import Connection
from jira_server.transport import JiraSession


class SingleAttemptTransport(RetryTransport):
    """Ocean's transport, with its size metrics, without its retries.

    Ocean sends a refused login eleven times over, which locks a Jira account; `JiraSession`
    decides about retries itself.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._wrapped_transport.handle_async_request(request)  # type: ignore[union-attr]
        await self._log_response_size_async(request, response)
        return response


def open_port_http(timeout: float) -> httpx.AsyncClient:
    """An HTTP client for Port that asks once. `timeout` in seconds."""
    return OceanAsyncClient(
        transport_class=SingleAttemptTransport,
        timeout=timeout,
        verify=resolve_verify_param(ocean.config.ssl.port),
    )


def open_client(connection: Connection, timeout: float) -> JiraServerClient:
    """A client of its own; Ocean's shared one is left alone. `timeout` in seconds."""
    http = OceanAsyncClient(
        transport_class=SingleAttemptTransport,
        timeout=timeout,
        headers={"User-Agent": f"port-ocean-jira-server/{__integration_version__}"},
    )
    session = JiraSession(
        http,
        connection.base_url,
        connection.credentials.auth,
        max_concurrent_requests=connection.max_concurrent_requests,
    )
    return JiraServerClient(session)
