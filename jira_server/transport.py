"""Carries out requests: login, limits, retries, pacing. What a reply means is for `replies`."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from random import random
from typing import Any

import httpx
from loguru import logger

from jira_server.errors import (
    AnonymousView,
    BasicAuthDisabled,
    BrokenReply,
    CaptchaRequired,
    LoginPage,
    LoginRefused,
    NoConnection,
    Refused,
    Unavailable,
)
from jira_server.replies import Reply, read_reply
from jira_server.waiting import Pace, pause_to_spare_bucket, wait_before_retry

_LOGIN_ERRORS = (LoginRefused, CaptchaRequired, BasicAuthDisabled, AnonymousView, LoginPage)
_MYSELF = "/rest/api/2/myself"

Query = Mapping[str, str | int]
Body = Mapping[str, object]


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
        """`base_url` may have a context path and has no trailing slash; `http` is not changed."""
        self.base_url = base_url
        self.max_concurrent_requests = max_concurrent_requests
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

    async def get(self, path: str, params: Query | None = None) -> object:
        """The JSON value at `path`, which starts with `/rest/`. Raises: JiraError."""
        await self.user()
        return await self._ask("GET", path, params=params)

    async def post(self, path: str, body: Body) -> object:
        """The JSON value that answers `body`. Only for questions: it may be sent twice.

        Raises: JiraError.
        """
        await self.user()
        return await self._ask("POST", path, body=body)

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

    async def _myself(self) -> dict[str, Any]:
        user = await self._ask("GET", _MYSELF)
        if not isinstance(user, dict) or not user.get("name"):
            raise BrokenReply(what="Jira did not say who is logged in", where=f"GET {_MYSELF}")
        return user

    async def _ask(
        self, method: str, path: str, *, params: Query | None = None, body: Body | None = None
    ) -> object:
        attempt = 0
        while True:
            try:
                value = read_reply(await self._send(method, path, params, body))
            except _LOGIN_ERRORS as error:
                self._refusal = error
                raise
            except Unavailable as error:
                attempt += 1
                self._pace.note_trouble()
                await self._wait(attempt, error)
            else:
                self._note_back()
                return value

    async def _send(self, method: str, path: str, params: Query | None, body: Body | None) -> Reply:
        async with self._turn():
            if self._refusal is not None:
                raise self._refusal
            await self._keep_pace()
            started = self._clock()
            url = f"{self.base_url}{path}"
            try:
                response = await self._http.request(
                    method,
                    url,
                    auth=self._auth,
                    headers={"Accept": "application/json"},
                    follow_redirects=False,
                    params=params,
                    json=body,
                )
            except httpx.TransportError as error:
                raise NoConnection(what=_what_failed(error), where=f"{method} {url}") from error
            except httpx.DecodingError as error:
                raise BrokenReply(
                    what="The reply cannot be unpacked", where=f"{method} {url}"
                ) from error
            reply = _reply(method, url, response)
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
        pause = pause_to_spare_bucket(reply.headers, self.max_concurrent_requests)
        if pause:
            self._not_before = max(self._not_before, self._clock() + pause)

    async def _keep_pace(self) -> None:
        pause = self._not_before - self._clock()
        if pause > 0:
            await self._sleep(pause)

    async def _wait(self, attempt: int, error: Unavailable) -> None:
        wait = wait_before_retry(attempt, error, self._chance())
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


def _what_failed(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "Jira did not answer in time"
    detail = " ".join(str(error).split()) or type(error).__name__
    return f"No connection to Jira: {detail}"
