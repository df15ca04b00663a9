"""Says what any reply of Jira means: a JSON value, or one of our errors. Performs no I/O.

Nobody else looks at status codes, login headers or content types.
"""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import time
from typing import Any
from urllib.parse import unquote, urlsplit

from jira_server.errors import (
    AnonymousView,
    BasicAuthDisabled,
    BrokenReply,
    CaptchaRequired,
    JiraError,
    LoginPage,
    LoginRefused,
    NotFound,
    PermissionMissing,
    RateLimited,
    RejectedQuery,
    ServerBusy,
    ServerFailed,
)

_LONGEST_WORDS = 300
_BUSY = frozenset({408, 502, 503, 504})
_LOGIN_MARKS = re.compile(
    rb"(?i)os_password|login-form|type=[\"']?password|SAMLRequest|/idp/|openid-connect|oauth2?/authorize"
)
_BASIC_IS_OFF = re.compile(r"(?i)basic auth\w* has been disabled")
_LOGIN_PATHS = re.compile(r"(?i)login|signin|sso|saml|oauth|adfs|/auth")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for one request; header names are lower case, `url` carries no secrets."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def where(self) -> str:
        return f"{self.method} {self.url}"

    @property
    def user(self) -> str | None:
        """The login name that Jira saw, `anonymous` for none; None where a proxy strips it."""
        value = self.headers.get("x-ausername")
        return unquote(value) if value else None


def read_reply(reply: Reply, *, expects_login: bool = True) -> object:
    """The JSON value that the reply carries.

    `expects_login`: whether it answers a request with credentials. A 2xx reply without a body is
    None for anything but GET.

    Raises: one of the `JiraError`s, with Jira's own words, for everything else: a failed or
    missing login even under 200 (`X-AUSERNAME: anonymous`, `X-Seraph-LoginReason`; Atlassian,
    "Basic authentication" and Seraph's source), pages for people, statuses, broken JSON.
    """
    error = _login_problem(reply) if expects_login else None
    if error := error or _status_problem(reply):
        raise error
    return _json_value(reply)


def words_of(reply: Reply) -> str:
    """Jira's own words in an error body, at most 300 characters on one line."""
    text = _all_words(reply)
    return text if len(text) <= _LONGEST_WORDS else text[: _LONGEST_WORDS - 1] + "…"


def _all_words(reply: Reply) -> str:
    """JSON's messages, plain text or the gist of an HTML page, on one line."""
    text = reply.body.decode("utf-8", "replace").strip()
    if "html" in reply.headers.get("content-type", "") or text.startswith("<"):
        text = _gist_of_html(text)
    else:
        text = _words_in_json(text)
    return " ".join(text.split())


def _has_error_messages(reply: Reply) -> bool:
    """Whether the body is an error of Jira's own, and not a gateway's, in JSON or not."""
    try:
        value = json.loads(reply.body)
    except ValueError:
        return False
    return isinstance(value, dict) and bool(value.get("errorMessages"))


