"""Decides which lines of an `ocean sail` a person who watches it wants to read. Pure.

Shown: what the integration itself says, and every warning and error that is not the framework
talking about itself. The whole log is kept in a file.
"""

import re

_LINE = re.compile(r"^\d{4}-\d\d-\d\d (\d\d:\d\d:\d\d)\.\d+ \| (\w+) +\| (.*)$")
_OURS = "Jira: "
_RETRY = re.compile(r"^(Request .*), retrying")
_FRAMEWORK_NOISE = re.compile(
    "|".join(
        (
            r"DSP mode requested but required feature flags",
            r"No base URL provided, or webhook processing",
            r"Execution agent is not enabled",
            r"Provision is not supported",
            r"Unable to find valid data for",
            r"Shutting down (webhook|execution)",
            # What follows is told again, with the cause, in the summary at the end.
            r"Failed to execute resync function",
            r"Resync failed with \d+ errors",
            r"Bulk upsert completed with entity-specific failures",
            r"Event failed with error",
        )
    )
)


class Filter:
    """Goes through the lines in their order; a line without a date belongs to the one before."""

    def __init__(self) -> None:
        self._showing = False
        self._in_traceback = False
        self._retries: set[str] = set()

    def shown(self, line: str) -> str | None:
        """The text to show for this line, or None."""
        found = _LINE.match(line)
        if not found:
            return self._continuation(line)
        time, level, message = found.groups()
        self._in_traceback = False
        if message.startswith(_OURS):
            self._showing = True
            return f"{time}  {message.removeprefix(_OURS)}"
        serious = level in ("WARNING", "ERROR", "CRITICAL")
        self._showing = serious and not self._is_noise(message)
        return f"{time}  {level}: {message}" if self._showing else None

    def _is_noise(self, message: str) -> bool:
        """Also what is tried again and again for the same reason: it is shown the first time."""
        if retry := _RETRY.match(message):
            again = retry[1] in self._retries
            self._retries.add(retry[1])
            return again
        return bool(_FRAMEWORK_NOISE.search(message))

    def _continuation(self, line: str) -> str | None:
        if line.startswith(_OURS):
            self._showing, self._in_traceback = True, False
        self._in_traceback = self._in_traceback or line.startswith(("Traceback", "  + Exception"))
        return line if self._showing and not self._in_traceback else None
