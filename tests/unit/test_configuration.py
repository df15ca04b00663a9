"""The parameters: which are taken, which win, and what each mistake is told."""

from collections.abc import Mapping

import httpx
import pytest

from configuration import (
    CONCURRENCY_VARIABLE,
    DEFAULT_CONCURRENCY,
    HOST_VARIABLE,
    Connection,
    Credentials,
    read_connection,
    read_host,
)
from jira_server.errors import Misconfigured

HOST = "https://jira.example.com"
TOKEN = {"token": "the-token"}
BASIC = {"username": "sync", "password": "the-password"}


def connect(
    config: Mapping[str, object], secrets: Mapping[str, object] | None = None
) -> Connection:
    return read_connection({"jira_server_host": HOST, **config}, secrets or {})


def mistake(config: Mapping[str, object]) -> str:
    with pytest.raises(Misconfigured) as caught:
        connect(config)
    return str(caught.value)


@pytest.mark.parametrize(
    ("host", "base_url"),
    [
        pytest.param("https://jira.example.com", "https://jira.example.com", id="plain"),
        pytest.param("http://jira.example.com", "http://jira.example.com", id="without-tls"),
        pytest.param("https://jira.example.com/", "https://jira.example.com", id="slash"),
        pytest.param("https://jira.example.com///", "https://jira.example.com", id="slashes"),
        pytest.param("https://corp.example/jira", "https://corp.example/jira", id="context"),
        pytest.param(
            "https://corp.example/a/jira/", "https://corp.example/a/jira", id="deep-context"
        ),
        pytest.param(
            "  https://jira.example.com/ \n", "https://jira.example.com", id="white-space"
        ),
        pytest.param("http://localhost:8080", "http://localhost:8080", id="port"),
        pytest.param("http://[::1]:8080/jira", "http://[::1]:8080/jira", id="ipv6"),
        pytest.param("HTTPS://Jira.Example.com", "https://Jira.Example.com", id="capitals"),
        pytest.param(
            "https://atlassian.net.corp.example",
            "https://atlassian.net.corp.example",
            id="no-cloud",
        ),
    ],
)
def test_the_base_url(host: str, base_url: str) -> None:
    assert connect({"jira_server_host": host, **TOKEN}).base_url == base_url


