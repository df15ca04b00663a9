"""An incremental sync after 1 % of the issues changed, beside a full resync of the same Jira.

`python -m benchmarks.incremental [ISSUES]` prints requests, bytes and seconds of both.
"""

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.end_to_end.expected import ISSUE
from tests.end_to_end.sail import copy_of_integration
from tests.end_to_end.stage import Stage, stage_with

_ISSUES = 20_000
_INCREMENTAL = {"OCEAN__INTEGRATION__INCREMENTAL_SYNC_ENABLED": "true"}
_ROW = "{:<14}{:>10}{:>14}{:>10}"


def main(arguments: list[str]) -> int:
    """Measure and print a table of two lines."""
    issues = int(arguments[0]) if arguments else _ISSUES
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        company = ("--projects", "40", "--issues", str(issues), "--users", "200")
        with stage_with(copy_of_integration(home / "app"), home / "homes", company) as stage:
            _measured(stage)
            _measured(stage, _INCREMENTAL)
            keys = sorted(stage.port.entities()[ISSUE])[: issues // 100]
            stage.jira.change("bulk_edit", issues=keys, summary="Changed for the measurement")
            rows = [("incremental", _measured(stage, _INCREMENTAL)), ("full", _measured(stage))]
    print(_ROW.format(f"{len(keys)} changed", "requests", "bytes", "seconds"))
    for name, one in rows:
        print(_ROW.format(name, one["requests"], f"{one['bytes']:,}", f"{one['seconds']:.1f}"))
    return 0


def _measured(stage: Stage, more: Mapping[str, str] | None = None) -> dict[str, Any]:
    stage.jira.forget()
    run = stage.run(more=more)
    if run.status:
        sys.exit(run.log[-2000:])
    asked = stage.jira.requests()
    size = sum(one["bytes"] for one in asked)
    return {"requests": len(asked), "bytes": size, "seconds": run.seconds}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
