"""What most unit tests begin with: routes of a Jira that knows us, and what was logged."""

from collections.abc import Iterator

import pytest
import respx
from loguru import logger

from client import JiraServerClient
from jira_server.transport import JiraSession
from tests.unit.conversation import BASE, ME, MYSELF, PassingTime, session_over, signed


@pytest.fixture
def routes() -> respx.MockRouter:
    """A router that answers nothing but `/myself`; what is not laid out fails the test."""
    router = respx.MockRouter(base_url=BASE, assert_all_called=False)
    router.get(MYSELF, name="myself").mock(return_value=signed(ME))
    return router


@pytest.fixture
def passing() -> PassingTime:
    return PassingTime()


@pytest.fixture
def session(routes: respx.MockRouter, passing: PassingTime) -> JiraSession:
    return session_over(routes, passing)


@pytest.fixture
def client(session: JiraSession) -> JiraServerClient:
    return JiraServerClient(session, now=lambda: 1_700_000_000.0)


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Every message that is logged, at any level."""
    lines: list[str] = []
    sink = logger.add(lines.append, format="{level}: {message}", level="DEBUG")
    yield lines
    logger.remove(sink)
