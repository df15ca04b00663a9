"""Sees to it that Jira has our webhook, once, as it should be. What that is, `webhook` decides."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

from loguru import logger

from client import JiraServerClient
from jira_server.errors import (
    BrokenReply,
    JiraError,
    NotFound,
    PermissionMissing,
    Unavailable,
)
from live_events.webhook import (
    Json,
    Webhook,
    by_hand,
    id_of,
    needs_repair,
    ours,
    webhook_definition,
    webhooks_path,
)

_SECONDS_UNTIL_RETRY = 60.0
_SECONDS_BETWEEN_CHECKS = 3600.0


class Registration:
    """Our webhook in one Jira.

    `major_version` is None until Jira has told it; `on_version` is called when it has.
    """

    def __init__(
        self,
        client: JiraServerClient,
        webhook: Webhook,
        *,
        creates: bool,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`creates`: without it the webhook is left to the administrator of Jira."""
        self.major_version: int | None = None
        self.on_version: Callable[[int], None] = lambda _: None
        self._client = client
        self._webhook = webhook
        self._creates = creates
        self._sleep = sleep
        self._told: str = ""

    async def keep(self) -> None:
        """Look after the webhook for as long as the process lives."""
        while True:
            await self._sleep(await self._look_after())

    async def _look_after(self) -> float:
        try:
            await self.ensure()
        except Unavailable as error:
            self._tell(f"Jira: the webhook cannot be looked after yet: {error}")
            return _SECONDS_UNTIL_RETRY
        except JiraError as error:
            self._tell(f"Jira: the webhook cannot be looked after: {error}")
        return _SECONDS_BETWEEN_CHECKS

    async def ensure(self) -> None:
        """Create the webhook, repair it, or remove copies of it. Raises: JiraError.

        Without the right to administer webhooks the values to enter by hand are logged, once.
        """
        major = (await self._client.server_facts()).version[0]
        if major != self.major_version:
            self.major_version = major
            self.on_version(major)
        if not self._creates:
            self._tell(
                f"Jira: createWebhook is off. Jira needs this webhook:\n{self._values(major)}"
            )
            return
        try:
            if await self._is_administrator():
                wanted = webhook_definition(self._webhook, major)
                await self._register(webhooks_path(major), wanted)
                return
        except PermissionMissing as error:
            logger.debug(f"Jira: {error}")
        self._tell(
            "Jira: this user may not administer webhooks. There are no live events unless a Jira "
            "administrator enters this webhook (System, WebHooks) or gives the user the permission "
            f'"Jira Administrators":\n{self._values(major)}'
        )

    async def _is_administrator(self) -> bool:
        """Asked first: some versions answer 401 to others, which looks like a refused login."""
        reply = await self._client.session.get("/rest/api/2/mypermissions")
        permissions = reply.get("permissions") if isinstance(reply, dict) else None
        found = permissions.get("ADMINISTER") if isinstance(permissions, dict) else None
        return isinstance(found, dict) and found.get("havePermission") is True

    async def _register(self, path: str, wanted: Json) -> None:
        mine = ours(await self._all(path), self._webhook)
        if not mine:
            await self._client.session.write("POST", path, wanted)
            logger.info(f"Jira: registered the webhook {self._webhook.name}: {self._webhook.url}")
            # Another replica may have done the same at the same time.
            mine = ours(await self._all(path), self._webhook)
        elif needs_repair(mine[0], wanted):
            await self._client.session.write("PUT", f"{path}/{id_of(mine[0])}", wanted)
            logger.info(f"Jira: repaired the webhook {self._webhook.name}")
        for copy in mine[1:]:
            await self._remove(f"{path}/{id_of(copy)}")

    async def _remove(self, path: str) -> None:
        try:
            await self._client.session.write("DELETE", path)
            logger.info("Jira: removed a second copy of the webhook")
        except NotFound:
            logger.debug("Jira: the copy of the webhook is gone already")

    async def _all(self, path: str) -> list[Json]:
        found = await self._client.session.get(path)
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise BrokenReply(what="Jira did not send a list of webhooks", where=f"GET {path}")
        return cast(list[Json], found)

    def _values(self, major: int) -> str:
        return by_hand(self._webhook, major)

    def _tell(self, text: str) -> None:
        if text != self._told:
            self._told = text
            logger.warning(text)
