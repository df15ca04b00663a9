"""Follows the change log: which webhooks hear of a change, with what, and how often."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.jira.company.change_log import Recorded
from sandbox.jira.company.model import Issue
from sandbox.jira.deliveries.events import EventBodies, is_told, url_variables
from sandbox.jira.deliveries.outgoing import Outgoing, is_loopback, outgoing
from sandbox.jira.deliveries.post import Delivery, PostOffice
from sandbox.jira.deliveries.rules import Copy, DeliveryRules, Fate
from sandbox.jira.versions import Version
from sandbox.jira.webhooks import Webhook, Webhooks

Matches = Callable[[str, Issue], bool]


@dataclass(slots=True)
class Deliveries:
    """An observer for the change log; `matches` tells whether a JQL finds an issue."""

    webhooks: Webhooks
    version: Version
    bodies: EventBodies
    matches: Matches
    fate: Fate = field(default_factory=Fate)
    _office: PostOffice | None = None

    @property
    def office(self) -> PostOffice:
        """Made with the first use, which is inside the event loop."""
        if self._office is None:
            self._office = PostOffice(ordered=self.version.major < 10)
        return self._office

    def use(self, rules: DeliveryRules) -> None:
        self.fate, self.office.rules = Fate(rules), rules

    def observe(self, change: Recorded) -> None:
        """Queue the change for everybody who wants it; what it says is fixed now."""
        wanting = [one for one in self.webhooks.wanting(change.event) if self._wants(one, change)]
        if not wanting:
            return
        body = b""
        if not all(one.excludes_body for one in wanting):
            body = self.bodies.body(change).encode()
        for webhook in wanting:
            self._queue(webhook, change, b"" if webhook.excludes_body else body)

    def _wants(self, webhook: Webhook, change: Recorded) -> bool:
        if not is_told(change):
            return False
        subject = change.subject
        if not webhook.jql or not isinstance(subject, Issue):
            return True
        return self.matches(webhook.jql, subject)

    def _queue(self, webhook: Webhook, change: Recorded, body: bytes) -> None:
        identifier = str(uuid.uuid4())
        variables = url_variables(change)
        request = outgoing(webhook, self.version, body, variables, change.author, identifier)
        for copy in self.fate.copies():
            delivery = self.office.note(webhook.id, change.event, change.key, identifier, len(body))
            self._send(delivery, request, copy)

    def _send(self, delivery: Delivery, request: Outgoing, copy: Copy) -> None:
        if not is_loopback(request.url):
            delivery.error = "only addresses of this machine are called"
            delivery.end("refused")
        elif copy.lost:
            delivery.end("lost")
        else:
            self.office.post(delivery, request, copy.wait)

    def document(self, event: str = "", status: str = "") -> dict[str, Any]:
        """Rules, counts and, newest last, what was sent; only of an event or status if named."""
        chosen = [
            one.document()
            for one in self.office.log
            if event in ("", one.event) and status in ("", one.status)
        ]
        return {
            "rules": self.fate.rules.model_dump(),
            "pending": self.office.pending,
            "counts": self.office.counts(),
            "deliveries": chosen,
        }
