"""Tells Port, and so the person who pressed the button, what becomes of a run. Decides nothing."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

import httpx
from loguru import logger
from port_ocean.core.models import IntegrationRun, RunKind

from jira_server.redaction import redact

_ATTEMPTS = 3


class RunPort(Protocol):
    """The part of Ocean's Port client that is used."""

    async def post_run_log(self, run: IntegrationRun, message: str) -> None: ...

    async def patch_run(
        self, run: IntegrationRun, payload: dict[str, Any], should_raise: bool = True
    ) -> None: ...

    async def report_run_completed(
        self,
        run: IntegrationRun,
        success: bool,
        message: str | None = None,
        status_label: str | None = None,
        should_raise: bool = False,
    ) -> None: ...


class RunReport:
    """One run's log, link and end in Port.

    Port being out of reach stops no action: what was done in Jira is in the integration's own log
    as well. Secrets are taken out of every text.
    """

    def __init__(self, port: RunPort, run: IntegrationRun, secrets: Iterable[str] = ()) -> None:
        self.link = ""
        self._port = port
        self._run = run
        self._secrets = tuple(secrets)

    def clean(self, text: str) -> str:
        """The text without secrets."""
        return redact(text, self._secrets)

    async def say(self, text: str) -> None:
        """Add a line to the run's log."""
        text = self.clean(text)
        logger.info(f"Jira: {text}")
        await self._tell(lambda: self._port.post_run_log(self._run, text))

    async def show(self, key: str, link: str) -> None:
        """Put the issue's page on the run, at once: also a run that fails leads there."""
        self.link = link
        if self._run.run_kind == RunKind.WORKFLOW_NODE:
            output = {"issueKey": key, "issueUrl": link}
            self._run.output = output  # type: ignore[attr-defined]  # the end of the run sends it
            patch: dict[str, Any] = {"links": [link], "output": output}
        else:
            patch = {"link": [link]}
        await self._tell(lambda: self._port.patch_run(self._run, patch, should_raise=False))

    async def succeeded(self, summary: str, label: str) -> None:
        """End the run, with its summary; `label` is at most two words."""
        await self.summarise(summary)
        for _ in range(_ATTEMPTS):
            if await self._tell(
                lambda: self._port.report_run_completed(
                    self._run, True, None, label, should_raise=True
                )
            ):
                return
        logger.error(f"Port did not hear of the end of run {self._run.id}: {self.clean(summary)}")

    async def summarise(self, text: str) -> None:
        """Put a text at the head of the run's page; runs of workflows have no such place."""
        if self._run.run_kind == RunKind.ACTION:
            patch = {"summary": self.clean(text)}
            await self._tell(lambda: self._port.patch_run(self._run, patch, should_raise=False))

    async def _tell(self, tell: Callable[[], Awaitable[None]]) -> bool:
        try:
            await tell()
        except httpx.HTTPError as error:
            logger.warning(f"Port did not take a report: {self.clean(str(error))}")
            return False
        return True
