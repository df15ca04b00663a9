"""Whether Port can be reached and takes the login; asked once, where Ocean would ask for minutes."""

import httpx
from port_ocean.clients.port.client import PortClient

from checks.findings import Finding, Verdict

_SUBJECT = "Port"
_WHY = "Nothing can be written to the catalog"
_REFUSALS = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)

type Answer = httpx.Response | httpx.TransportError


async def examine_port(port_client: PortClient, http: httpx.AsyncClient) -> Finding:
    """Log in to Port as Ocean does. `http` must not try again by itself."""
    return of_login(await log_in(port_client, http), port_client.api_url)


async def log_in(port_client: PortClient, http: httpx.AsyncClient) -> Answer:
    """What Port answers to one login, or why no answer came."""
    login = {
        "clientId": port_client.auth.client_id,
        "clientSecret": port_client.auth.client_secret,
    }
    try:
        return await http.post(f"{port_client.api_url}/auth/access_token", json=login)
    except httpx.TransportError as error:
        return error


def is_refused(answer: Answer) -> bool:
    """Whether the login itself is wrong, so that asking again is in vain."""
    return isinstance(answer, httpx.Response) and answer.status_code in _REFUSALS


def of_login(answer: Answer, url: str) -> Finding:
    """What the answer to a login at `url` means."""
    if isinstance(answer, httpx.TransportError):
        return _problem(
            f"No connection to Port: {answer or type(answer).__name__}",
            "Check OCEAN__PORT__BASE_URL, proxy and firewall.",
        )
    if answer.is_success:
        return Finding(_SUBJECT, Verdict.OK, f"Login accepted at {url}")
    if is_refused(answer):
        return _problem(
            f"Port refuses the login (HTTP {answer.status_code})",
            "Check OCEAN__PORT__CLIENT_ID and OCEAN__PORT__CLIENT_SECRET, and the region in "
            "OCEAN__PORT__BASE_URL.",
        )
    return _problem(
        f"Port answers a login with HTTP {answer.status_code}",
        "Check OCEAN__PORT__BASE_URL and proxy, or wait until Port is well again.",
    )


def _problem(what: str, advice: str) -> Finding:
    return Finding(_SUBJECT, Verdict.PROBLEM, what, why=_WHY, advice=advice)
