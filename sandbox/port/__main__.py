"""`python -m sandbox.port`: serves; `list`, `show`, `run`, `runs`, `watch` use a running one."""

from __future__ import annotations

import sys
from collections.abc import Callable

from sandbox.port import run_terminal, server, terminal, watch_terminal
from sandbox.port.state_file import UnreadableStateError

_COMMANDS: dict[str, Callable[[list[str]], int]] = {
    **dict.fromkeys(terminal.COMMANDS, terminal.run),
    **dict.fromkeys(run_terminal.COMMANDS, run_terminal.run),
    **dict.fromkeys(watch_terminal.COMMANDS, watch_terminal.run),
}


def main(arguments: list[str]) -> int:
    """Run the command line; the exit code."""
    carry_out = _COMMANDS.get(arguments[0]) if arguments else None
    if carry_out is not None:
        return carry_out(arguments)
    options = server.parsed(arguments)
    try:
        server.serve(options)
    except (server.CannotListenError, UnreadableStateError) as err:
        print(err, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
