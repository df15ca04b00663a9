"""Who gets in."""

from __future__ import annotations

import httpx
import jwt
import pytest

from sandbox.port.account import Account
from sandbox.port.replies import RefusedError
from sandbox.port.tokens import LIFETIME_SECONDS, Tokens
from tests.sandbox_port.in_process import SetClock


async def test_a_login_gives_a_token_that_can_be_read_without_the_key(
    api: httpx.AsyncClient,
) -> None:
    reply = await api.post(
        "/v1/auth/access_token", json={"clientId": "id", "clientSecret": "secret"}
    )
    token = reply.json()
    claims = jwt.decode(token["accessToken"], options={"verify_signature": False})
    assert (reply.status_code, token["tokenType"]) == (200, "Bearer")
    assert token["expiresIn"] == LIFETIME_SECONDS
    assert claims["isMachine"] is True


@pytest.mark.parametrize(
    "body",
    [
        {"clientId": "id", "clientSecret": "wrong"},
        {"clientId": "other", "clientSecret": "secret"},
        {"clientId": None, "clientSecret": 1},
        {},
    ],
    ids=["wrong_secret", "wrong_id", "wrong_types", "nothing"],
)
async def test_other_credentials_are_refused(
    api: httpx.AsyncClient, body: dict[str, object]
) -> None:
    reply = await api.post("/v1/auth/access_token", json=body)
    assert (reply.status_code, reply.json()["error"]) == (401, "invalid_credentials")


@pytest.mark.parametrize("path", ["/v1/organization", "/v1/blueprints", "/ingest/logs", "/v1/x"])
@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer nonsense", "Basic aWQ6c2VjcmV0"])
async def test_everything_else_needs_a_token(
    api: httpx.AsyncClient, path: str, header: str
) -> None:
    reply = await api.get(path, headers={"authorization": header})
    assert (reply.status_code, reply.json()["ok"]) == (401, False)


async def test_a_token_ends(api: httpx.AsyncClient, clock: SetClock) -> None:
    clock.now += LIFETIME_SECONDS - 1
    assert (await api.get("/v1/organization")).status_code == 200
    clock.now += 1
    reply = await api.get("/v1/organization")
    assert (reply.status_code, reply.json()["error"]) == (401, "token_expired")


def test_a_token_outlives_a_restart_but_not_another_secret(clock: SetClock) -> None:
    bearer = f"Bearer {Tokens('id', 'secret', clock).issue('id', 'secret')['accessToken']}"
    Tokens("id", "secret", clock).check(bearer)
    with pytest.raises(RefusedError, match="not valid"):
        Tokens("id", "other", clock).check(bearer)


@pytest.mark.parametrize(
    ("flags", "expected"), [((), []), (("A", "B"), ["A", "B"])], ids=["none", "two"]
)
async def test_the_organization_tells_its_feature_flags(
    api: httpx.AsyncClient, account: Account, flags: tuple[str, ...], expected: list[str]
) -> None:
    account.feature_flags = flags
    organization = (await api.get("/v1/organization")).json()["organization"]
    assert organization["featureFlags"] == expected
