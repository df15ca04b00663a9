"""Adds the self-service actions beside this file to a Port account, or takes them out again.

    python examples/self-service-actions/install.py                  # all of them
    python examples/self-service-actions/install.py create_issue     # some of them
    python examples/self-service-actions/install.py --remove

Reads the same variables as the integration: OCEAN__PORT__CLIENT_ID, OCEAN__PORT__CLIENT_SECRET,
OCEAN__PORT__BASE_URL and OCEAN__INTEGRATION__IDENTIFIER. Needs nothing but httpx, and may be run
as often as one likes.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

FOLDER = Path(__file__).resolve().parent
BASE_URL = "https://api.getport.io"
IDENTIFIER = "jira-server"
_SECONDS = 30.0

Json = dict[str, Any]


def definitions(names: Sequence[str], installation: str) -> list[Json]:
    """The definitions with these names, or all, each carried out by this installation."""
    paths = [FOLDER / f"{name}.json" for name in names] or sorted(FOLDER.glob("*.json"))
    found = []
    for path in paths:
        definition: Json = json.loads(path.read_text(encoding="utf-8"))
        definition["invocationMethod"]["installationId"] = installation
        found.append(definition)
    return found


def install(port: httpx.Client, definition: Json) -> str:
    """Add an action, or replace the one of the same identifier; says which."""
    path = f"/v1/actions/{definition['identifier']}"
    if port.get(path).status_code == httpx.codes.NOT_FOUND:
        _checked(port.post("/v1/actions", json=definition))
        return "added"
    _checked(port.put(path, json=definition))
    return "replaced"


def is_known(port: httpx.Client, installation: str) -> bool:
    """Whether this installation has ever synced into the account."""
    reply = port.get(f"/v1/integration/{quote(installation, safe='')}")
    return reply.status_code != httpx.codes.NOT_FOUND and _checked(reply).is_success


def remove(port: httpx.Client, definition: Json) -> str:
    """Delete an action if it is there; says whether it was."""
    reply = port.delete(f"/v1/actions/{definition['identifier']}")
    if reply.status_code == httpx.codes.NOT_FOUND:
        return "was not there"
    _checked(reply)
    return "removed"


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status."""
    options = _options(arguments)
    installation = os.environ.get("OCEAN__INTEGRATION__IDENTIFIER") or IDENTIFIER
    base_url = os.environ.get("OCEAN__PORT__BASE_URL") or BASE_URL
    do = remove if options.remove else install
    try:
        with httpx.Client(base_url=base_url, timeout=_SECONDS) as port:
            port.headers["Authorization"] = f"Bearer {_token(port)}"
            if not options.remove:
                _tell_whose(port, installation)
            for definition in definitions(options.actions, installation):
                sys.stdout.write(f"{definition['identifier']}: {do(port, definition)}\n")
    except httpx.HTTPError as error:
        sys.stderr.write(f"Port at {base_url}: {error}\n")
        return 1
    return 0


def _tell_whose(port: httpx.Client, installation: str) -> None:
    """Ends the command where nobody would carry the actions out."""
    if not is_known(port, installation):
        sys.exit(
            f"Port knows no installation {installation}: its buttons would do nothing. Let it sync "
            "once, or set OCEAN__INTEGRATION__IDENTIFIER to the one in Port, Data sources."
        )
    sys.stdout.write(f"Buttons for the installation {installation}:\n")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    names = sorted(path.stem for path in FOLDER.glob("*.json"))
    parser = argparse.ArgumentParser(description="Jira actions in Port's self-service hub.")
    parser.add_argument("actions", nargs="*", help=f"all without it; of {', '.join(names)}")
    parser.add_argument("--remove", action="store_true", help="take them out again")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.actions) - set(names)):
        parser.error(f"there is no action {', '.join(unknown)}; there are {', '.join(names)}")
    return options


def _token(port: httpx.Client) -> str:
    names = {"clientId": "OCEAN__PORT__CLIENT_ID", "clientSecret": "OCEAN__PORT__CLIENT_SECRET"}
    missing = [variable for variable in names.values() if not os.environ.get(variable)]
    if missing:
        sys.exit(f"Set {' and '.join(missing)} (Port, Credentials).")
    login = {name: os.environ[variable] for name, variable in names.items()}
    reply = _checked(port.post("/v1/auth/access_token", json=login))
    return str(reply.json()["accessToken"])


def _checked(reply: httpx.Response) -> httpx.Response:
    """The reply. Raises: httpx.HTTPStatusError, with Port's own words."""
    if reply.is_error:
        text = (
            f"{reply.request.method} {reply.url.path}: HTTP {reply.status_code} {reply.text[:500]}"
        )
        raise httpx.HTTPStatusError(text, request=reply.request, response=reply)
    return reply


if __name__ == "__main__":
    sys.exit(main())