@pytest.mark.parametrize(
    ("host", "message"),
    [
        pytest.param("", rf"is not set\nSet jiraServerHost \({HOST_VARIABLE}\)", id="empty"),
        pytest.param(None, "The address of Jira is not set", id="none"),
        pytest.param("   ", "The address of Jira is not set", id="white-space"),
        pytest.param(
            "jira.example.com",
            r"no scheme: jira\.example\.com\nWrite https://jira\.example\.com",
            id="no-scheme",
        ),
        pytest.param(
            "ftp://jira.example.com", rf"not a web address(.|\n)*{HOST_VARIABLE}", id="ftp"
        ),
        pytest.param("https://", "not a web address: https://", id="no-host"),
        pytest.param("https:///jira", "not a web address", id="path-alone"),
        pytest.param("https://jira.example.com:99999", "not a web address", id="port-out-of-range"),
        pytest.param("https://jira.example.com:http", "not a web address", id="port-in-words"),
        pytest.param("https://[::1", "not a web address", id="broken-ipv6"),
        pytest.param("https://jira example.com", "not a web address", id="space-within"),
        pytest.param(
            "https://acme.atlassian.net",
            r"acme\.atlassian\.net is a Jira Cloud(.|\n)*Jira \(Cloud\) integration",
            id="cloud",
        ),
        pytest.param("https://ACME.Atlassian.Net/", "is a Jira Cloud", id="cloud-capitals"),
        pytest.param("https://acme.jira.com", "is a Jira Cloud", id="old-cloud"),
        pytest.param(
            "https://sync:hunter22@jira.example.com",
            r"contains a user name or password\nPut them into username and password",
            id="user-info",
        ),
        pytest.param("https://sync@jira.example.com", "contains a user name", id="user-alone"),
        pytest.param("https://jira.example.com?a=b", "has a query or fragment", id="query"),
        pytest.param("https://jira.example.com/#/x", "has a query or fragment", id="fragment"),
    ],
)
def test_a_host_that_cannot_be_a_jiras(host: str | None, message: str) -> None:
    with pytest.raises(Misconfigured, match=message):
        connect({"jira_server_host": host, **TOKEN})


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("https://sync:hunter22@jira.example.com", id="user-info"),
        pytest.param("ftp://sync:hunter22@jira.example.com", id="no-web-address"),
        pytest.param("https://sync:hunter22@jira.example.com:99999", id="port-out-of-range"),
        pytest.param(
            "sync:hunter22@jira.example.com",
            id="no-scheme",
        ),
        pytest.param(
            "https://jira.example.com/?os_username=sync&os_password=hunter22",
            id="query",
        ),
    ],
)
def test_a_password_in_the_address_is_not_repeated(host: str) -> None:
    assert "hunter22" not in mistake({"jira_server_host": host, **TOKEN})


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"jira_server_host": "jira.example.com"}, id="host"),
        pytest.param({}, id="no-login"),
        pytest.param({"username": "sync"}, id="half-a-pair"),
        pytest.param(
            {"jira_server_host": "https://jira\n.example\n.com\n.x", **TOKEN},
            id="broken-lines",
        ),
    ],
)
def test_a_message_has_at_most_three_lines(broken: dict[str, object]) -> None:
    assert len(mistake(broken).splitlines()) <= 3


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            {},
            r"neither a token nor a username and password\n"
            r"Set integration\.secrets\.token in Helm, or OCEAN__INTEGRATION__SECRETS__TOKEN "
            r"\(or OCEAN__INTEGRATION__CONFIG__TOKEN\)",
            id="nothing",
        ),
        pytest.param({"token": " "}, "neither a token nor", id="white-space"),
        pytest.param({"token": None, "username": ""}, "neither a token nor", id="empty-values"),
        pytest.param(
            {"username": "sync"},
            r"A username is given, but no password\n(.|\n)*OCEAN__INTEGRATION__SECRETS__PASSWORD",
            id="no-password",
        ),
        pytest.param(
            {"password": "the-password"},
            r"A password is given, but no username\n(.|\n)*OCEAN__INTEGRATION__SECRETS__USERNAME",
            id="no-username",
        ),
    ],
)
def test_a_login_that_is_not_whole(given: dict[str, object], message: str) -> None:
    with pytest.raises(Misconfigured, match=message):
        connect(given)


@pytest.mark.parametrize(
    ("config", "secrets", "credentials"),
    [
        pytest.param(TOKEN, {}, Credentials(token="the-token"), id="token"),
        pytest.param({}, TOKEN, Credentials(token="the-token"), id="token-in-secrets"),
        pytest.param(BASIC, {}, Credentials(username="sync", password="the-password"), id="basic"),
        pytest.param(
            {}, BASIC, Credentials(username="sync", password="the-password"), id="basic-in-secrets"
        ),
        pytest.param(
            {"username": "sync"},
            {"password": "the-password"},
            Credentials(username="sync", password="the-password"),
            id="one-of-each",
        ),
        pytest.param(TOKEN | BASIC, {}, Credentials(token="the-token"), id="token-before-basic"),
        pytest.param(
            BASIC, TOKEN, Credentials(token="the-token"), id="token-before-basic-anywhere"
        ),
        pytest.param(
            TOKEN, {"token": "other"}, Credentials(token="the-token"), id="config-before-secrets"
        ),
        pytest.param(
            {"token": ""}, TOKEN, Credentials(token="the-token"), id="empty-config-is-not-given"
        ),
        pytest.param(
            {"token": "  "},
            TOKEN,
            Credentials(token="the-token"),
            id="blank-config-is-not-given",
        ),
        pytest.param({"token": " the-token\n"}, {}, Credentials(token="the-token"), id="stripped"),
    ],
)
def test_which_login_is_used(
    config: dict[str, object], secrets: dict[str, object], credentials: Credentials
) -> None:
    assert connect(config, secrets).credentials == credentials


