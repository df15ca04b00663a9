"""Administering webhooks: at one place with one body up to Jira 9, at another from Jira 10."""

from __future__ import annotations

from typing import Any

from sandbox.jira.asks import Ask, RefusedError, Route
from sandbox.jira.permissions import is_admin
from sandbox.jira.replies import Reply, json_reply, not_found_page, refusal
from sandbox.jira.resources.server import signed_in
from sandbox.jira.webhooks import Webhook

OLD, NEW = "/rest/webhooks/1.0/webhook", "/rest/jira-webhook/1.0/webhooks"


def _administered(ask: Ask, path: str) -> None:
    """Refuses where the version keeps webhooks elsewhere, and who may not administer."""
    if ask.jira.version.webhook_path != path:
        raise RefusedError(not_found_page())
    if not is_admin(signed_in(ask.caller)):
        text = "You do not have permission to administer webhooks."
        raise RefusedError(refusal(403, text))


def _all(ask: Ask, path: str) -> Reply:
    _administered(ask, path)
    return json_reply([_shown(ask, one) for one in ask.jira.webhooks.by_id.values()])


def _one(ask: Ask, path: str) -> Reply:
    _administered(ask, path)
    return json_reply(_shown(ask, _webhook(ask)))


def _create(ask: Ask, path: str) -> Reply:
    _administered(ask, path)
    document = _checked(ask.document())
    author = signed_in(ask.caller)
    webhook = ask.jira.webhooks.add(document, author.key, ask.jira.company.clock())
    return json_reply(_shown(ask, webhook), 201)


def _replace(ask: Ask, path: str) -> Reply:
    _administered(ask, path)
    webhook = _webhook(ask)
    webhook.document = {**webhook.document, **_checked(ask.document())}
    webhook.updated = ask.jira.company.clock()
    return json_reply(_shown(ask, webhook))


def _delete(ask: Ask, path: str) -> Reply:
    _administered(ask, path)
    del ask.jira.webhooks.by_id[_webhook(ask).id]
    return Reply(b"", 204)


def _webhook(ask: Ask) -> Webhook:
    text = ask.parts["id"]
    found = ask.jira.webhooks.by_id.get(int(text)) if text.isdecimal() else None
    if found is None:
        raise RefusedError(refusal(404, f"No webhook with id {text}."))
    return found


def _checked(document: object) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise RefusedError(refusal(400, "A webhook is a JSON object."))
    missing = [name for name in ("name", "url") if not isinstance(document.get(name), str)]
    if missing:
        raise RefusedError(refusal(400, **{name: f"{name} is required" for name in missing}))
    return document


def _shown(ask: Ask, webhook: Webhook) -> dict[str, Any]:
    if ask.jira.version.webhook_path == OLD:
        return _shown_old(ask, webhook)
    document = webhook.document
    return {
        "id": webhook.id,
        "name": document["name"],
        "createdDate": webhook.created,
        "updatedDate": webhook.updated,
        "url": document["url"],
        "events": document.get("events", []),
        "configuration": _without_secret(document.get("configuration", {})),
        "active": document.get("active", True),
    }


def _without_secret(configuration: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in configuration.items() if name != "SECRET"}


def _shown_old(ask: Ask, webhook: Webhook) -> dict[str, Any]:
    document = webhook.document
    author = ask.jira.company.users[webhook.author_key]
    return {
        "name": document["name"],
        "url": document["url"],
        "excludeBody": document.get("excludeBody", False),
        "filters": document.get("filters", {}),
        "events": document.get("events", []),
        "enabled": document.get("enabled", True),
        "self": f"{ask.jira.base_url}{OLD}/{webhook.id}",
        "lastUpdatedUser": author.key,
        "lastUpdatedDisplayName": author.display_name,
        "lastUpdated": webhook.updated,
    }


def _routes(path: str) -> tuple[Route, ...]:
    one = f"{path}/{{id}}"
    return (
        Route("GET", path, lambda ask: _all(ask, path)),
        Route("POST", path, lambda ask: _create(ask, path)),
        Route("GET", one, lambda ask: _one(ask, path)),
        Route("PUT", one, lambda ask: _replace(ask, path)),
        Route("DELETE", one, lambda ask: _delete(ask, path)),
    )


ROUTES = (*_routes(OLD), *_routes(NEW))
