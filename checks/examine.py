"""Asks a Jira, step by step, what the findings are made of; ends where the next step is in vain."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime

from checks import findings
from checks.findings import Finding, Verdict
from client import JiraServerClient
from jira_server.errors import JiraError, LoginPage, NoConnection, NotFound, Refused
from jira_server.jql import criteria_of
from jira_server.server_facts import server_facts
from jira_server.transport import Query

_LARGEST_PAGE = 1000
# A page of no issues tells how large a page may be.
_NOTHING = "created >= 99999999999999"


class Examination:
    """One look at one Jira as one user. Sends a refused login once."""

    def __init__(
        self,
        client: JiraServerClient,
        *,
        uses_token: bool,
        wants_webhooks: bool,
        now: Callable[[], datetime] = findings.now_utc,
    ) -> None:
        self._client = client
        self._session = client.session
        self._uses_token = uses_token
        self._wants_webhooks = wants_webhooks
        self._now = now

    async def in_short(self) -> AsyncIterator[Finding]:
        """What a few small requests tell: address, version, login, permissions, token."""
        async for finding in self._address_and_login():
            yield finding
            if finding.verdict is Verdict.PROBLEM:
                return
        async for finding in self._rights():
            yield finding

    async def in_full(self, all_jql: Sequence[str]) -> AsyncIterator[Finding]:
        """All of that, then each JQL, page size, result window and rate limit."""
        stopped = False
        async for finding in self.in_short():
            yield finding
            stopped = stopped or (finding.verdict is Verdict.PROBLEM and not finding.kinds)
        if stopped:
            return
        for jql in dict.fromkeys(all_jql):
            yield await self._jql(jql)
        yield await self._page()
        yield findings.of_window(await self._or_none(self._limits()))
        yield findings.of_rate_limit(self._session.rate_limit)

    async def _address_and_login(self) -> AsyncIterator[Finding]:
        try:
            info = await self._session.anonymously("/rest/api/2/serverInfo")
        except (NoConnection, NotFound, LoginPage) as error:
            yield findings.of_error("address", error)
            return
        except JiraError as error:
            if not isinstance(error, Refused) and error.status != 401:
                yield findings.of_error("address", error)
                return
            info = None
        yield Finding("address", Verdict.OK, f"A Jira answers at {self._session.base_url}")
        async for finding in self._version(info):
            yield finding
        yield await self._login()

    async def _version(self, info: object) -> AsyncIterator[Finding]:
        if not isinstance(info, dict):
            yield Finding("version", Verdict.UNKNOWN, "Jira tells it to nobody without a login")
            return
        try:
            facts = server_facts(info)
        except JiraError as error:
            yield findings.of_error("version", error)
            return
        deployment = str(info.get("deploymentType"))
        yield findings.of_version(facts, deployment, self._uses_token)
        yield findings.of_clock(info.get("serverTime"), self._now())

    async def _login(self) -> Finding:
        try:
            user = await self._client.myself()
        except JiraError as error:
            return findings.of_error("login", error)
        method = "token" if self._uses_token else "password"
        return Finding("login", Verdict.OK, f"Accepted: {user['name']}, by {method}")

    async def _rights(self) -> AsyncIterator[Finding]:
        permissions = await self._or_none(self._session.get("/rest/api/2/mypermissions"))
        for finding in findings.of_permissions(permissions, wants_webhooks=self._wants_webhooks):
            yield finding
        if self._uses_token:
            tokens = await self._or_none(self._session.get("/rest/pat/latest/tokens"))
            yield findings.of_tokens(tokens, self._now())

    async def _jql(self, jql: str) -> Finding:
        try:
            return findings.of_jql(jql, await self._client.count_issues(criteria_of(jql)))
        except JiraError as error:
            return findings.of_error("JQL", error, "issue")

    async def _page(self) -> Finding:
        query: Query = {"jql": _NOTHING, "maxResults": _LARGEST_PAGE, "fields": "key"}
        reply = await self._or_none(self._session.get("/rest/api/2/search", query))
        told = reply.get("maxResults") if isinstance(reply, dict) else None
        return findings.of_page(_LARGEST_PAGE, told)

    async def _limits(self) -> object:
        return await self._session.get("/rest/api/2/searchLimits")

    async def _or_none(self, answer: Awaitable[object]) -> object:
        """The answer, or None where this Jira has none: a check that is not offered fails nothing."""
        try:
            return await answer
        except JiraError:
            return None
