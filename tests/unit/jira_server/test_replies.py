"""What each kind of reply means: a value, or exactly one of our errors with Jira's own words."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from jira_server.errors import (
    AnonymousView,
    BasicAuthDisabled,
    BrokenReply,
    CaptchaRequired,
    JiraError,
    LoginPage,
    LoginRefused,
    NotFound,
    PermissionMissing,
    RateLimited,
    RejectedQuery,
    ServerBusy,
    ServerFailed,
    Unavailable,
)
from jira_server.replies import Reply, read_reply, words_of

URL = "https://jira.example.com/rest/api/2/search"
JSON = "application/json;charset=UTF-8"
HTML = "text/html;charset=UTF-8"
PLAIN = "text/plain"
LOGIN_FORM = (
    "<html><head><title>Log in - Acme Jira</title></head><body>"
    '<form id="login-form"><input name="os_username"><input name="os_password" type="password">'
    "</form></body></html>"
)
BASIC_OFF = "Basic Authentication has been disabled on this instance."


def reply(
    status: int = 200,
    body: object = "",
    content_type: str = JSON,
    method: str = "GET",
    **headers: str,
) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if content_type:
        named["content-type"] = content_type
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return Reply(method, URL, status, named, text.encode())


def error_of(given: Reply) -> JiraError:
    with pytest.raises(JiraError) as caught:
        read_reply(given)
    return caught.value


@pytest.mark.parametrize(
    ("given", "value"),
    [
        pytest.param(reply(body={"total": 3}), {"total": 3}, id="object"),
        pytest.param(reply(body=[]), [], id="empty-list"),
        pytest.param(reply(body={}, x_ausername="sync"), {}, id="signed"),
        pytest.param(reply(body={}, x_ausername="anna%40corp.example"), {}, id="signed-encoded"),
        pytest.param(reply(body={}, x_seraph_loginreason="OK"), {}, id="login-was-good"),
        pytest.param(reply(201, body={"id": 1}, method="POST"), {"id": 1}, id="created"),
        pytest.param(reply(204, content_type="", method="POST"), None, id="post-204"),
        pytest.param(reply(204, content_type=""), None, id="get-204"),
        pytest.param(reply(201, content_type="", method="POST"), None, id="post-no-body"),
        pytest.param(
            reply(body={"a": 1}, content_type="application/vnd.acme+json"),
            {"a": 1},
            id="any-json-type",
        ),
        pytest.param(reply(body={"name": "Ольга Ωmega"}), {"name": "Ольга Ωmega"}, id="scripts"),
    ],
)
def test_a_good_reply_is_its_value(given: Reply, value: object) -> None:
    assert read_reply(given) == value


REFUSED = [
    pytest.param(
        reply(401, {"errorMessages": ["You are not authenticated."], "errors": {}}),
        LoginRefused,
        "You are not authenticated.",
        id="401-json",
    ),
    pytest.param(
        reply(401, "<html><title>Unauthorized (401)</title><h1>No &amp; no</h1></html>", HTML),
        LoginRefused,
        "Unauthorized (401) - No & no",
        id="401-html",
    ),
    pytest.param(reply(401, "", ""), LoginRefused, "", id="401-empty"),
    pytest.param(
        reply(401, {"errorMessages": ["You may not link."]}, method="POST", x_ausername="sync"),
        PermissionMissing,
        "You may not link.",
        id="401-to-a-change-by-a-user-who-is-logged-in",
    ),
    pytest.param(
        reply(
            401,
            method="PUT",
            x_ausername="sync",
            x_seraph_loginreason="AUTHENTICATED_FAILED",
        ),
        LoginRefused,
        "",
        id="401-to-a-change-with-a-failed-login",
    ),
    pytest.param(
        reply(401, method="PUT", x_ausername="anonymous"),
        LoginRefused,
        "",
        id="401-to-a-change-by-a-visitor",
    ),
    pytest.param(
        reply(401, {"message": "Client must be authenticated"}, x_ausername="anonymous"),
        LoginRefused,
        "Client must be authenticated",
        id="401-anonymous",
    ),
    pytest.param(
        reply(200, [], x_seraph_loginreason="AUTHENTICATED_FAILED"),
        AnonymousView,
        "",
        id="200-login-failed",
    ),
    pytest.param(
        reply(403, "Forbidden", PLAIN, x_seraph_loginreason="AUTHENTICATED_FAILED"),
        AnonymousView,
        "Forbidden",
        id="403-login-failed",
    ),
    pytest.param(
        reply(403, "", "", x_seraph_loginreason="AUTHENTICATION_DENIED"),
        CaptchaRequired,
        "",
        id="refused-unseen",
    ),
    pytest.param(
        reply(
            403,
            "<html><body>CAPTCHA required</body></html>",
            HTML,
            x_authentication_denied_reason="CAPTCHA_CHALLENGE; login-url=https://jira.example.com/login.jsp",
        ),
        CaptchaRequired,
        "CAPTCHA required",
        id="captcha",
    ),
    pytest.param(reply(401, BASIC_OFF, PLAIN), BasicAuthDisabled, BASIC_OFF, id="basic-off-401"),
    pytest.param(reply(403, BASIC_OFF, PLAIN), BasicAuthDisabled, BASIC_OFF, id="basic-off-403"),
    pytest.param(
        reply(403, f"<html><body><p>{BASIC_OFF}</p></body></html>", HTML),
        BasicAuthDisabled,
        BASIC_OFF,
        id="basic-off-403-html",
    ),
    pytest.param(
        reply(401, f"<html><title>Oops</title><p>{BASIC_OFF}</p></html>", HTML),
        BasicAuthDisabled,
        f"Oops - {BASIC_OFF}",
        id="basic-off-401-html",
    ),
    pytest.param(reply(200, [], x_ausername="anonymous"), AnonymousView, "", id="200-anonymous"),
    pytest.param(
        reply(200, [], x_ausername="%61nonymous"), AnonymousView, "", id="200-anonymous-encoded"
    ),
    pytest.param(
        reply(400, {"errorMessages": ["The value 'X' does not exist."]}, x_ausername="anonymous"),
        AnonymousView,
        "The value 'X' does not exist.",
        id="400-anonymous",
    ),
    pytest.param(
        reply(404, {"errorMessages": ["Issue does not exist"]}, x_ausername="anonymous"),
        AnonymousView,
        "Issue does not exist",
        id="404-anonymous",
    ),
    pytest.param(
        reply(403, {"message": "Not allowed"}, x_ausername="sync"),
        PermissionMissing,
        "Not allowed",
        id="403",
    ),
    pytest.param(reply(200, LOGIN_FORM, HTML), LoginPage, "Log in - Acme Jira", id="login-form"),
    pytest.param(
        reply(200, '<form action="/adfs/ls"><input name="SAMLRequest" value="x"></form>', HTML),
        LoginPage,
        "",
        id="saml-form",
    ),
    pytest.param(
        reply(302, "", "", location="https://jira.example.com/login.jsp?os_destination=%2Fx"),
        LoginPage,
        "",
        id="redirect-to-login",
    ),
    pytest.param(
        reply(303, "", "", location="https://id.corp.example/saml2/idp?SAMLRequest=abc"),
        LoginPage,
        "",
        id="redirect-to-idp",
    ),
    pytest.param(
        reply(302, "", "", location="https://jira.example.com/?os_destination=%2Frest"),
        LoginPage,
        "",
        id="redirect-with-destination",
    ),
]

OTHERS = [
    pytest.param(
        reply(404, "<html><title>Oops, you&#39;ve found a dead link.</title></html>", HTML),
        NotFound,
        "Oops, you've found a dead link.",
        id="404-html",
    ),
    pytest.param(
        reply(400, {"errorMessages": ["No such field 'x'.", "Nor 'y'."], "errors": {}}),
        RejectedQuery,
        "No such field 'x'. Nor 'y'.",
        id="400-messages",
    ),
    pytest.param(
        reply(400, {"errorMessages": [], "errors": {"jql": "Expecting operator"}}),
        RejectedQuery,
        "jql: Expecting operator",
        id="400-field-errors",
    ),
    pytest.param(
        reply(400, {"errorMessages": ["One."], "errors": {"b": "Two."}}),
        RejectedQuery,
        "One. b: Two.",
        id="400-both",
    ),
    pytest.param(reply(400, {"message": "Bad"}), RejectedQuery, "Bad", id="400-message"),
    pytest.param(
        reply(400, {"errorMessages": ["Das Feld 'Größe'\n fehlt"]}),
        RejectedQuery,
        "Das Feld 'Größe' fehlt",
        id="400-other-language",
    ),
    pytest.param(reply(400, {"oops": 1}), RejectedQuery, '{"oops": 1}', id="400-unknown-json"),
    pytest.param(reply(400, "[1]"), RejectedQuery, "[1]", id="400-list"),
    pytest.param(
        reply(429, "Rate limit exceeded.", PLAIN), RateLimited, "Rate limit exceeded.", id="429"
    ),
    *(
        pytest.param(
            reply(status, "<html><title>Proxy</title>try later</html>", HTML),
            ServerBusy,
            "Proxy - try later",
            id=f"busy-{status}",
        )
        for status in (408, 502, 503, 504)
    ),
    pytest.param(
        reply(500, {"errorMessages": ["Search limit exceeded"]}),
        ServerFailed,
        "Search limit exceeded",
        id="500",
    ),
    pytest.param(reply(501, "", ""), ServerFailed, "", id="501"),
    pytest.param(reply(410, "gone", PLAIN), BrokenReply, "gone", id="unusual-status"),
    pytest.param(
        reply(200, "<html><title>Welcome to Acme</title></html>", HTML),
        BrokenReply,
        "Welcome to Acme",
        id="proxy-page",
    ),
    pytest.param(reply(200, '{"issues": [', JSON), BrokenReply, "", id="cut-json"),
    pytest.param(reply(200, "", JSON), BrokenReply, "", id="empty-json"),
    pytest.param(reply(200, "", ""), BrokenReply, "", id="empty-body"),
    pytest.param(reply(200, "[]", PLAIN), BrokenReply, "[]", id="json-under-another-type"),
    pytest.param(reply(200, "[]", ""), BrokenReply, "[]", id="json-under-no-type"),
    pytest.param(
        reply(301, "", "", location="https://jira.example.com/rest/api/2/search?jql=x"),
        BrokenReply,
        "",
        id="redirect-to-https",
    ),
    pytest.param(
        reply(308, "", "", location="https://tracker.corp.example/rest/api/2/search"),
        BrokenReply,
        "",
        id="redirect-elsewhere",
    ),
    pytest.param(reply(304, "", ""), BrokenReply, "", id="redirect-nowhere"),
]


@pytest.mark.parametrize(("given", "expected", "words"), [*REFUSED, *OTHERS])
def test_a_bad_reply_is_exactly_one_error(
    given: Reply, expected: type[JiraError], words: str
) -> None:
    error = error_of(given)
    assert type(error) is expected
    assert (error.words, error.status) == (words, given.status)
    assert error.where == f"{given.method} {URL}"


@pytest.mark.parametrize(("given", "expected", "words"), [*REFUSED, *OTHERS])
def test_jiras_words_are_in_the_text(given: Reply, expected: type[JiraError], words: str) -> None:
    lines = str(error_of(given)).splitlines()
    assert len(lines) <= 3, expected
    assert (f"Jira says: {words}" in lines) == bool(words)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            reply(302, "", "", location="https://id.corp.example/sso?token=abc"),
            r"Redirected to a login page, https://id\.corp\.example/sso \(GET",
            id="login-without-query",
        ),
        pytest.param(
            reply(301, "", "", location="https://jira.example.com/x?jql=y"),
            r"Redirected to https://jira\.example\.com/x \((.|\n)*Set jiraServerHost to the address",
            id="elsewhere-without-query",
        ),
        pytest.param(reply(200, '{"a', JSON), r"not whole JSON \(3 bytes\)", id="cut-json"),
        pytest.param(reply(200, "x", HTML), "of type text/html came instead of JSON", id="html"),
        pytest.param(reply(200, "x", ""), "of type no content type came", id="no-type"),
        pytest.param(reply(503, "", ""), r"not ready \(HTTP 503\)", id="busy"),
        pytest.param(reply(418, "", ""), r"unexpected status \(HTTP 418\)", id="unusual-status"),
        pytest.param(
            reply(403, BASIC_OFF, PLAIN), r"(?s)user name and password.*set `token`", id="basic-off"
        ),
        pytest.param(
            reply(403, "", "", x_seraph_loginreason="AUTHENTICATION_DENIED"),
            r"(?s)CAPTCHA.*Log in to Jira once in a browser",
            id="captcha",
        ),
    ],
)
def test_the_text_names_what_happened(given: Reply, message: str) -> None:
    with pytest.raises(JiraError, match=message):
        read_reply(given)


@pytest.mark.parametrize("status", [429, 408, 502, 503, 504])
@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("30", 30.0, id="number"),
        pytest.param(" 7 ", 7.0, id="number-in-spaces"),
        pytest.param("0", 0.0, id="now"),
        pytest.param("-5", 0.0, id="past"),
        pytest.param("soon", None, id="garbage"),
        pytest.param("", None, id="none"),
        pytest.param("Wed, 21 Oct 2015 07:28:00 GMT", 0.0, id="date-gone-by"),
    ],
)
def test_the_time_to_wait_is_read(status: int, value: str, seconds: float | None) -> None:
    error = error_of(reply(status, "", "", retry_after=value))
    assert isinstance(error, Unavailable)
    assert error.retry_after == seconds


def test_a_date_to_wait_for_is_seconds_from_now() -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    error = error_of(reply(429, "", "", retry_after=then))
    assert isinstance(error, Unavailable)
    assert error.retry_after == pytest.approx(90, abs=5)


@pytest.mark.parametrize(
    ("value", "user"),
    [
        pytest.param("sync", "sync", id="plain"),
        pytest.param("%D0%9E%D0%BB%D1%8C%D0%B3%D0%B0", "Ольга", id="percent-encoded"),
        pytest.param("anonymous", "anonymous", id="visitor"),
        pytest.param("", None, id="stripped"),
    ],
)
def test_the_user_that_jira_saw(value: str, user: str | None) -> None:
    assert reply(x_ausername=value).user == user


def test_words_are_cut_to_a_readable_length() -> None:
    words = words_of(reply(400, "x" * 1000, PLAIN))
    assert words == "x" * 299 + "…"


def test_words_of_a_page_leave_out_scripts_and_styles() -> None:
    page = (
        "<html><style>p {}</style><script>let a = 1</script><p>Jira&nbsp;is <b>down</b></p></html>"
    )
    assert words_of(reply(503, page, HTML)) == "Jira is down"


def test_basic_auth_that_is_off_is_known_from_a_long_page_too() -> None:
    page = f"<html><body><p>{'Navigation ' * 40}</p><p>{BASIC_OFF}</p></body></html>"
    assert isinstance(error_of(reply(403, page, HTML)), BasicAuthDisabled)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(
            reply(302, "", "", location="https://[broken/x"),
            id="redirect-to-no-address",
        ),
        pytest.param(
            reply(400, {"errorMessages": 7}),
            id="messages-that-are-no-list",
        ),
    ],
)
def test_however_odd_a_reply_is_an_error_of_our_tree(given: Reply) -> None:
    error_of(given)
