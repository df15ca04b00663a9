"""The request that a webhook gets: address, headers, signature. Pure."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from sandbox.jira.company.model import User
from sandbox.jira.versions import Version
from sandbox.jira.webhooks import Webhook


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request, ready to be sent by POST."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def outgoing(
    webhook: Webhook,
    version: Version,
    body: bytes,
    variables: Mapping[str, str],
    author: User | None,
    identifier: str,
) -> Outgoing:
    """What Jira sends; from 10 on with an HMAC-SHA256 of the raw body where there is a secret."""
    headers = {
        "Content-Type": "application/json; charset=UTF-8",
        "User-Agent": f"Atlassian HttpClient 3.0.5 / JIRA-{version.full} ({version.build_number}) / Default",
        "X-Atlassian-Webhook-Identifier": identifier,
    }
    if version.major >= 10 and webhook.secret is not None:
        headers["X-Hub-Signature"] = f"sha256={signature(webhook.secret, body)}"
    return Outgoing(address(webhook.url, variables, author), headers, body)


def signature(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def address(url: str, variables: Mapping[str, str], author: User | None) -> str:
    """The webhook's URL with its `${…}` filled in and the parameters that Jira adds."""

    def filled(match: re.Match[str]) -> str:
        return quote(variables.get(match[1], ""), safe="")

    place = re.sub(r"\$\{([\w.]+)\}", filled, url)
    if author is None:
        return place
    added = urlencode({"user_id": author.name, "user_key": author.key})
    place, hash_, fragment = place.partition("#")
    return f"{place}{'&' if '?' in place else '?'}{added}{hash_}{fragment}"


def is_loopback(url: str) -> bool:
    """Whether the address is this machine itself; a sandbox calls nobody else."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme in {"http", "https"} and (
            host == "localhost" or ipaddress.ip_address(host).is_loopback
        )
    except ValueError:
        return False
