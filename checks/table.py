"""Sets findings as a table for a terminal. Pure."""

import textwrap
from collections.abc import Iterable

from checks.findings import Finding

_WIDTH = 76


def lines_of(findings: Iterable[Finding]) -> list[str]:
    """One row a finding, with why it matters and what to do below those that need it."""
    shown = list(findings)
    widest = max((len(f.subject) for f in shown), default=0)
    lines: list[str] = []
    for finding in shown:
        head = f"{finding.verdict.value:<8} {finding.subject:<{widest}}  "
        rows = [finding.what, finding.why and f"Why: {finding.why}", finding.advice]
        for number, row in enumerate(row for row in rows if row):
            start = head if number == 0 else " " * len(head)
            lines += textwrap.wrap(
                row,
                width=len(head) + _WIDTH,
                initial_indent=start,
                subsequent_indent=" " * len(head),
            )
    return lines
