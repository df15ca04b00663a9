"""A sandbox Jira, a sandbox Port and the integration between them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from sandbox.launch import launch
from tests.end_to_end import expected
from tests.end_to_end.expected import ISSUE, PROJECT, USER
from tests.end_to_end.sail import Run, Sailing, sailing
from tests.end_to_end.sandboxes import Jira, Port, jira_of

# Noon of today by the server's clock: near to ours, and so that the same issues match `-1w`
# whenever the tests are run.
NOW = datetime.now(UTC).strftime("%Y-%m-%dT12:00:00Z")
CONFIG = "OCEAN__INTEGRATION__CONFIG__"
SECRETS = "OCEAN__INTEGRATION__SECRETS__"
POLLING = '{"type": "POLLING", "interval": 1}'

Environment = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """Runs the integration, by default once and with the reader's token."""

    jira: Jira
    port: Port
    integration: Path
    homes: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def login(self) -> dict[str, str]:
        return {f"{SECRETS}TOKEN": self.jira.running.info["token"]}

    def basic_login(self) -> dict[str, str]:
        info = self.jira.running.info
        return {f"{SECRETS}USERNAME": info["username"], f"{SECRETS}PASSWORD": info["password"]}

    def run(
        self,
        login: Environment | None = None,
        *,
        more: Environment | None = None,
        arguments: Sequence[str] = (),
    ) -> Run:
        """Sail to the end."""
        with self.start(login, more=more, arguments=arguments) as ship:
            return ship.end()

    def start(
        self,
        login: Environment | None = None,
        *,
        more: Environment | None = None,
        without: Sequence[str] = (),
        arguments: Sequence[str] = (),
    ) -> AbstractContextManager[Sailing]:
        """Set sail; `login` replaces the reader's token, `more` comes on top of everything."""
        login = self.login() if login is None else login
        environment = {**self._environment(), **login, **(more or {})}
        environment = {name: text for name, text in environment.items() if name not in without}
        home = self.homes / str(next(self._numbers))
        return sailing(self.integration, home, environment, arguments)

    def calm(self) -> None:
        """End all trouble and forget what was asked; catalog and company stay as they are."""
        self.jira.calm()
        self.jira.forget()
        self.port.calm()

    def assert_complete(self) -> None:
        """The catalog has what the reader sees in Jira, and nothing else."""
        entities, state = self.port.entities(), self.jira.state()
        assert set(entities[USER]) == set(expected.users(state))
        assert set(entities[PROJECT]) == {one["key"] for one in expected.visible_projects(state)}
        assert set(entities[ISSUE]) == self.jira.keys()
        assert expected.phantoms(entities) == []

    def _environment(self) -> dict[str, str]:
        return {
            "OCEAN__PORT__BASE_URL": self.port.url,
            "OCEAN__PORT__CLIENT_ID": self.port.running.info["client_id"],
            "OCEAN__PORT__CLIENT_SECRET": self.port.running.info["client_secret"],
            "OCEAN__INTEGRATION__IDENTIFIER": "end-to-end",
            "OCEAN__EVENT_LISTENER": '{"type": "ONCE"}',
            "OCEAN__CACHING_STORAGE_MODE": "memory",
            f"{CONFIG}JIRA_SERVER_HOST": self.jira.url,
        }


@contextmanager
def stage_with(
    integration: Path, homes: Path, company: Sequence[str], port_options: Sequence[str] = ()
) -> Iterator[Stage]:
    """Launch both sandboxes; `company` and `port_options` are their command lines."""
    with (
        launch("sandbox.jira", "--port", "0", "--now", NOW, *company) as jira,
        launch("sandbox.port", "--port", "0", *port_options) as port,
        httpx.Client(trust_env=False, timeout=30) as http,
    ):
        yield Stage(jira_of(jira, http), Port(port, http), integration, homes)
