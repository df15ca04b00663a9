"""What the Authorization header of a request means: who is asking, or how Jira refuses.

Pure but for the CAPTCHA count and a token's last use, which it is told to keep in `Accounts`.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from enum import Enum
from typing import Final

from sandbox.jira.accounts import Accounts
from sandbox.jira.company.model import User
from sandbox.jira.company.store import Company
from sandbox.jira.replies import Reply, html_page, json_reply, text_reply
from sandbox.jira.settings import Settings
from sandbox.jira.versions import Version

LOGIN_REASON: Final = "X-Seraph-LoginReason"


class Scheme(Enum):
    BASIC = "basic"
    BEARER = "bearer"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks; `user` None is anonymous. `login_failed` is told in a header even with a 200."""

    user: User | None
    login_failed: bool = False


ANONYMOUS: Final = Caller(None)


@dataclass(frozen=True, slots=True)
class Site:
    """What a login is judged by."""

    company: Company
    accounts: Accounts
    settings: Settings
    version: Version
    base_url: str


def scheme_of(authorization: str | None) -> Scheme | None:
    """Which kind of login a request carries, never its secret."""
    word = (authorization or "").partition(" ")[0].lower()
    return Scheme(word) if word in {"basic", "bearer"} else None


def log_in(site: Site, authorization: str | None) -> Caller | Reply:
    """The caller, or the reply that refuses the login. No header at all is anonymous.

    Sources: Atlassian, "Using Personal Access Tokens"; "CAPTCHA failed logins" of the REST guide.
    """
    scheme = scheme_of(authorization)
    credentials = (authorization or "").partition(" ")[2].strip()
    if scheme is Scheme.BEARER and site.version.has_personal_access_tokens:
        return _by_token(site, credentials)
    if scheme is Scheme.BASIC:
        return _by_password(site, credentials)
    return ANONYMOUS


def _by_token(site: Site, secret: str) -> Caller | Reply:
    """A site that lets everybody in answers a wrong token with the anonymous view."""
    token, now = site.accounts.token(secret), site.company.clock()
    user = None if token is None else site.company.users.get(token.user_key)
    if token is not None and token.expires > now and user is not None and user.active:
        token.last_used = now
        return Caller(user)
    if site.settings.anonymous:
        return Caller(None, login_failed=True)
    message = "Client must be authenticated to access this resource."
    return _challenged(site, json_reply({"message": message, "status-code": 401}, 401))


def _by_password(site: Site, credentials: str) -> Caller | Reply:
    if not site.settings.basic_auth:
        return _basic_is_off(site.version)
    name, password = _decoded(credentials)
    if site.accounts.failures.get(name, 0) >= site.settings.captcha_after:
        return _captcha(site)
    user = site.company.user_by_name(name)
    if user is not None and user.active and site.accounts.password_fits(name, password):
        site.accounts.failures.pop(name, None)
        return Caller(user)
    site.accounts.failures[name] = site.accounts.failures.get(name, 0) + 1
    page = html_page(401, "Unauthorized", "Basic Authentication Failure - Reason : AUTHENTICATED_FAILED")  # fmt: skip
    return _challenged(site, page)


def _decoded(credentials: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(credentials, validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return "", ""
    name, _, password = text.partition(":")
    return name, password


def _challenged(site: Site, reply: Reply) -> Reply:
    realm = f'OAuth realm="{site.base_url}"'
    return reply.with_headers({LOGIN_REASON: "AUTHENTICATED_FAILED", "WWW-Authenticate": realm})


def _captcha(site: Site) -> Reply:
    why = f"CAPTCHA_CHALLENGE; login-url={site.base_url}/login.jsp"
    page = html_page(403, "Forbidden", "Basic Authentication Failure - Reason : AUTHENTICATION_DENIED")  # fmt: skip
    return page.with_headers(
        {LOGIN_REASON: "AUTHENTICATION_DENIED", "X-Authentication-Denied-Reason": why}
    )


def _basic_is_off(version: Version) -> Reply:
    """Jira 11 answers 403; the switch of older Data Centers answers 401, as a page."""
    text = "Basic Authentication has been disabled on this instance."
    if version.major >= 11:
        return text_reply(text, 403)
    return html_page(401, "Unauthorized", text)
