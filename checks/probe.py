"""`ocean probe`: every finding in the log as a table, and a verdict for each kind."""

from collections.abc import Sequence
from typing import Any

import httpx
from loguru import logger
from port_ocean.clients.port.client import PortClient
from port_ocean.core.defaults.common import get_port_integration_defaults
from port_ocean.core.handlers.port_app_config.models import PortAppConfig
from port_ocean.core.probe import ProbeContext
from port_ocean.core.probe.models import ProbeCheckStatus

from checks.examine import Examination
from checks.findings import Finding, Verdict
from checks.port import examine_port
from checks.table import lines_of
from integration import Kind


async def probe(
    context: ProbeContext,
    examination: Examination,
    port_client: PortClient,
    port_http: httpx.AsyncClient,
    config_class: type[PortAppConfig],
) -> list[Finding]:
    """Examine Jira and Port, fill the context's checks, and log the table.

    `port_http` must not try again by itself.
    """
    checks = await context.setup_unscoped_checks()
    port = await examine_port(port_client, port_http)
    reachable = port_client if port.verdict is Verdict.OK else None
    all_jql = await _mapped_jql(reachable, config_class)
    found = [port]
    found += [finding async for finding in examination.in_full(all_jql)]
    for check in checks:
        problem = _problem_of(check.kind, found)
        check.status = ProbeCheckStatus.FAILURE if problem else ProbeCheckStatus.SUCCESS
        check.message = f"{problem.what} {problem.advice}".strip() if problem else None
    logger.info("\n".join(["Jira: connection check", *lines_of(found)]))
    if any(f.verdict is Verdict.PROBLEM and not f.kinds for f in found):
        await context.fail("; ".join(f.what for f in found if f.verdict is Verdict.PROBLEM))
    return found


def _problem_of(kind: str, found: Sequence[Finding]) -> Finding | None:
    problems = (f for f in found if f.verdict is Verdict.PROBLEM)
    return next((f for f in problems if not f.kinds or kind in f.kinds), None)


async def _mapped_jql(
    port_client: PortClient | None, config_class: type[PortAppConfig]
) -> list[str]:
    """The JQL of each issue resource: of the mapping in Port, or of the shipped one before that."""
    resources = await _resources(port_client, config_class)
    return [resource.selector.jql or "" for resource in resources if resource.kind == Kind.ISSUE]


async def _resources(
    port_client: PortClient | None, config_class: type[PortAppConfig]
) -> list[Any]:
    if port_client and (resources := await _resources_in_port(port_client)):
        return list(config_class.parse_obj({"resources": resources}).resources)
    defaults = get_port_integration_defaults(config_class)
    return list(defaults.port_app_config.resources) if defaults and defaults.port_app_config else []


async def _resources_in_port(port_client: PortClient) -> list[Any]:
    try:
        integration = await port_client.get_current_integration(should_log=False)
    except httpx.HTTPStatusError as error:
        if error.response.status_code != httpx.codes.NOT_FOUND:
            raise
        return []
    return (integration.get("config") or {}).get("resources") or []
