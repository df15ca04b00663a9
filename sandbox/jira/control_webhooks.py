"""The part of the control API that steers webhooks: rules, registrations, what was delivered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from sandbox.jira.deliveries.rules import DeliveryRules
from sandbox.jira.replies import Reply, json_reply
from sandbox.jira.site import Jira
from sandbox.jira.webhooks import Webhook

_ONE: Final = re.compile(r"/webhooks/(\d{1,9})")
_PATIENCE: Final = 30.0


class WebhookEdit(BaseModel):
    """What to change on a registration, whichever form the version keeps it in."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    url: str | None = None
    events: list[str] | None = None
    enabled: bool | None = None
    jql: str | None = None
    exclude_body: bool | None = None
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookControl:
    """Answers below `/_sandbox/webhooks`."""

    jira: Jira

    def show(self, query: dict[str, list[str]]) -> Reply:
        """Rules, registrations, counts and deliveries, of `?event=` or `?status=` alone if given."""
        given = {name: values[0] for name, values in query.items()}
        document = self.jira.deliveries.document(given.get("event", ""), given.get("status", ""))
        hooks = [_shown(one) for one in self.jira.webhooks.by_id.values()]
        return json_reply({"webhooks": hooks, **document})

    def set_rules(self, document: object) -> Reply:
        """What is not given is as it is at the start; the chance begins anew with the seed."""
        rules = DeliveryRules.model_validate(document)
        self.jira.deliveries.use(rules)
        return json_reply(rules.model_dump())

    def forget(self) -> Reply:
        self.jira.deliveries.office.log.clear()
        return Reply(b"", 204)

    async def until_idle(self, query: dict[str, list[str]]) -> Reply:
        """200 as soon as nothing is under way, 504 when it is after `?seconds=` (30)."""
        text = query.get("seconds", [str(_PATIENCE)])[0]
        try:
            seconds = float(text)
        except ValueError:
            return json_reply({"error": f"seconds: {text!r} is not a number"}, 400)
        office = self.jira.deliveries.office
        idle = await office.until_idle(seconds)
        document = {"idle": idle, "pending": office.pending, "counts": office.counts()}
        return json_reply(document, 200 if idle else 504)

    def one(self, method: str, path: str, document: object) -> Reply | None:
        """Edit (POST) or delete the registration of the path; None where there is none."""
        match = _ONE.fullmatch(path)
        webhook = None if match is None else self.jira.webhooks.by_id.get(int(match[1]))
        if webhook is None or method not in {"POST", "DELETE"}:
            return None
        if method == "DELETE":
            del self.jira.webhooks.by_id[webhook.id]
            return Reply(b"", 204)
        newer = self.jira.version.major >= 10
        edit = WebhookEdit.model_validate(document).model_dump(exclude_none=True)
        webhook.document = _edited(webhook.document, edit, newer=newer)
        webhook.updated = self.jira.company.clock()
        return json_reply(_shown(webhook))


def _shown(webhook: Webhook) -> dict[str, Any]:
    """The same for every version; a secret is told only to exist."""
    return {
        "id": webhook.id,
        "name": webhook.document["name"],
        "url": webhook.url,
        "events": sorted(webhook.events),
        "enabled": webhook.enabled,
        "jql": webhook.jql,
        "exclude_body": webhook.excludes_body,
        "has_secret": webhook.secret is not None,
    }


def _edited(document: dict[str, Any], edit: dict[str, Any], *, newer: bool) -> dict[str, Any]:
    kept: tuple[str, ...] = ("name", "url", "events")
    plain = {name: edit[name] for name in kept if name in edit}
    if newer:
        configuration = dict(document.get("configuration") or {}) | _configuration(edit)
        active = {"active": edit["enabled"]} if "enabled" in edit else {}
        return {**document, **plain, **active, "configuration": configuration}
    names = {"enabled": "enabled", "exclude_body": "excludeBody"}
    others = {names[name]: edit[name] for name in names if name in edit}
    if "jql" in edit:
        others["filters"] = {"issue-related-events-section": edit["jql"]}
    return {**document, **plain, **others}


def _configuration(edit: dict[str, Any]) -> dict[str, str]:
    names = {"jql": "FILTERS", "secret": "SECRET"}
    found = {names[name]: edit[name] for name in names if name in edit}
    if "exclude_body" in edit:
        found["EXCLUDE_BODY"] = str(edit["exclude_body"]).lower()
    return found
