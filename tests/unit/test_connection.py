"""The transport between Ocean's client and Jira makes one attempt, whatever comes back."""

import httpx
import pytest
from port_ocean.helpers.retry import RetryConfig

from connection import SingleAttemptTransport


@pytest.mark.parametrize("status", [200, 401, 429, 500, 503])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_one_attempt_is_made(status: int, method: str) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(status, json={})

    transport = SingleAttemptTransport(httpx.MockTransport(answer), retry_config=RetryConfig())
    async with httpx.AsyncClient(transport=transport) as http:
        reply = await http.request(method, "https://jira.example.com")
    assert (reply.status_code, len(sent)) == (status, 1)


async def test_a_lost_connection_is_not_tried_again() -> None:
    sent: list[httpx.Request] = []

    def lost(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        raise httpx.ConnectError("refused")  # noqa: EM101

    transport = SingleAttemptTransport(httpx.MockTransport(lost), retry_config=RetryConfig())
    async with httpx.AsyncClient(transport=transport) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get("https://jira.example.com")
    assert len(sent) == 1
