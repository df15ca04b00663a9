"""Registering webhooks in either form, and waiting for what they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from tests.sandbox_jira.conftest import Sandbox
from tests.sandbox_jira.receiver import Receiver

OLD = "/rest/webhooks/1.0/webhook"
NEW = "/rest/jira-webhook/1.0/webhooks"
EVENTS = [
    *(f"jira:issue_{what}" for what in ("created", "updated", "deleted")),
    *(
        f"{thing}_{what}"
        for thing in ("comment", "worklog", "project", "user")
        for what in ("created", "updated", "deleted")
    ),
    "issuelink_created",
    "issuelink_deleted",
]


@dataclass(frozen=True, slots=True)
class Hooked:
    """A sandbox whose webhook calls a receiver."""

    jira: Sandbox
    receiver: Receiver

    @property
    def is_newer(self) -> bool:
        return int(str(self.jira.running.info["version"]).split(".")[0]) >= 10

    def register(
        self,
        url: str | None = None,
        jql: str = "",
        secret: str = "",
        exclude_body: bool = False,
        events: list[str] | None = None,
    ) -> httpx.Response:
        body: dict[str, Any] = {
            "name": "test",
            "url": url or self.receiver.url,
            "events": events or EVENTS,
        }
        if self.is_newer:
            given = {"FILTERS": jql, "SECRET": secret, "EXCLUDE_BODY": str(exclude_body).lower()}
            configuration = {name: value for name, value in given.items() if value}
            body |= {"configuration": configuration, "active": True}
        else:
            body |= {
                "filters": {"issue-related-events-section": jql},
                "excludeBody": exclude_body,
            }
        place = self.jira.running.url + (NEW if self.is_newer else OLD)
        return self.jira.admin.post(place, json=body)

    def rules(self, **rules: object) -> None:
        assert self.jira.control.post("/webhooks", json=rules).is_success

    def arrived(self) -> dict[str, int]:
        """How many deliveries ended how, once all have."""
        reply = self.jira.control.get("/webhooks/idle", params={"seconds": 15})
        assert reply.status_code == 200, reply.text
        counts: dict[str, int] = reply.json()["counts"]
        return counts

    def heard(self) -> list[dict[str, Any]]:
        self.arrived()
        return [call.document for call in self.receiver.calls]

    def put_back(self) -> None:
        """No webhook, no rules, nothing kept."""
        self.arrived()
        for hook in self.jira.control.get("/webhooks").json()["webhooks"]:
            self.jira.control.delete(f"/webhooks/{hook['id']}")
        self.rules()
        self.jira.control.delete("/webhooks")
        self.receiver.calls.clear()
        self.receiver.answers.clear()
