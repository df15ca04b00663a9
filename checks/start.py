"""The look that every resync begins with: a few small requests, told in a line or two."""

from collections.abc import Awaitable, Callable

from loguru import logger

from checks.examine import Examination
from checks.findings import Finding, Verdict

_TOLD_IN_PASSING = frozenset({"version"})


def looking_first(
    examination: Callable[[], Examination], begin_run: Callable[[], None]
) -> Callable[[Callable[[], Awaitable[bool]]], Awaitable[bool]]:
    """A watcher of resyncs that begins the run and says beforehand what will stand in its way.

    It stops nothing: what is in the way makes the kinds fail, each with its own words.
    """

    async def watch(resync: Callable[[], Awaitable[bool]]) -> bool:
        begin_run()
        async for finding in examination().in_short():
            _tell(finding)
        return await resync()

    return watch


def _tell(finding: Finding) -> None:
    if finding.verdict is Verdict.NOTE or (finding.verdict is Verdict.PROBLEM and finding.kinds):
        texts = (f"{finding.subject}: {finding.what}", finding.why, finding.advice)
        logger.warning("Jira: " + ". ".join(text.rstrip(".") for text in texts if text))
    elif finding.verdict is Verdict.OK and finding.subject in _TOLD_IN_PASSING:
        logger.info(f"Jira: {finding.what}")
