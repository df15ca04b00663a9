"""Which actions there are, and how they are registered with Ocean."""

from port_ocean.context.ocean import ocean

from actions.assign_issue import AssignIssue
from actions.catalog import Catalog, FollowIssue
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


def register_actions(
    client: JiraServerClient, follow: FollowIssue, secrets: tuple[str, ...]
) -> None:
    """Register every action, if Ocean's actions processor is on; otherwise do nothing at all.

    `follow` brings the catalog up to date with an issue; `secrets` are kept out of what is
    reported to Port.
    """
    if not ocean.config.actions_processor.enabled:
        return
    writes = JiraWrites(client.session)
    desk = Desk(client, writes, Catalog(follow), lambda: ocean.port_client, secrets)
    for executor in EXECUTORS:
        ocean.register_action_executor(executor(desk))
