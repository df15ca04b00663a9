"""Which actions there are, and how they are registered with Ocean."""

from collections.abc import Sequence

from port_ocean.context.ocean import ocean
from port_ocean.core.handlers.port_app_config.models import ResourceConfig
from port_ocean.core.handlers.webhook.webhook_event import WebhookEventRawResults
from port_ocean.core.integrations.mixins.live_events import LiveEventsMixin
from port_ocean.core.integrations.mixins.utils import is_dsp_mode_enabled

from actions.assign_issue import AssignIssue
from actions.catalog import Catalog
from actions.comment_on_issue import CommentOnIssue
from actions.create_issue import CreateIssue
from actions.delete_issue import DeleteIssue
from actions.edit_issue import EditIssue
from actions.executor import Desk, JiraExecutor
from actions.jira_writes import JiraWrites
from actions.link_issues import LinkIssues
from actions.transition_issue import TransitionIssue
from client import JiraServerClient

EXECUTORS: tuple[type[JiraExecutor], ...] = (
    CreateIssue,
    EditIssue,
    TransitionIssue,
    AssignIssue,
    CommentOnIssue,
    LinkIssues,
    DeleteIssue,
)


def register_actions(client: JiraServerClient, secrets: tuple[str, ...]) -> None:
    """Register every action, if Ocean's actions processor is on; otherwise do nothing at all.

    `secrets` are kept out of what is reported to Port.
    """
    if not ocean.config.actions_processor.enabled:
        return
    writes = JiraWrites(client.session)
    catalog = Catalog(client, _resources, _LiveEvents().write, is_dsp_mode_enabled)
    desk = Desk(client, writes, catalog, lambda: ocean.port_client, secrets)
    for executor in EXECUTORS:
        ocean.register_action_executor(executor(desk))


async def _resources() -> Sequence[ResourceConfig]:
    """Those of the mapping as it is in Port now, a minute old at most."""
    handler = ocean.integration.port_app_config_handler
    return (await handler.get_port_app_config()).resources


class _LiveEvents(LiveEventsMixin):
    """Ocean's handling of raw items that did not come with a resync."""

    async def write(self, results: list[WebhookEventRawResults]) -> None:
        if self._entity_processor is None:
            await self.initialize_handlers()
        await self.sync_raw_results(results)
