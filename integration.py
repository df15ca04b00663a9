"""The kinds of this integration, what can be chosen for each, and how a resync is reported."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

from port_ocean.clients.port.types import UserAgentType
from port_ocean.context.event import TriggerType
from port_ocean.context.ocean import PortOceanContext
from port_ocean.core.handlers import APIPortAppConfig
from port_ocean.core.handlers.port_app_config.models import (
    PortAppConfig,
    ResourceConfig,
    Selector,
)
from port_ocean.core.integrations.base import BaseIntegration
from pydantic.v1 import Field

ResyncWatcher = Callable[[Callable[[], Awaitable[bool]]], Awaitable[bool]]


class Kind:
    """The names of the kinds, as the mapping uses them."""

    PROJECT: Literal["project"] = "project"
    USER: Literal["user"] = "user"
    ISSUE: Literal["issue"] = "issue"


class ProjectSelector(Selector):
    expand: str = Field(
        default="description,lead,url,projectKeys",
        title="Expand",
        description=(
            "Parts that Jira adds to each project, comma separated; lead and description come "
            "only when they are named here."
        ),
    )
    include_archived: bool = Field(
        alias="includeArchived",
        default=False,
        title="Include archived projects",
        description="Whether archived projects are listed too (Data Center only).",
    )
    max_counted_projects: int = Field(
        alias="maxCountedProjects",
        default=1000,
        ge=0,
        title="Count issues of up to so many projects",
        description=(
            "The issues of each project are counted by one small search a project. With more "
            "projects than this none is counted; 0 switches counting off."
        ),
    )


class ProjectResourceConfig(ResourceConfig):
    kind: Literal["project"] = Field(
        title="Project kind", description="Projects that the Jira user may browse."
    )
    selector: ProjectSelector = Field(
        title="Project selector", description="Which projects are listed and how much of each."
    )


class UserSelector(Selector):
    include_inactive: bool = Field(
        alias="includeInactive",
        default=True,
        title="Include inactive users",
        description="Whether users who may no longer log in are listed too.",
    )


class UserResourceConfig(ResourceConfig):
    kind: Literal["user"] = Field(title="User kind", description="Users of Jira's directories.")
    selector: UserSelector = Field(title="User selector", description="Which users are listed.")


class IssueSelector(Selector):
    jql: str | None = Field(
        default=None,
        title="JQL",
        description="Only issues that match this JQL are listed; every issue without it.",
    )
    fields: str | None = Field(
        default=None,
        title="Fields",
        description=(
            "Fields that Jira sends for each issue, comma separated (`*all,-comment` works); "
            "those that the mapping looks at without it."
        ),
    )
    expand: str | None = Field(
        default=None,
        title="Expand",
        description="Parts that Jira adds to each issue, comma separated, such as renderedFields.",
    )


class IssueResourceConfig(ResourceConfig):
    kind: Literal["issue"] = Field(title="Issue kind", description="Issues found by JQL.")
    selector: IssueSelector = Field(
        title="Issue selector", description="Which issues are listed and how much of each."
    )


class JiraServerPortAppConfig(PortAppConfig):
    resources: list[ProjectResourceConfig | UserResourceConfig | IssueResourceConfig] = Field(
        default_factory=list,
        title="Resources",
        description="What is listed in Jira and which entities are made of it.",
    )  # type: ignore[assignment]


class JiraServerIntegration(BaseIntegration):
    """Ocean's integration, with a watcher around every resync, full or incremental.

    Ocean tells nobody outside whether a resync succeeded, and exits 0 either way.
    """

    class AppConfigHandlerClass(APIPortAppConfig):
        CONFIG_CLASS = JiraServerPortAppConfig

    def __init__(self, context: PortOceanContext) -> None:
        super().__init__(context)
        self.resync_watchers: list[ResyncWatcher] = []
        self._kinds_came_through = True

    async def sync_raw_all(
        self,
        _: dict[Any, Any] | None = None,
        trigger_type: TriggerType = "machine",
        user_agent_type: UserAgentType = UserAgentType.exporter,
        silent: bool = True,
    ) -> bool:
        """Run Ocean's resync inside the watchers. True: every kind came through whole."""
        ocean_resync = super().sync_raw_all

        async def resync() -> bool:
            return bool(await ocean_resync(_, trigger_type, user_agent_type, silent))

        return await self._run_watched(resync)

    async def sync_incremental(
        self,
        interval_seconds: int,
        trigger_type: TriggerType = "machine",
        user_agent_type: UserAgentType = UserAgentType.exporter,
    ) -> None:
        """Run Ocean's incremental sync inside the watchers."""
        ocean_sync = super().sync_incremental

        async def sync() -> bool:
            self._kinds_came_through = True
            await ocean_sync(interval_seconds, trigger_type, user_agent_type)
            return self._kinds_came_through

        await self._run_watched(sync)

    async def _sync_incremental_kind(self, *args: Any, **more: Any) -> bool:  # noqa: ANN401
        """Ocean's own step; that its cursor moved is the only sign that a kind came through.

        Ocean would leave out all kinds after one that failed; its cursor stays where it was.
        """
        moved = await super()._sync_incremental_kind(*args, **more)
        self._kinds_came_through = self._kinds_came_through and moved
        return True

    async def _run_watched(self, run: Callable[[], Awaitable[bool]]) -> bool:
        for watcher in self.resync_watchers:
            run = _watched(watcher, run)
        return await run()


def _watched(
    watcher: ResyncWatcher, run: Callable[[], Awaitable[bool]]
) -> Callable[[], Awaitable[bool]]:
    return lambda: watcher(run)
