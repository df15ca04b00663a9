"""What CHANGELOG.md says is the newest version, and whether pyproject.toml says the same."""

import re
import sys
from pathlib import Path

from scripts import locked

_ENTRY = re.compile(r"^## (?P<version>\d+\.\d+\.\d+) \(\d{4}-\d{2}-\d{2}\)$")


def fault(changelog: str, version: str) -> str:
    """Why the newest (topmost) entry is not the one of this version; empty when it is.

    An entry opens with a line such as `## 1.2.0 (2026-01-31)`.
    """
    heading = next((line for line in changelog.splitlines() if line.startswith("## ")), "")
    entry = _ENTRY.match(heading)
    if not entry:
        return f"CHANGELOG.md: the first entry is {heading!r}, not like '## {version} (2026-01-31)'"
    if entry["version"] != version:
        return f"CHANGELOG.md ends at {entry['version']}, pyproject.toml is at {version}"
    return ""


def main() -> int:
    """`python -m scripts.changelog` compares the two files in the working directory."""
    version = locked.read(Path("pyproject.toml"))["tool"]["poetry"]["version"]
    found = fault(Path("CHANGELOG.md").read_text(encoding="utf-8"), version)
    sys.stderr.write(found and f"{found}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
