"""Decides what a run is made of: which sandboxes are needed and what the integration is told.

Pure: is handed the variables, starts nothing.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

JIRA_HOST = "OCEAN__INTEGRATION__CONFIG__JIRA_SERVER_HOST"
_PORT_LOGIN = ("OCEAN__PORT__CLIENT_ID", "OCEAN__PORT__CLIENT_SECRET")
_LISTENER = "OCEAN__EVENT_LISTENER"
_LISTENERS = ("ONCE", "POLLING")
_IDENTIFIER = "OCEAN__INTEGRATION__IDENTIFIER"
_BASE_URL = "OCEAN__BASE_URL"


class PlanError(ValueError):
    """The variables cannot be meant as they are given."""


@dataclass(frozen=True, slots=True)
class Server:
    """What a client of a server needs to know: address and login (user and secret, or a token)."""

    url: str
    user: str
    secret: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Which sandboxes to start, and whether the run ends by itself."""

    needs_jira: bool
    needs_port: bool
    listener: str

    @property
    def follows_events(self) -> bool:
        """Whether the sandbox Jira tells of changes, for which an administrator registers."""
        return self.needs_jira and self.listener == "POLLING"


def plan_run(given: Mapping[str, str]) -> Plan:
    """What to start, from the environment and `.env` taken together.

    Jira counts as configured when its address is set, Port when its client id and secret are.
    Raises: PlanError for half a Port login and for an unknown LISTENER.
    """
    port = [name for name in _PORT_LOGIN if given.get(name)]
    if len(port) == 1:
        missing = next(name for name in _PORT_LOGIN if name not in port)
        problem = f"{port[0]} is set, {missing} is not: set both, or neither for a sandbox"
        raise PlanError(problem)
    return Plan(not given.get(JIRA_HOST), not port, _listener(given))


def store_name(given: Mapping[str, str]) -> str:
    """The file of the sandbox Port's catalog: one for each Jira, so that none sees another's."""
    address = given.get(JIRA_HOST, "").strip().rstrip("/").lower()
    if not address:
        return "port.json"
    host = re.sub(r"[^a-z0-9.-]", "_", urlsplit(address).netloc.rpartition("@")[2])
    return f"port-{host}-{hashlib.sha256(address.encode()).hexdigest()[:8]}.json"


def variables(
    given: Mapping[str, str],
    plan: Plan,
    jira: Server | None,
    port: Server | None,
    own_url: str = "",
) -> dict[str, str]:
    """The variables to add for the integration; what is configured stays as it is.

    `own_url` is where the integration will listen: the sandbox Jira sends its events there.
    """
    added: dict[str, str] = {}
    if given.get("LISTENER") or not given.get(_LISTENER):
        added[_LISTENER] = f'{{"type": "{plan.listener}"}}'
    if jira is not None:
        added[JIRA_HOST] = jira.url
        added["OCEAN__INTEGRATION__CONFIG__TOKEN"] = jira.secret
        if plan.follows_events and not given.get(_BASE_URL):
            added[_BASE_URL] = own_url
    if port is not None:
        added["OCEAN__PORT__BASE_URL"] = port.url
        added.update(zip(_PORT_LOGIN, (port.user, port.secret), strict=True))
    if not given.get(_IDENTIFIER):
        invented = jira is not None and port is None
        added[_IDENTIFIER] = "jira-server-sandbox" if invented else "jira-server"
    return added


def _listener(given: Mapping[str, str]) -> str:
    chosen = given.get("LISTENER", "").upper()
    if chosen:
        if chosen not in _LISTENERS:
            problem = f"LISTENER={given['LISTENER']}: choose one of {', '.join(_LISTENERS)}"
            raise PlanError(problem)
        return chosen
    return "POLLING" if "POLLING" in given.get(_LISTENER, "") else "ONCE"
