"""The sandbox's own API under `/_sandbox/`: what was asked, faults, settings, changes, the truth.

Everything that comes in is checked; what is wrong is answered 400 with a text that says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox.jira.asks import strict_json, zone_named
from sandbox.jira.churning import Churning, ChurnOrder
from sandbox.jira.company.apply import apply
from sandbox.jira.company.change_log import Recorded
from sandbox.jira.company.changes import ChangeRefusedError, parse_change
from sandbox.jira.company.model import Project, User
from sandbox.jira.company.people import ADMIN
from sandbox.jira.control_webhooks import WebhookControl
from sandbox.jira.faults import Faults, Rule
from sandbox.jira.jql import JqlError
from sandbox.jira.replies import Reply, json_reply
from sandbox.jira.request_log import RequestLog
from sandbox.jira.search import Search
from sandbox.jira.settings import RateLimitRule
from sandbox.jira.site import Jira


class _RateLimit(BaseModel):
    model_config = ConfigDict(extra="forbid")

    bucket: int = Field(ge=1)
    fill: int = Field(ge=1)
    seconds: int = Field(ge=1)


class SettingsOrder(BaseModel):
    """What to change on the running site; what is not given stays."""

    model_config = ConfigDict(extra="forbid")

    page_cap: int = Field(default=1000, ge=1)
    result_window: int | None = Field(default=None, ge=1)
    anonymous: bool = False
    basic_auth: bool = True
    user_cap: int | None = Field(default=None, ge=1)
    refuse_user_listing: bool = False
    latency_ms: float = Field(default=0, ge=0)
    latency_per_issue_ms: float = Field(default=0, ge=0)
    rate_limit: _RateLimit | None = None
    epoch_millis: bool = True
    captcha_after: int = Field(default=3, ge=1)
    index_lag_ms: int = Field(default=0, ge=0, le=600_000)
    expire_token: str | None = None
    renew_token: str | None = None
    reset_captcha: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """What the control API steers."""

    jira: Jira
    faults: Faults
    requests: RequestLog
    churning: Churning

    async def answer(
        self, method: str, path: str, query: dict[str, list[str]], body: bytes
    ) -> Reply:
        """Reply to a request whose path, after `/_sandbox`, is `path`."""
        if (method, path) == ("GET", "/webhooks/idle"):
            return await self._webhooks.until_idle(query)
        return self._answer_at_once(method, path, query, body)

    def _answer_at_once(
        self, method: str, path: str, query: dict[str, list[str]], body: bytes
    ) -> Reply:
        handler = self._handlers().get((method, path.rstrip("/")))
        try:
            if handler is None:
                return self._one_of_many(method, path, body)
            return handler(query, body)
        except (ValidationError, ChangeRefusedError, JqlError, _WrongError) as error:
            return json_reply({"error": _why(error)}, 400)

    def _handlers(self) -> dict[tuple[str, str], _Handler]:
        return {
            ("GET", "/requests"): self._requests,
            ("DELETE", "/requests"): self._forget_requests,
            ("GET", "/faults"): self._faults,
            ("POST", "/faults"): self._add_fault,
            ("DELETE", "/faults"): self._remove_faults,
            ("GET", "/settings"): self._settings,
            ("POST", "/settings"): self._change_settings,
            ("POST", "/change"): self._change,
            ("GET", "/churn"): self._churn,
            ("POST", "/churn"): self._start_churn,
            ("DELETE", "/churn"): self._stop_churn,
            ("GET", "/state"): self._state,
            ("GET", "/webhooks"): lambda query, _: self._webhooks.show(query),
            ("POST", "/webhooks"): lambda _, body: self._webhooks.set_rules(_json(body)),
            ("DELETE", "/webhooks"): lambda _, __: self._webhooks.forget(),
        }

    @property
    def _webhooks(self) -> WebhookControl:
        return WebhookControl(self.jira)

    def _requests(self, query: dict[str, list[str]], _body: bytes) -> Reply:
        """All requests, or those whose path matches `?path=`."""
        pattern = query.get("path", [""])[0]
        try:
            regex = re.compile(pattern)
        except re.error as error:
            message = f"path is not a regular expression: {error}"
            raise _WrongError(message) from error
        entries = [one for one in self.requests.entries if regex.search(one.path)]
        return json_reply([one.document() for one in entries])

    def _forget_requests(self, _query: dict[str, list[str]], _body: bytes) -> Reply:
        self.requests.clear()
        return _done()

    def _faults(self, _query: dict[str, list[str]], _body: bytes) -> Reply:
        return json_reply([one.document() for one in self.faults.rules])

    def _add_fault(self, _query: dict[str, list[str]], body: bytes) -> Reply:
        active = self.faults.add(Rule.model_validate(_json(body, words_to_fault)))
        return json_reply(active.document(), 201)

    def _remove_faults(self, _query: dict[str, list[str]], _body: bytes) -> Reply:
        self.faults.rules.clear()
        return _done()

    def _one_of_many(self, method: str, path: str, body: bytes) -> Reply:
        """A fault or a webhook by its id."""
        webhook = self._webhooks.one(method, path, _json(body) if method == "POST" else None)
        return webhook or self._one_fault(method, path)

    def _one_fault(self, method: str, path: str) -> Reply:
        match = re.fullmatch(r"/faults/(\d{1,9})", path)
        if method == "DELETE" and match and self.faults.remove(int(match[1])):
            return _done()
        known = [*self._handlers(), ("GET", "/webhooks/idle"), ("POST", "/webhooks/{id}")]
        places = sorted(f"{verb} /_sandbox{place}" for verb, place in known)
        return json_reply({"error": "There is no such thing here.", "see": places}, 404)

    def _settings(self, _query: dict[str, list[str]], _body: bytes) -> Reply:
        return json_reply(asdict(self.jira.settings))

    def _change_settings(self, _query: dict[str, list[str]], body: bytes) -> Reply:
        order = SettingsOrder.model_validate(_json(body))
        self._change_logins(order)
        for name in order.model_fields_set & set(asdict(self.jira.settings)):
            value = getattr(order, name)
            if isinstance(value, _RateLimit):
                value = RateLimitRule(value.bucket, value.fill, value.seconds)
            setattr(self.jira.settings, name, value)
        self.jira.searches.index.set_lag(self.jira.settings.index_lag_ms)
        return json_reply(asdict(self.jira.settings))

    def _change_logins(self, order: SettingsOrder) -> None:
        accounts, now = self.jira.accounts, self.jira.company.clock()
        if order.expire_token is not None and not accounts.expire(order.expire_token, now):
            message = f"expire_token: there is no token {order.expire_token!r}"
            raise _WrongError(message)
        if order.renew_token is not None and not accounts.renew(order.renew_token, now):
            message = f"renew_token: there is no token {order.renew_token!r}"
            raise _WrongError(message)
        if order.reset_captcha:
            accounts.failures.clear()

    def _change(self, _query: dict[str, list[str]], body: bytes) -> Reply:
        """One change, or a list of them that is carried out one by one until one is refused."""
        document = _json(body)
        if isinstance(document, list):
            return json_reply([self._changed(one) for one in document], 201)
        return json_reply(self._changed(document), 201)

    def _changed(self, document: object) -> dict[str, Any]:
        """`by` names whose change it is; `jql` may name the issues of a `bulk_edit`."""
        company, author = self.jira.company, ADMIN
        if isinstance(document, dict):
            document = dict(document)
            author = document.pop("by", ADMIN)
            if "jql" in document:
                found = self.jira.searches.find(self._search(document.pop("jql"), ADMIN))
                document["issues"] = [one.key for one in found]
        change = parse_change(document)
        return _recorded(apply(company, change, self._author(author)))

    def _author(self, name: object) -> User:
        found = self.jira.company.user(str(name))
        if found is None:
            message = f"by: there is no user {name!r}"
            raise _WrongError(message)
        return found

    def _churn(self, _query: dict[str, list[str]], _body: bytes) -> Reply:
        return json_reply(self.churning.document())

    def _start_churn(self, _query: dict[str, list[str]], body: bytes) -> Reply:
        self.churning.start(ChurnOrder.model_validate(_json(body)))
        return json_reply(self.churning.document(), 201)

    def _stop_churn(self, _query: dict[str, list[str]], _body: bytes) -> Reply:
        document = self.churning.document()
        self.churning.stop()
        return json_reply(document)

    def _state(self, query: dict[str, list[str]], _body: bytes) -> Reply:
        """Counts, all users and projects; with `?jql=` the keys that match for the administrator.

        `?as=` names another user whose view is taken, or is empty for the anonymous one.
        """
        company = self.jira.company
        document: dict[str, Any] = {
            "revision": company.log.revision,
            "counts": {
                "users": len(company.users),
                "projects": len(company.projects),
                "issues": len(company.issues),
            },
            "users": [_user_truth(one) for one in company.users.values()],
            "projects": [_project_truth(one) for one in company.projects.values()],
        }
        if "jql" in query:
            found = self.jira.searches.find(
                self._search(query["jql"][0], query.get("as", [ADMIN])[0])
            )
            document["keys"] = [one.key for one in found]
        return json_reply(document)

    def _search(self, jql: str, name: str) -> Search:
        user = self.jira.company.user(name) if name else None
        if name and user is None:
            message = f"as: there is no user {name!r}"
            raise _WrongError(message)
        zone = zone_named("Etc/UTC" if user is None else user.time_zone)
        return Search(jql, user, zone, at_once=True)


class _WrongError(ValueError):
    """What came in makes no sense; the message says why."""


_Handler = Callable[[dict[str, list[str]], bytes], Reply]


def words_to_fault(document: object) -> object:
    """`"then": {"reset": true}` says the same as `"then": "reset"`."""
    then = document.get("then") if isinstance(document, dict) else None
    if isinstance(document, dict) and isinstance(then, dict) and len(then) == 1:
        name, value = next(iter(then.items()))
        if value is True:
            return {**document, "then": name}
    return document


def _json(body: bytes, also: Callable[[object], object] = lambda document: document) -> object:
    try:
        return also(strict_json(body or b"{}"))
    except ValueError as error:
        message = f"the body is not JSON: {error}"
        raise _WrongError(message) from error


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        problems = error.errors(include_url=False, include_context=False)
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in problems)
    return str(error)


def _done() -> Reply:
    return Reply(b"", 204)


def _recorded(recorded: Recorded) -> dict[str, Any]:
    return {
        "revision": recorded.revision,
        "at": recorded.at,
        "event": recorded.event,
        "kind": recorded.kind,
        "key": recorded.key,
        "id": recorded.subject.id,
    }


def _user_truth(user: User) -> dict[str, Any]:
    document = asdict(user)
    del document["avatar_id"]
    return document


def _project_truth(project: Project) -> dict[str, Any]:
    return {
        "id": project.id,
        "key": project.key,
        "name": project.name,
        "old_keys": project.old_keys,
        "archived": project.archived,
        "audience": project.audience.value,
        "lead": project.lead.key,
    }
