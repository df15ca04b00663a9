"""Entry point of the integration: what runs when Ocean asks for it."""

import sys
from typing import cast

from loguru import logger
from port_ocean.context.event import event
from port_ocean.context.ocean import ocean
from port_ocean.context.resource import resource
from port_ocean.core.integrations.mixins.utils import is_dsp_mode_enabled
from port_ocean.core.models import EventListenerType
from port_ocean.core.ocean_types import ASYNC_GENERATOR_RESYNC_TYPE
from port_ocean.helpers.metric.metric import MetricPhase, MetricType
from port_ocean.log.sensetive import sensitive_log_filter

from configuration import Connection, read_connection
from connection import open_client
from exit_status import end_with_status
from integration import (
    IssueSelector,
    JiraServerIntegration,
    Kind,
    ProjectSelector,
    UserSelector,
)
from jira_server.errors import Misconfigured
from kinds.issues import IssueQuery, issue_batches
from kinds.needed_fields import needed_fields
from kinds.projects import project_batches
from kinds.run import Run, begin_run
from kinds.users import user_batches
from resync_report import ResyncReport

_RUN = "jira_server_run"


def _checked_connection() -> Connection:
    secrets = getattr(ocean.config.integration, "secrets", None)
    try:
        return read_connection(
            ocean.integration_config, secrets if isinstance(secrets, dict) else {}
        )
    except Misconfigured as error:
        sys.exit(f"Jira: the integration cannot start. {error}")


def _unchanged(kind: str, index: int) -> int:
    labels = {
        "kind": f"{kind}-{index}",
        "phase": MetricPhase.LOAD,
        "object_count_type": MetricPhase.LoadResult.SKIPPED,
    }
    return int(ocean.metrics.registry.get_sample_value(MetricType.OBJECT_COUNT_NAME, labels) or 0)


def _run() -> Run:
    run = event.attributes.get(_RUN)
    if run is None:
        run = event.attributes[_RUN] = begin_run(
            jira,
            event.port_app_config.resources,
            lambda user: ocean.register_raw(Kind.USER, [user]),
        )
    return cast(Run, run)


connection = _checked_connection()
sensitive_log_filter.hide_sensitive_strings(*connection.credentials.secrets)
for warning in connection.warnings:
    logger.warning(f"Jira: {warning}")

jira = open_client(connection, ocean.config.client_timeout)
report = ResyncReport(_unchanged, lambda: ocean.port_client.client)
cast(JiraServerIntegration, ocean.integration).resync_watchers.append(report.watch_resync)
end_with_status(
    once=ocean.event_listener_type == EventListenerType.ONCE, outcome=lambda: report.outcome
)


@ocean.on_resync(Kind.USER)
async def resync_users(kind: str) -> ASYNC_GENERATOR_RESYNC_TYPE:
    selector = cast(UserSelector, resource.resource_config.selector)
    run = _run()
    async for batch in _watched(kind, user_batches(run.client, selector, run.directory)):
        yield batch


@ocean.on_resync(Kind.PROJECT)
async def resync_projects(kind: str) -> ASYNC_GENERATOR_RESYNC_TYPE:
    selector = cast(ProjectSelector, resource.resource_config.selector)
    run = _run()
    async for batch in _watched(kind, project_batches(run.client, selector, run.directory)):
        yield batch


@ocean.on_resync(Kind.ISSUE)
async def resync_issues(kind: str) -> ASYNC_GENERATOR_RESYNC_TYPE:
    selector = cast(IssueSelector, resource.resource_config.selector)
    run = _run()
    query = await _issue_query(selector, run)
    async for batch in _watched(kind, issue_batches(run.client, query, run.directory)):
        yield batch


async def _issue_query(selector: IssueSelector, run: Run) -> IssueQuery:
    # In DSP mode Port maps the raw items itself, and may map them again with another mapping.
    in_dsp = await is_dsp_mode_enabled()
    fields = selector.fields if in_dsp else needed_fields(resource.resource_config)
    return IssueQuery(
        jql=selector.jql or "",
        all_jql=run.all_jql,
        fields=fields,
        expand=selector.expand,
        examples_in_full=ocean.config.send_raw_data_examples and not selector.fields,
    )


def _watched(kind: str, batches: ASYNC_GENERATOR_RESYNC_TYPE) -> ASYNC_GENERATOR_RESYNC_TYPE:
    config = resource.resource_config
    return report.watch_kind(kind, resource.index, config.port.entity.mappings.blueprint, batches)
