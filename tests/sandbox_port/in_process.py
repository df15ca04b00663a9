"""The sandbox Port without a process: an account with a clock that tests set, and a client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.port.account import Account
from sandbox.port.app import application
from sandbox.port.tokens import Tokens

WRITER = "port-ocean/tiny/0.0.7/tiny-1/exporter"
UPSERT = {"upsert": "true", "merge": "true"}
WITH_MISSING = {**UPSERT, "create_missing_related_entities": "true"}


@dataclass
class SetClock:
    """A clock that stands still until it is moved; epoch seconds."""

    now: float = 1_750_000_000.0

    def __call__(self) -> float:
        return self.now


def new_account(clock: SetClock, feature_flags: tuple[str, ...] = ()) -> Account:
    return Account(Tokens("id", "secret", clock), feature_flags, clock)


@asynccontextmanager
async def client_of(account: Account) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a good token that writes as an integration does."""
    token = account.tokens.issue("id", "secret")["accessToken"]
    transport = httpx.ASGITransport(application(account, 0, lambda _client: None))
    headers = {"authorization": f"Bearer {token}", "user-agent": WRITER}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://port.test", headers=headers
    ) as client:
        yield client


def blueprint(
    identifier: str,
    properties: dict[str, Any] | None = None,
    relations: dict[str, Any] | None = None,
    required: Sequence[str] = (),
    **parts: object,
) -> dict[str, Any]:
    """A blueprint's definition as an integration posts it."""
    return {
        "identifier": identifier,
        "title": identifier.capitalize(),
        "schema": {"properties": properties or {}, "required": list(required)},
        "relations": relations or {},
        **parts,
    }


def relation(target: str, *, many: bool = False, required: bool = False) -> dict[str, Any]:
    return {"target": target, "many": many, "required": required}
