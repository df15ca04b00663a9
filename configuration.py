"""Reads and checks the parameters. Pure: is handed what Ocean loaded, opens no connection."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

import httpx

from jira_server.auth import PersonalAccessToken
from jira_server.errors import Misconfigured
from jira_server.redaction import basic_credentials, forms_of_secrets

HOST_VARIABLE = "OCEAN__INTEGRATION__CONFIG__JIRA_SERVER_HOST"
CONCURRENCY_VARIABLE = "OCEAN__INTEGRATION__CONFIG__MAX_CONCURRENT_REQUESTS"
DEFAULT_CONCURRENCY = 4
_MOST_CONCURRENCY = 32
_CLOUD = (".atlassian.net", ".jira.com", ".jira-dev.com")
_ADVICE = (
    "Set integration.secrets.{0} in Helm, or OCEAN__INTEGRATION__SECRETS__{1} (or "
    "OCEAN__INTEGRATION__CONFIG__{1}) in the environment."
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A token, or a user name and password; the secrets are kept out of `repr`."""

    token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def auth(self) -> httpx.Auth:
        if self.token:
            return PersonalAccessToken(self.token)
        return httpx.BasicAuth(self.username, self.password)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every form of the secrets that must not be seen in a log."""
        given = [self.token, self.password]
        if self.password:
            given.append(basic_credentials(self.username, self.password))
        return forms_of_secrets(*given)


@dataclass(frozen=True, slots=True)
class Connection:
    """Where Jira is (no trailing slash) and how to log in; `warnings` are for the log."""

    base_url: str
    credentials: Credentials
    max_concurrent_requests: int
    warnings: tuple[str, ...] = ()
    webhook_secret: str = field(default="", repr=False)
    creates_webhook: bool = True


def read_connection(config: Mapping[str, object], secrets: Mapping[str, object]) -> Connection:
    """The connection that the parameters describe.

    `config` is Ocean's integration config; `secrets` what came in through
    OCEAN__INTEGRATION__SECRETS__*, which Ocean itself reads nowhere. A value in `config` wins.

    Raises: Misconfigured, naming the variable to set.
    """
    given = {name: _given(config, secrets, name) for name in ("token", "username", "password")}
    base_url = read_host(str(config.get("jira_server_host") or "").strip())
    credentials = _credentials(**given)
    return Connection(
        base_url,
        credentials,
        read_concurrency(config.get("max_concurrent_requests")),
        tuple(_warnings(given, config, secrets)),
        _given(config, secrets, "webhook_secret"),
        config.get("create_webhook") is not False,
    )


def read_concurrency(value: object) -> int:
    """How many requests to Jira may be under way at once. Raises: Misconfigured."""
    number = DEFAULT_CONCURRENCY if value is None else value
    if not isinstance(number, int) or not 1 <= number <= _MOST_CONCURRENCY:
        raise Misconfigured(
            what=f"maxConcurrentRequests is {number}",
            advice=f"Set {CONCURRENCY_VARIABLE} to a number from 1 to {_MOST_CONCURRENCY}.",
        )
    return number


def read_host(host: str) -> str:
    """The base URL without trailing slash. Raises: Misconfigured when it cannot be a Jira's."""
    example = (
        f"Set jiraServerHost ({HOST_VARIABLE}) to Jira's base URL, such as https://jira.example.com"
    )
    if not host:
        raise Misconfigured(what="The address of Jira is not set", advice=example)
    if "://" not in host:
        raise Misconfigured(
            what=f"jiraServerHost has no scheme: {_shown(host)}",
            advice=f"Write https://{_shown(host)}",
        )
    url = _parsed(host, example)
    if url.hostname and url.hostname.lower().endswith(_CLOUD):
        raise Misconfigured(
            what=f"{url.hostname} is a Jira Cloud; this integration is for Jira Server and Data Center",
            advice="Use Port's Jira (Cloud) integration, type `jira`, for this site.",
        )
    return f"{url.scheme}://{url.netloc}{url.path.rstrip('/')}"


def _parsed(host: str, example: str) -> SplitResult:
    try:
        url = urlsplit(host)
        usable = url.scheme in ("http", "https") and bool(url.hostname) and (url.port or 1)
    except ValueError:
        usable = False
    if not usable or any(c.isspace() for c in host):
        raise Misconfigured(
            what=f"jiraServerHost is not a web address: {_shown(host)}", advice=example
        )
    if url.username or url.password:
        raise Misconfigured(
            what="jiraServerHost contains a user name or password",
            advice="Put them into username and password; addresses end up in logs and links.",
        )
    if url.query or url.fragment:
        raise Misconfigured(
            what=f"jiraServerHost has a query or fragment: {_shown(host)}", advice=example
        )
    return url


def _shown(host: str) -> str:
    """The address on one line, without what may be secret in it: user info, query, fragment."""
    scheme, separator, rest = " ".join(host.split()).rpartition("://")
    address = re.split(r"[?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    return f"{scheme}{separator}{address}"


def _given(config: Mapping[str, object], secrets: Mapping[str, object], name: str) -> str:
    # A password may begin or end with a space; a line break at its end is the shell's.
    blank = "\r\n" if name == "password" else None
    values = (str(source.get(name) or "").strip(blank) for source in (config, secrets))
    return next((value for value in values if value), "")


def _credentials(token: str, username: str, password: str) -> Credentials:
    if token:
        if not token.isascii() or not token.isprintable() or " " in token:
            raise Misconfigured(
                what="The token contains a line break, a space or another character no token has",
                advice="Copy it once more: Jira's tokens are letters, digits, + and / on one line.",
            )
        return Credentials(token=token)
    if username and password:
        return Credentials(username=username, password=password)
    if username or password:
        missing = "password" if username else "username"
        raise Misconfigured(
            what=f"A {'username' if username else 'password'} is given, but no {missing}",
            advice=_ADVICE.format(missing, missing.upper()),
        )
    raise Misconfigured(
        what="No login for Jira is given: neither a token nor a username and password",
        advice=_ADVICE.format("token", "TOKEN"),
    )


def _warnings(
    given: Mapping[str, str], config: Mapping[str, object], secrets: Mapping[str, object]
) -> list[str]:
    warnings = []
    if given["token"] and (given["username"] or given["password"]):
        warnings.append("A token and a username or password are given: the token is used")
    warnings += [
        f"{name} is given in OCEAN__INTEGRATION__CONFIG__{name.upper()} and in "
        f"OCEAN__INTEGRATION__SECRETS__{name.upper()} with different values: CONFIG is used"
        for name in given
        if config.get(name) and secrets.get(name) and config[name] != secrets[name]
    ]
    return warnings
