"""What is told of a resync, while it runs and at its end."""

from collections.abc import AsyncGenerator, AsyncIterator

import httpx
import pytest
from loguru import logger

from exit_status import Outcome
from jira_server.errors import JiraError, LoginRefused
from resync_report import ResyncReport
from tests.unit.conversation import PassingTime

PORT = "https://port.example.com"


class PortModel:
    """Port's bulk and delete endpoints; identifiers in `refuses` are refused with that reason."""

    def __init__(self) -> None:
        self.refuses: dict[str, str] = {}
        self.http = httpx.AsyncClient(base_url=PORT, transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        sent = httpx.Response(200, content=request.content).json()["entities"]
        errors = [
            {"index": i, "message": self.refuses[e["identifier"]]}
            for i, e in enumerate(sent)
            if e["identifier"] in self.refuses
        ]
        return httpx.Response(207, json={"errors": errors})

    async def upsert(self, blueprint: str, *identifiers: str) -> None:
        await self._send(f"/v1/blueprints/{blueprint}/entities/bulk", identifiers)

    async def delete(self, blueprint: str, *identifiers: str) -> None:
        await self._send(f"/v1/blueprints/{blueprint}/bulk/entities/delete", identifiers)

    async def _send(self, path: str, identifiers: tuple[str, ...]) -> None:
        await self.http.post(path, json={"entities": [{"identifier": i} for i in identifiers]})


@pytest.fixture
def port() -> PortModel:
    return PortModel()


@pytest.fixture
def report(port: PortModel, passing: PassingTime) -> ResyncReport:
    return ResyncReport(
        lambda kind, _: 7 if kind == "user" else 0, lambda: port.http, passing.clock
    )


async def batches(*sizes: int, error: Exception | None = None) -> AsyncIterator[list[int]]:
    for size in sizes:
        yield list(range(size))
    if error:
        raise error


async def drain(kind: AsyncGenerator[list[int], None]) -> int:
    return sum([len(batch) async for batch in kind])


async def test_a_success_is_told_in_a_table(
    report: ResyncReport, port: PortModel, passing: PassingTime, logged: list[str]
) -> None:
    async def resync() -> bool:
        passing.now += 12.34
        await drain(report.watch_kind("user", 0, '"jiraServerUser"', batches(100, 20)))
        await drain(report.watch_kind("issue", 1, '"jiraServerIssue"', batches(2_000)))
        await port.upsert("jiraServerUser", "a", "b")
        await port.delete("jiraServerIssue", "x", "y", "z")
        return True

    assert await report.watch_resync(resync) is True
    assert report.outcome is Outcome.SUCCEEDED
    assert report.summary().splitlines() == [
        "Jira: resync finished in 12.3 s",
        "  kind   in Jira  upserted  unchanged  rejected  deleted",
        "  user       120         2          7         0        0",
        "  issue    2,000         0          0         0        3",
    ]
    assert logged[-1].startswith("INFO: Jira: resync finished")


async def test_a_failed_kind_is_told_with_its_error(
    report: ResyncReport, logged: list[str]
) -> None:
    error = LoginRefused(what="Jira refused the login", where="GET /x", words="No.")

    async def resync() -> bool:
        with pytest.raises(LoginRefused):
            await drain(report.watch_kind("user", 0, "u", batches(5, error=error)))
        return False

    assert await report.watch_resync(resync) is False
    assert report.outcome is Outcome.FAILED
    lines = report.summary().splitlines()
    assert lines[0] == "Jira: resync FAILED after 0.0 s; nothing was deleted from Port"
    assert lines[2].split() == ["user", "5", "0", "7", "0", "0"]
    assert lines[3:] == [f"user failed: {error}".splitlines()[0], *str(error).splitlines()[1:]]
    assert logged[-1].startswith("ERROR: Jira: resync FAILED")
    assert not any("all 5 fetched" in line for line in logged)


async def test_of_a_kind_that_failed_before_its_first_batch_nothing_is_known(
    report: ResyncReport,
) -> None:
    async def resync() -> bool:
        error = LoginRefused(what="Jira refused the login")
        with pytest.raises(LoginRefused):
            await drain(report.watch_kind("issue", 0, "i", batches(error=error)))
        return False

    await report.watch_resync(resync)
    assert report.summary().splitlines()[2].split() == ["issue", *"-----"]


async def test_a_deletion_that_ocean_left_out_is_told(report: ResyncReport) -> None:
    async def resync() -> bool:
        logger.info("Skipping deletion of entities", deletion_rate=0.953, deleting_entities=61)
        return True

    async def another() -> bool:
        return True

    await report.watch_resync(resync)
    told = report.summary().splitlines()[-1]
    assert told.startswith("61 entities that the mapping no longer selects stay in Port")
    assert "95 % of what this resync did not write" in told
    assert "entityDeletionThreshold" in told
    await report.watch_resync(another)
    assert "entityDeletionThreshold" not in report.summary()


async def test_kinds_that_failed_for_the_same_reason_share_its_text(report: ResyncReport) -> None:
    error = LoginRefused(what="Jira refused the login")

    async def resync() -> bool:
        for index, kind in enumerate(("user", "issue")):
            with pytest.raises(LoginRefused):
                await drain(report.watch_kind(kind, index, kind, batches(error=error)))
        return False

    await report.watch_resync(resync)
    causes = [line for line in report.summary().splitlines() if "failed" in line]
    assert causes == ["user and issue failed: Jira refused the login"]


async def test_a_failure_of_unknown_cause_points_to_the_log(report: ResyncReport) -> None:
    async def resync() -> bool:
        return False

    await report.watch_resync(resync)
    assert report.summary().splitlines()[-1] == "The cause is in the errors logged above"


async def test_an_exception_is_told_and_passed_on(report: ResyncReport, logged: list[str]) -> None:
    async def resync() -> bool:
        raise KeyError("lost")  # noqa: EM101

    with pytest.raises(KeyError):
        await report.watch_resync(resync)
    assert report.outcome is Outcome.FAILED
    assert "KeyError: 'lost'" in logged[-1]


async def test_before_its_end_a_resync_is_unfinished(report: ResyncReport) -> None:
    seen: list[Outcome] = []

    async def resync() -> bool:
        seen.append(report.outcome)
        return True

    await report.watch_resync(resync)
    await report.watch_resync(resync)
    assert seen == [Outcome.UNFINISHED] * 2


async def test_a_new_resync_counts_from_nothing(report: ResyncReport, port: PortModel) -> None:
    async def first() -> bool:
        await drain(report.watch_kind("issue", 0, "i", batches(5)))
        await port.upsert("i", "a", "b")
        return True

    async def second() -> bool:
        await drain(report.watch_kind("issue", 0, "i", batches(3)))
        await port.upsert("i", "a")
        return True

    await report.watch_resync(first)
    await report.watch_resync(second)
    assert report.summary().splitlines()[2].split() == ["issue", "3", "1", "0", "0", "0"]


async def test_two_resources_of_one_blueprint_count_its_entities_once(
    report: ResyncReport, port: PortModel
) -> None:
    async def resync() -> bool:
        await drain(report.watch_kind("issue", 0, "i", batches(5)))
        await drain(report.watch_kind("issue", 1, "'i'", batches(3)))
        await port.upsert("i", "a")
        return True

    await report.watch_resync(resync)
    rows = [line.split() for line in report.summary().splitlines()[2:]]
    assert rows == [["issue", "5", "1", "0", "0", "0"], ["issue", "3", "0", "0", "0", "0"]]


@pytest.mark.parametrize(
    ("count", "last"),
    [
        pytest.param(1, "  issue E0: why 0", id="one"),
        pytest.param(10, "  issue E9: why 9", id="as-many-as-are-shown"),
        pytest.param(13, "  and 3 more", id="more"),
    ],
)
async def test_refusals_are_shown_with_their_reasons(
    report: ResyncReport, port: PortModel, count: int, last: str
) -> None:
    identifiers = [f"E{n}" for n in range(count)]
    port.refuses = {identifier: f"why {identifier[1:]}" for identifier in identifiers}

    async def resync() -> bool:
        await drain(report.watch_kind("issue", 0, "issue", batches(count)))
        await port.upsert("issue", "good", *identifiers)
        return True

    await report.watch_resync(resync)
    lines = report.summary().splitlines()
    assert lines[2].split() == ["issue", str(count), "1", "0", str(count), "0"]
    assert lines[3].startswith(f"Port rejected {count}")
    assert "  issue E0: why 0" in lines
    assert lines[-1] == last


async def test_progress_is_told_every_ten_seconds(
    report: ResyncReport, passing: PassingTime, logged: list[str]
) -> None:
    async for _ in report.watch_kind("issue", 0, "i", batches(*[100] * 6)):
        passing.now += 4
    assert [line.strip() for line in logged] == [
        "INFO: Jira: issue: 400 so far",
        "INFO: Jira: issue: all 600 fetched",
    ]


async def test_batches_are_passed_on_as_they_are(report: ResyncReport) -> None:
    passed = [b async for b in report.watch_kind("issue", 0, "i", batches(2, 0, 1))]
    assert passed == [[0, 1], [], [0]]


async def test_errors_of_a_kind_are_passed_on(report: ResyncReport) -> None:
    with pytest.raises(JiraError, match="broken"):
        await drain(report.watch_kind("issue", 0, "i", batches(1, error=JiraError(what="broken"))))


async def test_port_is_listened_to_once_for_each_client(
    report: ResyncReport, port: PortModel
) -> None:
    async def resync() -> bool:
        return True

    await report.watch_resync(resync)
    await report.watch_resync(resync)
    assert len(port.http.event_hooks["response"]) == 1
