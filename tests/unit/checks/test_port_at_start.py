"""What comes of the one login to Port with which a process starts."""

import asyncio
from types import SimpleNamespace
from typing import cast

import httpx
import pytest
from port_ocean.clients.port.client import PortClient

from checks.port_at_start import look_at_port

LOGIN = SimpleNamespace(client_id="an-id", client_secret="a-secret")
PORT = cast(PortClient, SimpleNamespace(auth=LOGIN, api_url="https://port.example.com/v1"))


class PortAnswering:
    """A Port that answers each login with this status, or with no connection where it is 0."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.asked: list[str] = []

    def open_http(self, timeout: float) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer), timeout=timeout)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        if not self.status:
            message = "Nobody is there"
            raise httpx.ConnectError(message)
        return httpx.Response(self.status)


def look(port: PortAnswering) -> list[str]:
    """With which words the process would have ended."""
    ended: list[str] = []
    look_at_port(PORT, port.open_http, ended.append)
    assert port.asked == ["https://port.example.com/v1/auth/access_token"]
    return ended


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_login_ends_the_process(status: int, logged: list[str]) -> None:
    (text,) = look(PortAnswering(status))
    assert text.startswith(
        f"Jira: the integration cannot start. Port refuses the login (HTTP {status})."
    )
    assert "OCEAN__PORT__CLIENT_SECRET" in text
    assert LOGIN.client_secret not in text
    assert logged == []


@pytest.mark.parametrize(
    ("status", "says"),
    [
        pytest.param(0, "No connection to Port: Nobody is there", id="nobody-there"),
        pytest.param(503, "Port answers a login with HTTP 503", id="unwell"),
        pytest.param(404, "Port answers a login with HTTP 404", id="something-else-there"),
    ],
)
def test_what_may_pass_is_told_in_one_line(status: int, says: str, logged: list[str]) -> None:
    assert look(PortAnswering(status)) == []
    (line,) = logged
    assert line.startswith(f"WARNING: Jira: {says}.")
    assert line.count("\n") == 1


def test_a_login_that_is_taken_is_not_worth_a_word(logged: list[str]) -> None:
    assert look(PortAnswering(200)) == []
    assert logged == []


def test_the_loop_that_ocean_will_use_is_left_alone() -> None:
    loop = asyncio.new_event_loop()
    try:
        asyncio.set_event_loop(loop)
        look(PortAnswering(200))
        assert asyncio.get_event_loop_policy().get_event_loop() is loop
        assert not loop.is_closed()
    finally:
        asyncio.set_event_loop(None)
        loop.close()
