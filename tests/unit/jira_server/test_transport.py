"""How a session keeps its login, its pace and its patience. Every reply comes through httpx."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
import respx

from jira_server.errors import (
    AnonymousView,
    BrokenReply,
    CaptchaRequired,
    CertificateRefused,
    LoginPage,
    LoginRefused,
    NoConnection,
    NotFound,
    PermissionMissing,
    RateLimited,
    Refused,
    RejectedQuery,
    ServerBusy,
    ServerFailed,
    TimedOut,
)
from jira_server.transport import JiraSession
from jira_server.waiting import ATTEMPTS
from tests.unit.conversation import (
    BASE,
    ME,
    MYSELF,
    PassingTime,
    query,
    session_over,
    signed,
    unsigned,
)

X = "/rest/api/2/x"
BUSY = httpx.Response(503, text="restarting")


async def test_the_login_is_proved_before_anything_else_is_asked(
    session: JiraSession, routes: respx.MockRouter
) -> None:
    routes.get(X).mock(return_value=signed({"a": 1}))
    assert await session.get(X, {"n": 5}) == {"a": 1}
    assert await session.get(X) == {"a": 1}
    assert [call.request.url.path for call in routes.calls] == [MYSELF, X, X]


async def test_every_request_carries_the_token_and_asks_for_json(
    session: JiraSession, routes: respx.MockRouter
) -> None:
    routes.post(X).mock(return_value=signed([]))
    await session.post(X, {"jql": "a = 1"})
    for call in routes.calls:
        assert call.request.headers["Authorization"] == "Bearer a-token-of-no-worth"
        assert call.request.headers["Accept"] == "application/json"
    assert routes.calls.last.request.content == b'{"jql":"a = 1"}'


async def test_parameters_go_into_the_query(session: JiraSession, routes: respx.MockRouter) -> None:
    route = routes.get(X).mock(return_value=signed([]))
    await session.get(X, {"jql": 'a = "ж & b"', "startAt": 0})
    assert query(route.calls.last.request) == {"jql": 'a = "ж & b"', "startAt": "0"}


async def test_the_context_path_is_kept(passing: PassingTime) -> None:
    routes = respx.MockRouter(base_url=f"{BASE}/jira")
    routes.get(MYSELF).mock(return_value=signed(ME))
    routes.get(X).mock(return_value=signed([]))
    assert await session_over(routes, passing, base_url=f"{BASE}/jira").get(X) == []


async def test_who_is_logged_in_is_asked_once_and_told(
    session: JiraSession, routes: respx.MockRouter, logged: list[str]
) -> None:
    assert [await session.user(), await session.user()] == [ME, ME]
    assert routes["myself"].call_count == 1
    (line,) = logged
    assert f"logged in at {BASE} as sync" in line


@pytest.mark.parametrize("reply", [{}, [], "sync", {"name": ""}])
async def test_a_myself_without_a_name_is_not_believed(
    session: JiraSession, routes: respx.MockRouter, reply: object
) -> None:
    routes["myself"].mock(return_value=signed(reply))
    with pytest.raises(BrokenReply, match="did not say who is logged in"):
        await session.get(X)


REFUSALS = [
    pytest.param(lambda: signed({"message": "no"}, 401), LoginRefused, id="401"),
    pytest.param(
        lambda: signed({}, 403, headers={"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE"}),
        CaptchaRequired,
        id="captcha",
    ),
    pytest.param(
        lambda: signed({}, headers={"X-AUSERNAME": "anonymous"}), AnonymousView, id="anonymous"
    ),
    pytest.param(
        lambda: httpx.Response(200, html='<input type="password">'), LoginPage, id="login-page"
    ),
    pytest.param(
        lambda: httpx.Response(302, headers={"Location": "/login.jsp"}), LoginPage, id="redirect"
    ),
]


@pytest.mark.parametrize(("reply", "error"), REFUSALS)
async def test_a_refused_login_is_sent_once_however_many_callers_there_are(
    session: JiraSession,
    routes: respx.MockRouter,
    reply: Callable[[], httpx.Response],
    error: type[Refused],
) -> None:
    async def answer(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.001)
        return reply()

    routes["myself"].mock(side_effect=answer)
    outcomes = await asyncio.gather(
        *(session.get(X) for _ in range(9)), session.user(), return_exceptions=True
    )
    with pytest.raises(error):
        await session.post(X, {})
    assert {type(outcome) for outcome in outcomes} == {error}
    assert routes.calls.call_count == 1


@pytest.mark.parametrize(("reply", "error"), REFUSALS)
async def test_a_login_that_is_refused_later_stops_everything_else(
    session: JiraSession,
    routes: respx.MockRouter,
    reply: Callable[[], httpx.Response],
    error: type[Refused],
) -> None:
    route = routes.get(X).mock(side_effect=lambda _: reply())
    for _ in range(3):
        with pytest.raises(error):
            await session.get(X)
    assert (routes["myself"].call_count, route.call_count) == (1, 1)


async def test_a_new_run_may_provoke_one_more_refusal(
    session: JiraSession, routes: respx.MockRouter
) -> None:
    routes["myself"].mock(return_value=signed({}, 401))
    for runs in (1, 2):
        session.begin_run()
        for _ in range(3):
            with pytest.raises(LoginRefused):
                await session.get(X)
        assert routes["myself"].call_count == runs


async def test_a_new_run_proves_a_good_login_anew(
    session: JiraSession, routes: respx.MockRouter
) -> None:
    await session.user()
    session.begin_run()
    await session.user()
    assert routes["myself"].call_count == 2


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        pytest.param(signed({}, 403), PermissionMissing, id="permission"),
        pytest.param(signed({}, 404), NotFound, id="not-found"),
        pytest.param(signed({"errorMessages": ["?"]}, 400), RejectedQuery, id="rejected"),
        pytest.param(signed({}, 500), ServerFailed, id="server-failed"),
        pytest.param(httpx.Response(200, html="<p>hi</p>"), BrokenReply, id="page"),
    ],
)
async def test_what_would_come_out_the_same_is_asked_once_and_spoils_nothing_else(
    session: JiraSession, routes: respx.MockRouter, reply: httpx.Response, error: type[Exception]
) -> None:
    route = routes.get(X).mock(return_value=reply)
    routes.get("/rest/api/2/y").mock(return_value=signed([]))
    with pytest.raises(error):
        await session.get(X)
    assert route.call_count == 1
    assert await session.get("/rest/api/2/y") == []


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(BUSY, id="503"),
        pytest.param(httpx.Response(502), id="502"),
        pytest.param(httpx.Response(504), id="504"),
        pytest.param(httpx.Response(408), id="408"),
        pytest.param(httpx.Response(429), id="429"),
        pytest.param(httpx.ConnectError("refused"), id="no-connection"),
        pytest.param(httpx.ReadError("reset"), id="reset-in-mid-body"),
        pytest.param(
            httpx.RemoteProtocolError("peer closed connection without sending complete body"),
            id="cut-body",
        ),
        pytest.param(httpx.ReadTimeout("slow"), id="time-out"),
        pytest.param(httpx.PoolTimeout("full"), id="pool-time-out"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
async def test_three_failures_in_a_row_and_then_success(
    session: JiraSession,
    routes: respx.MockRouter,
    passing: PassingTime,
    trouble: httpx.Response | Exception,
    method: str,
) -> None:
    route = routes.route(method=method.upper(), path=X)
    route.mock(side_effect=[trouble, trouble, trouble, signed({"a": 1})])
    asked = session.get(X) if method == "get" else session.post(X, {"jql": ""})
    assert await asked == {"a": 1}
    assert passing.sleeps == [0.5, 1.0, 2.0]
    assert len({call.request.content for call in route.calls}) == 1


@pytest.mark.parametrize(
    ("asked", "slept"),
    [
        pytest.param("3", 3.0, id="seconds"),
        pytest.param("120", 120.0, id="beyond-a-minute"),
        pytest.param("0", 0.5, id="now"),
    ],
)
async def test_retry_after_is_kept(
    session: JiraSession, routes: respx.MockRouter, passing: PassingTime, asked: str, slept: float
) -> None:
    limited = httpx.Response(429, headers={"Retry-After": asked})
    routes.get(X).mock(side_effect=[limited, signed([])])
    assert await session.get(X) == []
    assert passing.sleeps == [slept]


@pytest.mark.parametrize(
    ("trouble", "error", "attempts"),
    [
        pytest.param(BUSY, ServerBusy, ATTEMPTS, id="busy"),
        pytest.param(httpx.ConnectError("refused"), NoConnection, ATTEMPTS, id="no-connection"),
        pytest.param(
            httpx.ConnectError("CERTIFICATE_VERIFY_FAILED"), CertificateRefused, 1, id="certificate"
        ),
        pytest.param(
            httpx.Response(429, headers={"Retry-After": "901"}), RateLimited, 1, id="asks-too-long"
        ),
    ],
)
async def test_patience_ends(
    session: JiraSession,
    routes: respx.MockRouter,
    trouble: httpx.Response | Exception,
    error: type[Exception],
    attempts: int,
) -> None:
    route = routes.get(X).mock(side_effect=[trouble] * (ATTEMPTS + 5))
    with pytest.raises(error):
        await session.get(X)
    assert route.call_count == attempts


@pytest.mark.parametrize(
    ("raised", "error", "what"),
    [
        pytest.param(httpx.ReadTimeout(""), TimedOut, "Jira did not answer in time", id="time-out"),
        pytest.param(
            httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] unable to get local issuer"),
            CertificateRefused,
            r"certificate is not trusted: \[SSL: CERTIFICATE_VERIFY_FAILED\] .* issuer",
            id="certificate",
        ),
        pytest.param(
            httpx.ConnectError("[Errno -2] Name\n unknown"),
            NoConnection,
            r"No connection to Jira: \[Errno -2\] Name unknown",
            id="words-on-one-line",
        ),
        pytest.param(
            httpx.ReadError(""), NoConnection, "No connection to Jira: ReadError", id="no-words"
        ),
    ],
)
async def test_a_lost_connection_says_where_and_why(
    session: JiraSession,
    routes: respx.MockRouter,
    raised: Exception,
    error: type[Exception],
    what: str,
) -> None:
    routes["myself"].mock(side_effect=raised)
    with pytest.raises(error, match=rf"{what} \(GET {BASE}{MYSELF}\)") as caught:
        await session.get(X)
    assert caught.value.__cause__ is raised


async def test_a_body_that_cannot_be_unpacked_is_broken(
    session: JiraSession, routes: respx.MockRouter
) -> None:
    routes.get(X).mock(side_effect=httpx.DecodingError("bad gzip"))
    with pytest.raises(BrokenReply, match="cannot be unpacked"):
        await session.get(X)


@pytest.mark.parametrize("attempts", [1, 3])
async def test_a_caller_may_have_less_patience_with_what_takes_too_long(
    session: JiraSession, routes: respx.MockRouter, attempts: int
) -> None:
    route = routes.route(path=X).mock(return_value=signed({}, 504))
    with pytest.raises(ServerBusy):
        await session.get(X, attempts=attempts)
    with pytest.raises(ServerBusy):
        await session.post(X, {}, attempts=attempts)
    assert route.call_count == 2 * attempts


async def test_a_busy_jira_is_given_all_the_time_there_is(
    session: JiraSession, routes: respx.MockRouter
) -> None:
    route = routes.route(path=X).mock(return_value=BUSY)
    with pytest.raises(ServerBusy):
        await session.get(X, attempts=1)
    assert route.call_count == ATTEMPTS


async def test_redirects_are_not_followed(session: JiraSession, routes: respx.MockRouter) -> None:
    elsewhere = httpx.Response(301, headers={"Location": f"{BASE}/y"})
    routes.get(X).mock(return_value=elsewhere)
    with pytest.raises(BrokenReply, match=f"Redirected to {BASE}/y"):
        await session.get(X)


async def test_an_outage_is_logged_once_when_it_begins_and_once_when_it_ends(
    session: JiraSession, routes: respx.MockRouter, logged: list[str]
) -> None:
    routes.get(X).mock(side_effect=[BUSY, BUSY, BUSY, signed([]), signed([]), BUSY, signed([])])
    await session.get(X)
    await session.get(X)
    login, *outage = logged
    assert "logged in" in login
    assert len(outage) == 2
    assert "WARNING" in outage[0]
    assert "HTTP 503" in outage[0]
    assert "answers again after 3.5 s" in outage[1]
    await session.get(X)
    assert len(logged) == 5


async def test_an_outage_that_outlasts_patience_is_not_announced_again(
    session: JiraSession, routes: respx.MockRouter, logged: list[str]
) -> None:
    routes.get(X).mock(return_value=BUSY)
    for _ in range(2):
        with pytest.raises(ServerBusy):
            await session.get(X)
    assert len([line for line in logged if "trying again" in line]) == 1


async def test_no_log_line_holds_the_token(
    session: JiraSession, routes: respx.MockRouter, logged: list[str]
) -> None:
    routes.get(X).mock(side_effect=[BUSY, httpx.ReadError("reset"), signed([])])
    await session.get(X)
    assert logged
    assert not any("no-worth" in line for line in logged)


async def test_a_login_that_replies_did_not_carry_is_confirmed(
    session: JiraSession, routes: respx.MockRouter
) -> None:
    routes.get(X).mock(return_value=unsigned([]))
    await session.get(X)
    await session.confirm_login()
    assert routes["myself"].call_count == 2


async def test_a_login_that_every_reply_carried_needs_no_confirmation(
    session: JiraSession, routes: respx.MockRouter
) -> None:
    routes.get(X).mock(return_value=signed([]))
    await session.get(X)
    await session.confirm_login()
    assert routes["myself"].call_count == 1


async def test_a_login_that_ended_in_the_middle_is_noticed_behind_a_stripping_proxy(
    session: JiraSession, routes: respx.MockRouter
) -> None:
    routes["myself"].mock(side_effect=[unsigned(ME), unsigned({}, 401)])
    routes.get(X).mock(return_value=unsigned([]))
    assert await session.get(X) == []
    with pytest.raises(LoginRefused):
        await session.confirm_login()


async def test_an_unsigned_reply_is_confirmed_once_for_each_list(
    session: JiraSession, routes: respx.MockRouter
) -> None:
    routes.get(X).mock(side_effect=[unsigned([]), signed([])])
    await session.get(X)
    await session.confirm_login()
    await session.get(X)
    await session.confirm_login()
    assert routes["myself"].call_count == 2


@pytest.mark.parametrize("limit", [1, 2, 4])
async def test_no_more_requests_are_under_way_than_allowed(
    routes: respx.MockRouter, passing: PassingTime, limit: int
) -> None:
    session = session_over(routes, passing, max_concurrent_requests=limit)
    under_way, most = 0, 0

    async def answer(_: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.001)
        under_way -= 1
        return signed([])

    routes.get(X).mock(side_effect=answer)
    await asyncio.gather(*(session.get(X) for _ in range(12)))
    assert most == limit


async def test_a_failed_login_among_parallel_requests_lets_none_start_after_it(
    routes: respx.MockRouter, passing: PassingTime
) -> None:
    session = session_over(routes, passing, max_concurrent_requests=1)
    route = routes.get(X).mock(side_effect=[signed([]), signed({}, 401)])
    outcomes = await asyncio.gather(*(session.get(X) for _ in range(8)), return_exceptions=True)
    assert outcomes[0] == []
    assert {type(outcome) for outcome in outcomes[1:]} == {LoginRefused}
    assert route.call_count == 2


async def test_requests_wait_while_the_token_bucket_is_nearly_empty(
    session: JiraSession, routes: respx.MockRouter, passing: PassingTime
) -> None:
    nearly_empty = {
        "X-RateLimit-Remaining": "1",
        "X-RateLimit-FillRate": "1",
        "X-RateLimit-Interval-Seconds": "2",
    }
    routes.get(X).mock(side_effect=[signed([], headers=nearly_empty), signed([]), signed([])])
    await session.get(X)
    assert passing.sleeps == []
    await session.get(X)
    assert passing.sleeps == [6.0]
    await session.get(X)
    assert passing.sleeps == [6.0]


async def test_a_caller_that_waits_to_retry_does_not_hold_up_the_others(
    routes: respx.MockRouter, passing: PassingTime
) -> None:
    session = session_over(routes, passing, max_concurrent_requests=1)
    order: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        order.append(request.url.path[-1])
        return BUSY if order == ["x"] else signed([])

    routes.get(path__regex=r"/rest/api/2/[xy]$").mock(side_effect=answer)
    await asyncio.gather(session.get(X), session.get("/rest/api/2/y"))
    assert order == ["x", "y", "x"]


async def test_a_busy_jira_gets_fewer_requests_at_once(
    routes: respx.MockRouter, passing: PassingTime
) -> None:
    session = session_over(routes, passing, max_concurrent_requests=4)
    under_way, counts = 0, list[int]()

    async def answer(_: httpx.Request) -> httpx.Response:
        nonlocal under_way
        under_way += 1
        counts.append(under_way)
        await asyncio.sleep(0.001)
        under_way -= 1
        return BUSY if len(counts) == 1 else signed([])

    routes.get(X).mock(side_effect=answer)
    await session.get(X)
    await asyncio.gather(*(session.get(X) for _ in range(8)))
    assert max(counts) == 2
