"""`python -m checks`: prints the findings and ends with 1 where a sync cannot work."""

import asyncio
import sys

from loguru import logger
from port_ocean.bootstrap import load_ocean_app
from port_ocean.core.models import EventListenerType
from port_ocean.core.probe import ProbeConfig, ProbeStatus
from port_ocean.core.probe.models import ProbeCheckStatus
from port_ocean.utils.signal import init_signal_handler

_OURS = "Jira: "


def main() -> int:
    """Load the integration as `ocean probe` does, without a resync, and examine."""
    logger.remove()
    logger.add(
        sys.stdout,
        level="INFO",
        format="{message}",
        filter=lambda record: record["message"].startswith(_OURS),
    )
    init_signal_handler()
    listener = {"type": EventListenerType.ONCE, "should_resync": False}
    app = load_ocean_app(".", config_override={"event_listener": listener})
    context = asyncio.run(app.integration.run_probe(None, ProbeConfig()))
    failed = any(check.status is ProbeCheckStatus.FAILURE for check in context.checks)
    return 1 if failed or context.status is not ProbeStatus.COMPLETED else 0


if __name__ == "__main__":
    sys.exit(main())
