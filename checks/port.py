"""Whether Port can be reached and takes the login; asked once, where Ocean would ask for minutes."""

import httpx
from port_ocean.clients.port.client import PortClient

from checks.findings import Finding, Verdict

_SUBJECT = "Port"
_WHY = "Nothing can be written to the catalog"


async def examine_port(port_client: PortClient, http: httpx.AsyncClient) -> Finding:
    """Log in to Port as Ocean does. `http` must not try again by itself."""
    login = {
        "clientId": port_client.auth.client_id,
        "clientSecret": port_client.auth.client_secret,
    }
    try:
        reply = await http.post(f"{port_client.api_url}/auth/access_token", json=login)
    except httpx.TransportError as error:
        return Finding(
            _SUBJECT,
            Verdict.PROBLEM,
            f"No connection to Port: {error or type(error).__name__}",
            why=_WHY,
            advice="Check OCEAN__PORT__BASE_URL, proxy and firewall.",
        )
    if reply.is_success:
        return Finding(_SUBJECT, Verdict.OK, f"Login accepted at {port_client.api_url}")
    return Finding(
        _SUBJECT,
        Verdict.PROBLEM,
        f"Port refuses the login (HTTP {reply.status_code})",
        why=_WHY,
        advice=(
            "Check OCEAN__PORT__CLIENT_ID and OCEAN__PORT__CLIENT_SECRET, and the region in "
            "OCEAN__PORT__BASE_URL."
        ),
    )
