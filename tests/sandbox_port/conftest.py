"""A fresh account and a client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from sandbox.port.account import Account
from tests.sandbox_port.in_process import SetClock, client_of, new_account


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def account(clock: SetClock) -> Account:
    return new_account(clock)


@pytest.fixture
async def api(account: Account) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(account) as client:
        yield client
