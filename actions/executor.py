"""What every action has in common: inputs in, Jira's words out, the catalog up to date afterwards."""

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from port_ocean.core.handlers.actions import AbstractExecutor
from port_ocean.core.models import IntegrationRun
from port_ocean.exceptions.execution_manager import ActionExecutionError

from actions.catalog import Catalog
from actions.errors import ActionError, NotPossible, OutcomeUnclear
from actions.jira_writes import JiraWrites
from actions.run_inputs import RunInputs
from actions.run_report import RunPort, RunReport
from client import JiraServerClient, Json
from jira_server.errors import JiraError, NotFound, PermissionMissing, RejectedQuery, Unavailable

_PAUSES_TO_LOOK = (0.0, 2.0, 5.0)
_LOOK_FIRST = (
    "It was sent once and is not sent again by itself. Look into Jira before you repeat it."
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What actions work with. `port` is asked for at each run; `secrets` are kept out of texts."""

    client: JiraServerClient
    writes: JiraWrites
    catalog: Catalog
    port: Callable[[], RunPort]
    secrets: tuple[str, ...] = ()
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True)
class Order:
    """One run: its id, what was filled in, and where its progress is told."""

    run_id: str
    inputs: RunInputs
    report: RunReport


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, its two words at most, and the issues of which the catalog must hear."""

    text: str
    label: str
    changed: tuple[str, ...] = ()


class JiraExecutor(AbstractExecutor):
    """One action. Subclasses say which inputs it has, which permission it needs and what it does."""

    WEBHOOK_PROCESSOR_CLASS = None
    WEBHOOK_PATH = ""
    INPUTS: ClassVar[frozenset[str]]
    PERMISSION: ClassVar[str]
    SUBJECT: ClassVar[str] = "issue"

    def __init__(self, desk: Desk) -> None:
        self.client = desk.client
        self.writes = desk.writes
        self.catalog = desk.catalog
        self._desk = desk

    async def is_close_to_rate_limit(self, run: IntegrationRun) -> bool:  # noqa: ARG002 - Ocean's
        """Never: the session itself slows down before a bucket is empty, for reads and writes alike."""
        return False

    async def get_remaining_seconds_until_rate_limit(
        self, run: IntegrationRun  # noqa: ARG002 - Ocean's
    ) -> float:
        return 0.0

    async def execute(self, run: IntegrationRun) -> None:
        """Carry out the run and report its end.

        Raises: ActionExecutionError, with the text for the person who pressed the button.
        """
        report = RunReport(self._desk.port(), run, self._desk.secrets)
        try:
            inputs = RunInputs(run.execution_properties, self.INPUTS)
            done = await self.perform(Order(run.id, inputs, report))
        except (ActionError, JiraError) as error:
            text = report.clean(text_of(error, self.PERMISSION, report.link))
            await report.summarise(text)
            raise ActionExecutionError(text, label_of(error)) from error
        await report.say(done.text)
        catalog = [await self.catalog.update(key) for key in done.changed]
        for sentence in catalog:
            await report.say(sentence)
        await report.succeeded("\n".join([done.text, *catalog]), done.label)

    @abstractmethod
    async def perform(self, order: Order) -> Done:
        """Change Jira.

        Raises: ActionError; JiraError only when nothing was changed, since the text then says so.
        """

    async def issue(self, order: Order, fields: str) -> Json:
        """The issue that the run is about, with its page put on the run.

        Raises: InvalidInput, NotPossible when there is none, JiraError.
        """
        key = order.inputs.issue_key(self.SUBJECT)
        issue = await self.existing(key, fields)
        await order.report.show(issue["key"], self.writes.link_to(issue["key"]))
        if issue["key"].casefold() != key.casefold():
            await order.report.say(f"{key} has moved: it is {issue['key']} now")
        return issue

    async def existing(self, key: str, fields: str) -> Json:
        """An issue under its present key. Raises: NotPossible when there is none, JiraError."""
        issue = await self.client.issue(key, fields)
        if issue is None:
            raise NotPossible(
                what=f"There is no issue {key} that the integration's user {await self.me()} may see",
                advice='Check the key, and that this user has "Browse projects" there.',
            )
        return issue

    async def me(self) -> str:
        """The login name of the integration's user."""
        return str((await self.client.myself())["name"])

    async def settle(
        self, order: Order, unclear: OutcomeUnclear, look: Callable[[], Awaitable[bool]]
    ) -> None:
        """Find out whether a change was made that no reply confirmed; return when it was.

        Raises: OutcomeUnclear when Jira does not show it, or cannot be asked.
        """
        seen = "Jira does not show the change"
        for pause in _PAUSES_TO_LOOK:
            await self._desk.sleep(pause)
            try:
                if await look():
                    return await order.report.say(
                        f"{unclear.what}; Jira shows that the change was made all the same"
                    )
            except (JiraError, NotPossible) as error:
                seen = f"and Jira could not be asked whether it was made ({error.what})"
                break
        raise OutcomeUnclear(
            what=f"{unclear.what}; {seen}", words=unclear.words, advice=_LOOK_FIRST
        ) from unclear

    async def _get_partition_key(self, run: IntegrationRun) -> str | None:
        """Runs about the same issue or project go one after the other."""
        subject = run.execution_properties.get(self.SUBJECT)
        return subject if isinstance(subject, str) and subject else None


def text_of(error: ActionError | JiraError, permission: str, link: str) -> str:
    """The text for the person who pressed the button: what, Jira's own words, what to do, where.

    `permission` is what the action needs in Jira, `link` the issue's page, if there is one yet.
    """
    if isinstance(error, JiraError):
        error = _in_terms_of_actions(error, permission)
    return "\n".join(line for line in (str(error), link) if line)


def label_of(error: ActionError | JiraError) -> str:
    """Two words at most for the run's label."""
    if isinstance(error, ActionError):
        return error.label
    return "Jira unavailable" if isinstance(error, Unavailable) else "Jira refused"


def _in_terms_of_actions(error: JiraError, permission: str) -> ActionError | JiraError:
    """What the error means here; its own advice is about syncs."""
    if isinstance(error, PermissionMissing):
        return NotPossible(
            what="Jira does not let the integration's user do this",
            words=error.words,
            advice=f"The user needs {permission}. Nothing was changed.",
        )
    if isinstance(error, RejectedQuery):
        advice = "Change the input as Jira says. Nothing was changed."
        return NotPossible(what="Jira did not accept this", words=error.words, advice=advice)
    if isinstance(error, NotFound) and error.from_jira:
        advice = f"The user needs {permission}, and the issue must exist. Nothing was changed."
        return NotPossible(what="Jira did not find this", words=error.words, advice=advice)
    if isinstance(error, Unavailable) and error.may_retry:
        advice = "Nothing was changed. Try again later."
        return NotPossible(what=error.what, words=error.words, advice=advice)
    return error
