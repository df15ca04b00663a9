"""Decides what our webhook in Jira must look like, and which of those there are ours. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from live_events.events import EVENTS
from live_events.signature import SECRET_PARAMETER, SIGNING_VERSION, fingerprint

Json = dict[str, Any]
_OLD_PATH = "/rest/webhooks/1.0/webhook"
_NEW_PATH = "/rest/jira-webhook/1.0/webhooks"
_SECRET_SHOWN = "<webhookSecret>"  # noqa: S105 - what stands there instead


@dataclass(frozen=True, slots=True)
class Webhook:
    """Our webhook: `owner` tells ours from those of other installations, the secret is not shown.

    `url` is the address at which this integration receives events, without the secret.
    """

    owner: str
    url: str
    secret: str = field(repr=False)

    @property
    def name(self) -> str:
        """Holds a fingerprint of the secret, since Jira 10 does not show the secret itself."""
        return f"{self.owner} {fingerprint(self.secret)}"


def owner_of(identifier: str, account: str) -> str:
    """The beginning of the name: two Port accounts may use the same identifier."""
    return f"Port {identifier} {fingerprint(account)[:4]}"


def webhooks_path(major_version: int) -> str:
    """Where this version keeps its webhooks."""
    return _NEW_PATH if major_version >= SIGNING_VERSION else _OLD_PATH


def webhook_definition(webhook: Webhook, major_version: int) -> Json:
    """The body that registers or repairs it.

    Without JQL: an issue that leaves a resource's JQL must be told, too. Source of the bodies:
    Atlassian, "Webhooks" for Jira 9 and for Jira 10.
    """
    if major_version >= SIGNING_VERSION:
        return {
            "name": webhook.name,
            "url": webhook.url,
            "events": list(EVENTS),
            "configuration": {"EXCLUDE_BODY": "false", "SECRET": webhook.secret},
            "active": True,
        }
    return {
        "name": webhook.name,
        "url": _with_secret(webhook.url, webhook.secret),
        "events": list(EVENTS),
        "filters": {"issue-related-events-section": ""},
        "excludeBody": False,
        "enabled": True,
    }


def ours(found: Sequence[Json], webhook: Webhook) -> list[Json]:
    """Those that are ours, by address or by name, the oldest first."""
    mine = [
        one
        for one in found
        if _address(one) == webhook.url or str(one.get("name", "")).startswith(webhook.owner + " ")
    ]
    return sorted((one for one in mine if id_of(one)), key=lambda one: int(id_of(one)))


def id_of(found: Json) -> str:
    """Its number; older versions tell it only in `self`. Empty where there is none."""
    given = str(found.get("id") or str(found.get("self", "")).rstrip("/").rpartition("/")[2])
    return given if given.isascii() and given.isdigit() else ""


def needs_repair(found: Json, wanted: Json) -> bool:
    """Whether it differs in what matters: name, address, events, filters, and being switched on."""
    return (
        found.get("name") != wanted["name"]
        or found.get("url") != wanted["url"]
        or set(_texts(found.get("events"))) != set(wanted["events"])
        or not _is_true(found.get("active", found.get("enabled", True)))
        or _leaves_out(found)
    )


def by_hand(webhook: Webhook, major_version: int) -> str:
    """What an administrator has to enter in Jira, System, WebHooks; the secret is not in it."""
    signs = major_version >= SIGNING_VERSION
    url = webhook.url if signs else f"{webhook.url}?{SECRET_PARAMETER}={_SECRET_SHOWN}"
    lines = [
        f"Name: {webhook.owner}",
        f"URL: {url}",
        *([f"Secret: {_SECRET_SHOWN}"] if signs else []),
        f"Events: {', '.join(EVENTS)}",
        "JQL filter: none. Exclude body: no.",
        f"{_SECRET_SHOWN} is what you set webhookSecret "
        "(OCEAN__INTEGRATION__CONFIG__WEBHOOK_SECRET) to.",
    ]
    return "\n".join(lines)


def _with_secret(url: str, secret: str) -> str:
    return f"{url}?{urlencode({SECRET_PARAMETER: secret})}"


def _address(found: Json) -> str:
    return str(found.get("url", "")).partition("?")[0]


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _leaves_out(found: Json) -> bool:
    configuration = found.get("configuration")
    settings: Mapping[str, object] = configuration if isinstance(configuration, dict) else {}
    without_body = settings.get("EXCLUDE_BODY", found.get("excludeBody", False))
    filters = settings.get("FILTERS", found.get("filters"))
    return _is_true(without_body) or _filters(filters)


def _filters(filters: object) -> bool:
    if isinstance(filters, dict):
        return any(str(jql or "").strip() for jql in filters.values())
    return (
        isinstance(filters, str)
        and '":""' not in filters.replace(" ", "")
        and filters not in ("", "{}")
    )


def _is_true(value: object) -> bool:
    return value is True or str(value).lower() == "true"
