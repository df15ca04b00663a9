"""Reads from what `ocean sail` printed how long the resync took. Pure."""

import re
from datetime import datetime

_BEGIN = "Resync was triggered"
_END = "Event finished"
_LINE = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) \|[^|]*\| (.*)$", re.MULTILINE)


def resync_seconds(log: str) -> float | None:
    """From the start of the resync to its end, without start-up and shutdown; None: not told."""
    said = [(match[1], match[2]) for match in _LINE.finditer(log)]
    begun = [moment for moment, text in said if text.startswith(_BEGIN)]
    ended = [moment for moment, text in said if text.startswith(_END)]
    if not begun or not ended:
        return None
    return (datetime.fromisoformat(ended[-1]) - datetime.fromisoformat(begun[0])).total_seconds()
