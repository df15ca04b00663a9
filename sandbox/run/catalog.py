"""`make catalog`: prints what the last `make run` left in the sandbox Port."""

import subprocess
import sys

from sandbox.launch import REPOSITORY, launch
from sandbox.run.__main__ import last_catalog


def main() -> int:
    """List the kept catalog; arguments are those of `python -m sandbox.port list`."""
    catalog = last_catalog()
    if catalog is None:
        sys.stderr.write("There is no catalog yet: make run\n")
        return 1
    with launch("sandbox.port", "--port", "0", "--state-file", str(catalog)) as port:
        command = [sys.executable, "-m", "sandbox.port", "list", "--url", port.url, *sys.argv[1:]]
        return subprocess.run(command, cwd=REPOSITORY, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
