"""`python -m sandbox.port`: serves, or prints what a running one holds (`list`, `show`)."""

from __future__ import annotations

import sys

from sandbox.port import server, terminal
from sandbox.port.state_file import UnreadableStateError


def main(arguments: list[str]) -> int:
    """Run the command line; the exit code."""
    if arguments and arguments[0] in terminal.COMMANDS:
        return terminal.run(arguments)
    options = server.parsed(arguments)
    try:
        server.serve(options)
    except (server.CannotListenError, UnreadableStateError) as err:
        print(err, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
