"""Has the things that events named asked of Jira, and writes what came of it into the catalog."""

import time
from collections.abc import Callable, Sequence
from typing import cast

from loguru import logger
from port_ocean.core.handlers.port_app_config.models import ResourceConfig
from port_ocean.core.integrations.mixins.utils import is_dsp_mode_enabled

from catalog import Catalog, Changes, Standing, in_event
from client import JiraServerClient
from integration import IssueSelector, Kind
from jira_server.errors import (
    AnonymousView,
    CaptchaRequired,
    JiraError,
    LoginPage,
    LoginRefused,
    PermissionMissing,
)
from kinds.people import People
from live_events.events import Concern, IssueConcern, ProjectConcern, UserConcern
from live_events.issues import IssueEvents, IssueOutcome
from live_events.projects import ProjectOutcome, follow_project
from live_events.refresher import Carried, Refresher
from live_events.users import follow_user, write_user

_LOGIN_ERRORS = (LoginRefused, AnonymousView, LoginPage, CaptchaRequired)
_SECONDS_BETWEEN_LOGINS = 300.0


class Following:
    """Asks and writes what its `refresher` has collected."""

    def __init__(
        self,
        client: JiraServerClient,
        *,
        uses_token: bool,
        remembers: bool,
        catalog: Catalog | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`uses_token`: a refused login may be tried again now and then, no account is locked.

        `remembers`: no other process follows events of the same Jira.
        """
        self._client = client
        self._uses_token = uses_token
        self._catalog = catalog or Catalog()
        self._clock = clock
        self._people = People(client)
        self._issues = IssueEvents(client, self._people, remembers=remembers)
        # What enters unnamed by an event must still be news to the event that names it.
        self._unnamed_issues = IssueEvents(client, self._people, remembers=False)
        self._may_log_in_at = 0.0
        self.refresher = Refresher(self.carry_out)

    async def carry_out(self, concerns: Sequence[Concern]) -> Carried:
        """Users first and issues last, since entities relate to what is written before them."""
        self._log_in_again()
        async with in_event():
            resources = (await self._catalog.mapping()).resources
            failed = await self._follow_users(concerns, resources)
            issues, more = await self._follow_projects(concerns, resources)
            carried = await self._follow_issues(concerns, resources)
        return Carried(carried.again, [*issues, *carried.also], [*failed, *more, *carried.failed])

    async def follow_issue(self, key: str, identifier: str = "") -> Standing:
        """Follow one issue that no event has named; nothing leaves but what is gone from Jira.

        To be called inside an Ocean event. Raises: JiraError, and whatever writing to Port raises.
        """
        concern = IssueConcern(identifier, frozenset([key]))
        try:
            return await self._follow_unnamed(concern)
        finally:
            # A resync that has read it before would write it as it was.
            self.refresher.remember(concern)

    async def _follow_unnamed(self, concern: IssueConcern) -> Standing:
        resources = (await self._catalog.mapping()).resources
        jql = [cast(IssueSelector, r.selector).jql for r in resources if r.kind == Kind.ISSUE]
        if not jql:
            return Standing.UNMAPPED
        in_dsp = await is_dsp_mode_enabled()
        outcome = await self._unnamed_issues.follow([concern], resources, in_dsp=in_dsp)
        for error in outcome.errors:
            raise error
        if outcome.unindexed and any(jql):
            return Standing.UNINDEXED
        if not outcome.gone:
            outcome.changes.removed.clear()
        await self._write(outcome, resources)
        if outcome.changes.updated:
            return Standing.WRITTEN
        for rejection in outcome.rejections:
            raise rejection
        return Standing.GONE if outcome.gone else Standing.UNSELECTED

    async def _follow_users(
        self, concerns: Sequence[Concern], resources: Sequence[ResourceConfig]
    ) -> list[Concern]:
        failed: list[Concern] = []
        changes = Changes()
        for concern in concerns:
            if isinstance(concern, UserConcern):
                self._people.forget(concern.key)
                try:
                    some = await follow_user(self._client, concern, resources, self._catalog)
                except JiraError as error:
                    self._note(error, concern, failed)
                else:
                    changes.add(some)
        await self._catalog.apply(resources, changes)
        return failed

    async def _follow_projects(
        self, concerns: Sequence[Concern], resources: Sequence[ResourceConfig]
    ) -> tuple[list[IssueConcern], list[Concern]]:
        issues: list[IssueConcern] = []
        failed: list[Concern] = []
        for concern in concerns:
            if isinstance(concern, ProjectConcern):
                try:
                    outcome = await follow_project(
                        self._client, concern, resources, self._people, self._catalog
                    )
                except JiraError as error:
                    self._note(error, concern, failed)
                    continue
                await self._write(outcome, resources)
                issues += outcome.issues
        return issues, failed

    async def _follow_issues(
        self, concerns: Sequence[Concern], resources: Sequence[ResourceConfig]
    ) -> Carried:
        some = [one for one in concerns if isinstance(one, IssueConcern)]
        if not some:
            return Carried()
        try:
            outcome = await self._issues.follow(some, resources, in_dsp=await is_dsp_mode_enabled())
        except JiraError as error:
            logger.warning(f"Jira: events of {len(some)} issues wait: {error}")
            return Carried(failed=some)
        await self._write(outcome, resources)
        return outcome.carried

    async def _write(
        self, outcome: IssueOutcome | ProjectOutcome, resources: Sequence[ResourceConfig]
    ) -> None:
        people = Changes()
        for user in outcome.people:
            for place, resource in enumerate(resources):
                if resource.kind == Kind.USER:
                    write_user(people, place, resource, user)
        await self._catalog.apply(resources, people)
        await self._catalog.apply(resources, outcome.changes)

    def _note(self, error: JiraError, concern: Concern, failed: list[Concern]) -> None:
        if isinstance(error, PermissionMissing):
            logger.info(f"Jira: an event of what this user may not see: {error.where}")
            return
        logger.warning(f"Jira: an event of {' '.join(concern.subject)} waits: {error}")
        failed.append(concern)

    def _log_in_again(self) -> None:
        """A refused token is tried again every five minutes, a refused password only by a resync."""
        refused = isinstance(self._client.session.refusal, _LOGIN_ERRORS)
        if refused and self._uses_token and self._clock() >= self._may_log_in_at:
            self._may_log_in_at = self._clock() + _SECONDS_BETWEEN_LOGINS
            self._client.begin_run()
