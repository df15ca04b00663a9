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
from port_ocean.core.probe import ProbeContext
from port_ocean.helpers.metric.metric import MetricPhase, MetricType
from port_ocean.log.sensetive import sensitive_log_filter
from port_ocean.utils.signal import signal_handler

from actions.registration import register_actions
from checks.examine import Examination
from checks.port_at_start import look_at_port
from checks.probe import probe
from checks.start import looking_first
from configuration import Connection, read_connection
from connection import open_client, open_port_http
from exit_status import BEFORE_OCEANS_OWN, bounded_shutdown, end_with_status
from incremental_sync import IncrementalSync
from integration import JiraServerIntegration, Kind, ProjectSelector, UserSelector
from jira_server.errors import Misconfigured
from jira_server.redaction import forms_of_secrets
from kinds.issues import IssueQuery, issue_batches
from kinds.projects import project_batches
from kinds.run import Run, begin_run, issue_query
from kinds.users import user_batches
from live_events.attach import attach
from live_events.following import Following
from live_events.signature import derived_secret
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


def _examination() -> Examination:
    return Examination(
        jira,
        uses_token=bool(connection.credentials.token),
        wants_webhooks=bool(ocean.app.base_url),
    )


connection = _checked_connection()
sensitive_log_filter.hide_sensitive_strings(*connection.credentials.secrets)
_webhook_secret = connection.webhook_secret or derived_secret(
    connection.credentials.token or connection.credentials.password,
    ocean.config.integration.identifier,
)
sensitive_log_filter.hide_sensitive_strings(*forms_of_secrets(_webhook_secret))
for warning in connection.warnings:
    logger.warning(f"Jira: {warning}")

jira = open_client(connection, ocean.config.client_timeout)
report = ResyncReport(_unchanged, lambda: ocean.port_client.client)
cast(JiraServerIntegration, ocean.integration).resync_watchers.extend(
    [looking_first(_examination, jira.begin_run), report.watch_resync]
)
_once = ocean.event_listener_type == EventListenerType.ONCE
end_with_status(once=_once, outcome=lambda: report.outcome)
signal_handler.register(
    bounded_shutdown(once=_once, outcome=lambda: report.outcome), priority=BEFORE_OCEANS_OWN
)
following = Following(
    jira,
    uses_token=bool(connection.credentials.token),
    remembers=not ocean.config.live_events.is_redis_stream_consumer_enabled,
)
cast(JiraServerIntegration, ocean.integration).resync_watchers.append(
    following.refresher.watch_resync
)
register_actions(jira, following.follow_issue, connection.credentials.secrets)
attach(
    ocean,
    jira,
    following,
    secret=_webhook_secret,
    creates_webhook=connection.creates_webhook,
)
incremental_sync = IncrementalSync(jira)
if not _once or ocean.config.event_listener.should_resync:  # `ocean probe` looks for itself
    look_at_port(ocean.port_client, open_port_http)


@ocean.on_probe()
async def on_probe(context: ProbeContext) -> None:
    config_class = ocean.integration.AppConfigHandlerClass.CONFIG_CLASS
    jira.begin_run()
    async with open_port_http(ocean.config.client_timeout) as port_http:
        await probe(context, _examination(), ocean.port_client, port_http, config_class)


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
    run = _run()
    query = await _issue_query(run)
    async for batch in _watched(kind, issue_batches(run.client, query, run.directory)):
        yield batch


async def _issue_query(run: Run) -> IssueQuery:
    return issue_query(
        run,
        resource.resource_config,
        examples=ocean.config.send_raw_data_examples,
        mapped_here=not await is_dsp_mode_enabled(),
    )


def _watched(kind: str, batches: ASYNC_GENERATOR_RESYNC_TYPE) -> ASYNC_GENERATOR_RESYNC_TYPE:
    config = resource.resource_config
    return report.watch_kind(kind, resource.index, config.port.entity.mappings.blueprint, batches)


@ocean.on_incremental_resync(Kind.USER)
async def sync_users_of_changed_issues(kind: str) -> ASYNC_GENERATOR_RESYNC_TYPE:
    async for batch in _watched(kind, await incremental_sync.users()):
        yield batch


@ocean.on_incremental_resync(Kind.PROJECT)
async def sync_projects_of_changed_issues(kind: str) -> ASYNC_GENERATOR_RESYNC_TYPE:
    async for batch in _watched(kind, await incremental_sync.projects()):
        yield batch


@ocean.on_incremental_resync(Kind.ISSUE)
async def sync_changed_issues(kind: str) -> ASYNC_GENERATOR_RESYNC_TYPE:
    query = await _issue_query(_run())
    async for batch in _watched(kind, await incremental_sync.issues(query)):
        yield batch