@pytest.mark.parametrize(
    ("config", "secrets", "warnings"),
    [
        pytest.param(TOKEN, {}, [], id="token"),
        pytest.param(BASIC, {}, [], id="basic"),
        pytest.param(TOKEN, TOKEN, [], id="the-same-twice"),
        pytest.param(TOKEN | BASIC, {}, ["A token and a username"], id="both-methods"),
        pytest.param(
            TOKEN, {"username": "sync"}, ["A token and a username or password"], id="half-a-method"
        ),
        pytest.param(
            TOKEN,
            {"token": "other-token"},
            ["token is given in OCEAN__INTEGRATION__CONFIG__TOKEN and in"],
            id="two-tokens",
        ),
        pytest.param(
            TOKEN | BASIC,
            {"password": "other-password"},
            ["A token and", "password is given in"],
            id="two-warnings",
        ),
    ],
)
def test_what_is_given_twice_is_warned_of(
    config: dict[str, object], secrets: dict[str, object], warnings: list[str]
) -> None:
    told = connect(config, secrets).warnings
    assert len(told) == len(warnings)
    for warning, begin in zip(told, warnings, strict=True):
        assert warning.startswith(begin)
        assert not any(secret in warning for secret in ("the-", "other-"))


def test_a_token_becomes_a_bearer_header() -> None:
    request = next(connect(TOKEN).credentials.auth.auth_flow(httpx.Request("GET", HOST)))
    assert request.headers["Authorization"] == "Bearer the-token"


def test_a_pair_becomes_a_basic_header() -> None:
    request = next(connect(BASIC).credentials.auth.auth_flow(httpx.Request("GET", HOST)))
    assert request.headers["Authorization"] == "Basic c3luYzp0aGUtcGFzc3dvcmQ="


@pytest.mark.parametrize("given", [TOKEN, BASIC, TOKEN | BASIC], ids=["token", "basic", "both"])
def test_nothing_secret_is_in_repr(given: dict[str, object]) -> None:
    assert "the-" not in repr(connect(given))


@pytest.mark.parametrize(
    ("given", "hidden"),
    [
        pytest.param(TOKEN, {"the-token"}, id="token"),
        pytest.param({"token": "a+b/c="}, {"a+b/c=", "a%2Bb%2Fc%3D"}, id="token-percent-encoded"),
        pytest.param(
            BASIC,
            {"the-password", "c3luYzp0aGUtcGFzc3dvcmQ=", "c3luYzp0aGUtcGFzc3dvcmQ%3D"},
            id="basic",
        ),
    ],
)
def test_every_form_of_a_secret_is_hidden(given: dict[str, object], hidden: set[str]) -> None:
    assert set(connect(given).credentials.secrets) == hidden


@pytest.mark.parametrize("token", ["first-part\nsecond-part", "first-part\x00second"])
def test_a_token_that_no_header_can_carry_is_a_mistake(token: str) -> None:
    assert "first-part" not in mistake({"token": token})


@pytest.mark.parametrize(
    ("given", "number"),
    [
        pytest.param({}, DEFAULT_CONCURRENCY, id="nothing"),
        pytest.param({"max_concurrent_requests": None}, DEFAULT_CONCURRENCY, id="none"),
        pytest.param({"max_concurrent_requests": 1}, 1, id="least"),
        pytest.param({"max_concurrent_requests": 32}, 32, id="most"),
    ],
)
def test_how_many_requests_may_be_under_way(given: dict[str, object], number: int) -> None:
    assert connect(TOKEN | given).max_concurrent_requests == number


@pytest.mark.parametrize("number", [0, -1, 33, "many", 2.5])
def test_a_number_of_requests_that_cannot_be(number: object) -> None:
    text = mistake(TOKEN | {"max_concurrent_requests": number})
    assert text.startswith(f"maxConcurrentRequests is {number}\n")
    assert text.endswith(f"Set {CONCURRENCY_VARIABLE} to a number from 1 to 32.")


def test_a_host_can_be_read_alone() -> None:
    assert read_host("https://jira.example.com/") == HOST
