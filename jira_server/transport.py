"""Carries out requests: login, limits, retries, pacing. What a reply means is for `replies`."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from random import random
from typing import Any

import httpx
from loguru import logger

from jira_server.errors import (
    AnonymousView,
    BasicAuthDisabled,
    BrokenReply,
    CaptchaRequired,
    CertificateRefused,
    LoginPage,
    LoginRefused,
    NoConnection,
    RateLimited,
    Refused,
    TimedOut,
    Unavailable,
)
from jira_server.redaction import redact
from jira_server.replies import Reply, read_reply
from jira_server.waiting import (
    ATTEMPTS,
    Pace,
    RateLimit,
    pause_to_spare_bucket,
    rate_limit,
    wait_before_retry,
)

_LOGIN_ERRORS = (LoginRefused, CaptchaRequired, BasicAuthDisabled, AnonymousView, LoginPage)
_MYSELF = "/rest/api/2/myself"

Query = Mapping[str, str | int]
Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    params: Query | None = None
    body: Body | None = None
    signed: bool = True


class JiraSession:
    """One user's conversation with one Jira.

    The login is proved before anything else is asked, by one request to `/myself`, which is never
    answered to visitors. A login that was refused is remembered and not sent again until
    `begin_run`: three refusals lock an account.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        base_url: str,
        auth: httpx.Auth,
        *,
        max_concurrent_requests: int = 4,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random,
    ) -> None:
        """`base_url` may have a context path and has no trailing slash; `http` is not changed.

        `rate_limit` is what Jira told of its limit last, None where it tells nothing.
        """
        self.base_url = base_url
        self.max_concurrent_requests = max_concurrent_requests
        self.rate_limit: RateLimit | None = None
        self._http = http
        self._auth = auth
        self._sleep = sleep
        self._clock = clock
        self._chance = chance
        self._pace = Pace(max_concurrent_requests)
        self._under_way = 0
        self._changed = asyncio.Condition()
        self._login = asyncio.Lock()
        self._user: dict[str, Any] | None = None
        self._refusal: Refused | None = None
        self._unsigned = False
        self._not_before = 0.0
        self._lost_at: float | None = None

    def begin_run(self) -> None:
        """Forget the last run's login, so that it is proved, or refused, once in this run."""
        self._user = None
        self._refusal = None
        self._unsigned = False

    @property
    def refusal(self) -> Refused | None:
        """The login error that is remembered, None while the login is not known to be refused."""
        return self._refusal

    async def get(
        self, path: str, params: Query | None = None, *, attempts: int = ATTEMPTS
    ) -> object:
        """The JSON value at `path`, which starts with `/rest/`.

        `attempts`: how often it is asked at most when it takes Jira too long. Raises: JiraError.
        """
        await self.user()
        return await self._ask(_Request("GET", path, params), attempts=attempts)

    async def post(self, path: str, body: Body, *, attempts: int = ATTEMPTS) -> object:
        """The JSON value that answers `body`. Only for questions: it may be sent twice.

        Raises: JiraError.
        """
        await self.user()
        return await self._ask(_Request("POST", path, body=body), attempts=attempts)

    async def write(self, method: str, path: str, body: Body | None = None) -> object:
        """Change something in Jira; the JSON value of the reply, None where it has no body.

        Sent again only after a reply that says that it was not looked at (429): whatever else
        goes wrong, the change may have been made. Raises: JiraError.
        """
        await self.user()
        return await self._ask(_Request(method, path, body=body), retries=(RateLimited,))

    async def user(self) -> dict[str, Any]:
        """Who is logged in, as `/myself` tells it. Raises: JiraError."""
        async with self._login:
            if self._user is None:
                self._user = await self._myself()
                logger.info(f"Jira: logged in at {self.base_url} as {self._user['name']}")
            return self._user

    async def confirm_login(self) -> None:
        """Prove the login again where replies did not carry it.

        A proxy may strip X-AUSERNAME; without it a login that expires in the middle of a list
        looks like a shorter list. Raises: JiraError.
        """
        if self._unsigned:
            self._unsigned = False
            await self._myself()

    async def anonymously(self, path: str) -> object:
        """The JSON value at `path`, asked without the login. Raises: JiraError."""
        return await self._ask(_Request("GET", path, signed=False), retries=())

    async def _myself(self) -> dict[str, Any]:
        user = await self._ask(_Request("GET", _MYSELF))
        if not isinstance(user, dict) or not user.get("name"):
            raise BrokenReply(what="Jira did not say who is logged in", where=f"GET {_MYSELF}")
        return user

    async def _ask(
        self,
        request: _Request,
        *,
        attempts: int = ATTEMPTS,
        retries: tuple[type[Unavailable], ...] = (Unavailable,),
    ) -> object:
        attempt = 0
        while True:
            try:
                value = read_reply(await self._send(request), expects_login=request.signed)
            except _LOGIN_ERRORS as error:
                if request.signed:
                    self._refusal = error
                raise
            except Unavailable as error:
                attempt += 1
                self._pace.note_trouble()
                if not isinstance(error, retries):
                    raise
                # Only what may be too heavy is worth asking in another way before long.
                heavy = isinstance(error, TimedOut) or error.status == HTTPStatus.GATEWAY_TIMEOUT
                await self._wait(attempt, error, attempts if heavy else ATTEMPTS)
            else:
                self._note_back()
                return value

    async def _send(self, request: _Request) -> Reply:
        async with self._turn():
            if self._refusal is not None:
                raise self._refusal
            await self._keep_pace()
            started = self._clock()
            url = f"{self.base_url}{request.path}"
            where = f"{request.method} {url}"
            try:
                response = await self._http.request(
                    request.method,
                    url,
                    auth=self._auth if request.signed else None,
                    headers={"Accept": "application/json"},
                    follow_redirects=False,
                    params=request.params,
                    json=request.body,
                )
            except httpx.TransportError as error:
                raise _no_reply(error, where) from error
            except httpx.DecodingError as error:
                raise BrokenReply(what="The reply cannot be unpacked", where=where) from error
            reply = _reply(request.method, url, response)
            self._note_limits(reply)
            self._pace.note_reply(self._clock() - started)
            return reply

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        async with self._changed:
            await self._changed.wait_for(lambda: self._under_way < self._pace.allowed)
            self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            async with self._changed:
                self._changed.notify_all()

    def _note_limits(self, reply: Reply) -> None:
        self._unsigned = self._unsigned or reply.user is None
        self.rate_limit = rate_limit(reply.headers) or self.rate_limit
        pause = pause_to_spare_bucket(reply.headers, self.max_concurrent_requests)
        if pause:
            self._not_before = max(self._not_before, self._clock() + pause)

    async def _keep_pace(self) -> None:
        pause = self._not_before - self._clock()
        if pause > 0:
            await self._sleep(pause)

    async def _wait(self, attempt: int, error: Unavailable, attempts: int) -> None:
        wait = wait_before_retry(attempt, error, self._chance(), attempts)
        if wait is None:
            raise error
        if self._lost_at is None:
            self._lost_at = self._clock()
            logger.warning(f"Jira: {error.what} ({error.where}); trying again for a while")
        await self._sleep(wait)

    def _note_back(self) -> None:
        if self._lost_at is not None:
            logger.info(f"Jira: answers again after {self._clock() - self._lost_at:.1f} s")
            self._lost_at = None


def _reply(method: str, url: str, response: httpx.Response) -> Reply:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(method, url, response.status_code, headers, response.content)


def _no_reply(error: httpx.TransportError, where: str) -> Unavailable:
    if isinstance(error, httpx.TimeoutException):
        return TimedOut(what="Jira did not answer in time", where=where)
    detail = redact(" ".join(str(error).split())) or type(error).__name__
    if "CERTIFICATE_VERIFY_FAILED" in detail:
        return CertificateRefused(what=f"Jira's certificate is not trusted: {detail}", where=where)
    return NoConnection(what=f"No connection to Jira: {detail}", where=where)
