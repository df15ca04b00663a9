"""Questions and writes, one by one: what they ask, and what a failed write means."""

import httpx
import pytest
import respx

from actions.errors import OutcomeUnclear
from actions.jira_writes import JiraWrites, may_have_been_made
from jira_server.errors import (
    AnonymousView,
    BrokenReply,
    CertificateRefused,
    JiraError,
    LoginRefused,
    NoConnection,
    NotFound,
    PermissionMissing,
    RateLimited,
    RejectedQuery,
    ServerBusy,
    ServerFailed,
    TimedOut,
)
from jira_server.transport import JiraSession
from tests.unit.conversation import signed


@pytest.fixture
def writes(session: JiraSession) -> JiraWrites:
    return JiraWrites(session)


def caused(error: JiraError, cause: Exception) -> JiraError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "unclear"),
    [
        pytest.param(NoConnection(what="reset"), True, id="connection-lost"),
        pytest.param(TimedOut(what="late"), True, id="time-out"),
        pytest.param(ServerBusy(what="502", status=502), True, id="proxy"),
        pytest.param(ServerFailed(what="500", status=500), True, id="500"),
        pytest.param(BrokenReply(what="cut", status=201), True, id="cut-reply"),
        pytest.param(BrokenReply(what="packed"), True, id="reply-not-unpacked"),
        pytest.param(AnonymousView(what="visitor", status=200), True, id="made-as-a-visitor"),
        pytest.param(
            caused(NoConnection(what="no"), httpx.ConnectError("no")), False, id="never-connected"
        ),
        pytest.param(
            caused(TimedOut(what="no"), httpx.ConnectTimeout("no")), False, id="connect-time-out"
        ),
        pytest.param(RateLimited(what="429", status=429), False, id="rate-limit"),
        pytest.param(CertificateRefused(what="tls"), False, id="certificate"),
        pytest.param(BrokenReply(what="moved", status=302), False, id="redirect"),
        pytest.param(BrokenReply(what="method", status=405), False, id="405"),
        pytest.param(RejectedQuery(what="400", status=400), False, id="400"),
        pytest.param(PermissionMissing(what="403", status=403), False, id="403"),
        pytest.param(LoginRefused(what="401", status=401), False, id="401"),
        pytest.param(NotFound(what="404", status=404), False, id="404"),
    ],
)
def test_only_an_answer_tells_that_nothing_was_changed(error: JiraError, unclear: bool) -> None:
    assert may_have_been_made(error) is unclear


async def test_metadata_is_read_to_its_last_page(
    writes: JiraWrites, routes: respx.MockRouter
) -> None:
    routes.get("/rest/api/2/serverInfo").mock(return_value=signed({"versionNumbers": [9, 12, 0]}))
    pages = [
        signed({"values": [{"id": "1"}, {"id": "2"}], "total": 3, "isLast": False}),
        signed({"values": [{"id": "3"}], "total": 3, "isLast": True}),
    ]
    route = routes.get("/rest/api/2/issue/createmeta/PAY/issuetypes").mock(side_effect=pages)
    assert [t["id"] for t in await writes.issue_types("PAY")] == ["1", "2", "3"]
    assert [call.request.url.params["startAt"] for call in route.calls] == ["0", "2"]


async def test_metadata_that_is_none_is_not_believed(
    writes: JiraWrites, routes: respx.MockRouter
) -> None:
    routes.get("/rest/api/2/serverInfo").mock(return_value=signed({"versionNumbers": [9, 12, 0]}))
    routes.get("/rest/api/2/issue/createmeta/PAY/issuetypes").mock(return_value=signed([]))
    with pytest.raises(BrokenReply, match="list of values"):
        await writes.issue_types("PAY")


async def test_a_new_issue_without_a_key_is_unclear(
    writes: JiraWrites, routes: respx.MockRouter
) -> None:
    routes.post("/rest/api/2/issue").mock(return_value=signed({}, 201))
    with pytest.raises(OutcomeUnclear, match="did not say its key"):
        await writes.create_issue({"summary": "One"}, "r_1")


async def test_a_login_that_fails_is_found_out_before_anything_is_sent(
    writes: JiraWrites, routes: respx.MockRouter
) -> None:
    routes["myself"].mock(return_value=signed({}, 401))
    write = routes.put("/rest/api/2/issue/PAY-1")
    with pytest.raises(LoginRefused):
        await writes.edit_issue("PAY-1", {"summary": "New"})
    assert not write.called


@pytest.mark.parametrize(("with_subtasks", "query"), [(True, "true"), (False, "false")])
async def test_a_deletion_says_what_becomes_of_subtasks(
    writes: JiraWrites, routes: respx.MockRouter, with_subtasks: bool, query: str
) -> None:
    route = routes.delete("/rest/api/2/issue/PAY-1").mock(return_value=httpx.Response(204))
    await writes.delete_issue("PAY-1", with_subtasks=with_subtasks)
    assert route.calls.last.request.url.query.decode() == f"deleteSubtasks={query}"


@pytest.mark.parametrize(
    ("reply", "run"),
    [
        pytest.param(signed({"value": {"run": "r_1"}}), "r_1", id="marked"),
        pytest.param(signed({"errorMessages": ["none"]}, 404), None, id="not-marked"),
        pytest.param(signed({"value": "something else"}), None, id="marked-by-others"),
    ],
)
async def test_an_issue_says_which_run_created_it(
    writes: JiraWrites, routes: respx.MockRouter, reply: httpx.Response, run: str | None
) -> None:
    routes.get("/rest/api/2/issue/PAY-1/properties/port.run").mock(return_value=reply)
    assert await writes.run_of("PAY-1") == run