def _words_in_json(text: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if not isinstance(value, dict):
        return text
    given = value.get("errorMessages")
    messages = [str(m) for m in given] if isinstance(given, list) else []
    errors = value.get("errors")
    if isinstance(errors, dict):
        messages += [f"{field}: {message}" for field, message in errors.items()]
    if not messages and value.get("message"):
        messages = [str(value["message"])]
    return " ".join(messages) or text


def _gist_of_html(text: str) -> str:
    found = re.search(r"(?is)<title[^>]*>(.*?)</title>", text)
    title = found.group(1).strip() if found else ""
    body = re.sub(r"(?is)<(script|style|title)\b.*?</\1>|<[^>]+>", " ", text).strip()
    says_more = title and not body.startswith(title)
    return html.unescape(f"{title} - {body}" if says_more else body).strip(" -")


def _login_problem(reply: Reply) -> JiraError | None:
    denied = reply.headers.get("x-authentication-denied-reason", "")
    reason = reply.headers.get("x-seraph-loginreason", "")
    words = words_of(reply) if reply.status >= 400 else ""
    facts: dict[str, Any] = {"where": reply.where, "words": words, "status": reply.status}
    if "CAPTCHA" in denied.upper() or "AUTHENTICATION_DENIED" in reason:
        return CaptchaRequired(
            what="Jira wants a CAPTCHA solved before it takes this login", **facts
        )
    if reply.status in (401, 403) and _BASIC_IS_OFF.search(_all_words(reply)):
        return BasicAuthDisabled(what="This Jira does not take user name and password", **facts)
    if reply.status == 401 and not _may_not_change(reply, reason):
        return LoginRefused(what="Jira refused the login", **facts)
    if reply.user == "anonymous" or "AUTHENTICATED_FAILED" in reason:
        return AnonymousView(
            what="Jira did not accept the login and answered as to a visitor", **facts
        )
    return None


def _may_not_change(reply: Reply, reason: str) -> bool:
    """Whether a 401 is about a permission: some changes are denied so to a user who is logged in.

    Seen when issues are linked or edited (Atlassian, REST API 9.12, "issueLink"). Believed only
    where the reply names the user, and never of a question.
    """
    named = reply.user not in (None, "anonymous")
    return reply.method != "GET" and named and "FAILED" not in reason


def _status_problem(reply: Reply) -> JiraError | None:
    status = reply.status
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return _redirect(reply)
    facts: dict[str, Any] = {"where": reply.where, "words": words_of(reply), "status": status}
    if status in (401, 403):
        return PermissionMissing(what="Jira denies this user the permission", **facts)
    if status == 429:
        return RateLimited(
            what="Jira's rate limit is used up", **facts, retry_after=_retry_after(reply)
        )
    if status in _BUSY:
        return ServerBusy(
            what=f"Jira is not ready (HTTP {status})", **facts, retry_after=_retry_after(reply)
        )
    if status >= 500:
        return ServerFailed(what=f"Jira failed (HTTP {status})", **facts)
    if status == 404:
        from_jira = _has_error_messages(reply)
        return NotFound(what="Jira has nothing there (HTTP 404)", **facts, from_jira=from_jira)
    if status == 400:
        return RejectedQuery(what="Jira rejected the request", **facts)
    return BrokenReply(what=f"Jira answered with an unexpected status (HTTP {status})", **facts)


def _redirect(reply: Reply) -> JiraError:
    target = reply.headers.get("location", "")
    shown = target.split("?")[0]
    if _LOGIN_PATHS.search(_path(target)) or "os_destination" in target:
        return LoginPage(
            what=f"Redirected to a login page, {shown}", where=reply.where, status=reply.status
        )
    return BrokenReply(
        what=f"Redirected to {shown}",
        where=reply.where,
        status=reply.status,
        advice="Set jiraServerHost to the address that Jira itself uses (https, host, context path).",
    )


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return url


def _json_value(reply: Reply) -> object:
    if not reply.body and (reply.status == 204 or reply.method != "GET"):
        return None
    content_type = reply.headers.get("content-type", "").lower()
    if "json" not in content_type:
        raise _not_json(reply, content_type)
    try:
        return json.loads(reply.body)
    except ValueError as error:
        raise BrokenReply(
            what=f"The reply is not whole JSON ({len(reply.body)} bytes)",
            where=reply.where,
            status=reply.status,
        ) from error


def _not_json(reply: Reply, content_type: str) -> JiraError:
    if "html" in content_type and _LOGIN_MARKS.search(reply.body):
        return LoginPage(
            what="A login page came instead of data",
            where=reply.where,
            words=words_of(reply),
            status=reply.status,
        )
    kind = content_type.split(";")[0] or "no content type"
    return BrokenReply(
        what=f"A reply of type {kind} came instead of JSON",
        where=reply.where,
        words=words_of(reply),
        status=reply.status,
    )


def _retry_after(reply: Reply) -> float | None:
    """Seconds in Retry-After, given as a number or as an HTTP date (RFC 9110, 10.2.3)."""
    value = reply.headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except ValueError:
        return None
