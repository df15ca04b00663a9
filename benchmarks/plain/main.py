"""The exporter to compare with: one page of 50 after the other, by offset, with all fields.

Written as one would on a first day with Ocean; it shares nothing with this integration.
"""

from collections.abc import AsyncGenerator
from typing import Any

from port_ocean.context.ocean import ocean
from port_ocean.utils import http_async_client

PAGE = 50


@ocean.on_resync("issue")
async def resync_issues(_: str) -> AsyncGenerator[list[dict[str, Any]], None]:
    start_at, total = 0, 1
    while start_at < total:
        reply = await _search(start_at)
        yield reply["issues"]
        start_at, total = start_at + PAGE, reply["total"]


async def _search(start_at: int) -> dict[str, Any]:
    config = ocean.integration_config
    response = await http_async_client.get(
        f"{config['jira_server_host']}/rest/api/2/search",
        params={"jql": "ORDER BY created ASC", "startAt": start_at, "maxResults": PAGE},
        headers={"Authorization": f"Bearer {config['token']}"},
    )
    response.raise_for_status()
    reply: dict[str, Any] = response.json()
    return reply
