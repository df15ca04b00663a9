"""What a person does in Port: add actions to the account, press their buttons, read what came of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.end_to_end.sail import PROJECT, Sailing
from tests.end_to_end.sandboxes import Port
from tests.end_to_end.stage import POLLING, SECRETS, Stage

Json = dict[str, Any]

EDITOR_TOKEN = "sandbox-editor-token"
INSTALL = PROJECT / "examples" / "self-service-actions" / "install.py"
ACTIONS_ON = {
    "OCEAN__EVENT_LISTENER": POLLING,
    "OCEAN__ACTIONS_PROCESSOR__ENABLED": "true",
    "OCEAN__ACTIONS_PROCESSOR__POLL_CHECK_INTERVAL_SECONDS": "1",
}


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that has ended."""

    whole: Json

    @property
    def succeeded(self) -> bool:
        return bool(self.whole["status"] == "SUCCESS")

    @property
    def summary(self) -> str:
        return str(self.whole["summary"])

    @property
    def log(self) -> str:
        return "\n".join(line["message"] for line in self.whole["logs"])

    @property
    def links(self) -> list[str]:
        return list(self.whole["links"])

    @property
    def key(self) -> str:
        """The issue that the run's link leads to."""
        (link,) = self.links
        return link.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Buttons:
    """The self-service page of a sandbox Port."""

    port: Port

    def install(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the documented command with no environment but what it reads."""
        info = self.port.running.info
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "OCEAN__PORT__BASE_URL": self.port.url,
            "OCEAN__PORT__CLIENT_ID": info["client_id"],
            "OCEAN__PORT__CLIENT_SECRET": info["client_secret"],
            "OCEAN__INTEGRATION__IDENTIFIER": "end-to-end",
        }
        return subprocess.run(
            [sys.executable, str(INSTALL), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def actions(self) -> Json:
        found: Json = self.port.look("extras").get("actions", {})
        return found

    def press(self, action: str, entity: str = "", by: str = "", **inputs: object) -> Ended:
        """Press a button and wait for the end of the run."""
        return self.end_of(self.start(action, entity, by, **inputs))

    def start(self, action: str, entity: str = "", by: str = "", **inputs: object) -> str:
        """Press a button; the id of the run."""
        body = {"action": f"jira_server_{action}", "properties": inputs}
        who = {"entity": entity, "as": by}
        body |= {name: text for name, text in who.items() if text}
        return str(self._ask("POST", "runs", json=body)["id"])

    def end_of(self, run: str) -> Ended:
        return Ended(self._ask("GET", f"runs/{run}/wait", params={"timeout": 50}))

    def redeliver(self, run: str) -> None:
        self._ask("POST", f"runs/{run}/redeliver", json={})

    def whole(self, run: str) -> Json:
        return self._ask("GET", f"runs/{run}")

    def _ask(self, method: str, path: str, **more: Any) -> Json:  # noqa: ANN401
        url = f"{self.port.running.control_url}/{path}"
        reply: httpx.Response = self.port.http.request(method, url, timeout=60, **more)
        assert reply.is_success, f"{url}: {reply.status_code} {reply.text}"
        run: Json = reply.json()["run"]
        return run


@dataclass(frozen=True, slots=True)
class Desk:
    """A stage on which the integration carries out what the buttons ask for."""

    stage: Stage
    buttons: Buttons
    sailing: Sailing

    def catalogued(self, key: str) -> Json | None:
        return self.stage.port.entities().get("jiraServerIssue", {}).get(key)

    def fields(self, key: str, names: str = "*all") -> Json:
        """An issue as the editor sees it."""
        reply = self.stage.jira.http.get(
            f"{self.stage.jira.url}/rest/api/2/issue/{key}",
            params={"fields": names},
            headers={"Authorization": f"Bearer {EDITOR_TOKEN}"},
        )
        assert reply.is_success, reply.text
        found: Json = reply.json()["fields"]
        return found

    def issue_keys(self) -> set[str]:
        return self.stage.jira.keys("created >= -1000w")


@contextmanager
def at_work(stage: Stage, token: str = EDITOR_TOKEN) -> Iterator[Desk]:
    """The integration under way, synced once, with its actions in Port; ends with the block."""
    login = {f"{SECRETS}TOKEN": token}
    with stage.start(login, more=ACTIONS_ON) as sailing:
        sailing.wait_until(lambda: "resync finished in" in sailing.log(), "first sync")
        buttons = Buttons(stage.port)
        installed = buttons.install()
        assert installed.returncode == 0, installed.stderr
        yield Desk(stage, buttons, sailing)
