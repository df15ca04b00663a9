"""Access tokens: who gets one and which are good. Speaks no HTTP."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

import jwt

from sandbox.port.replies import Json, RefusedError

LIFETIME_SECONDS = 3 * 60 * 60
ORGANIZATION = "org_sandbox"


@dataclass(frozen=True)
class Tokens:
    """Issues and checks the bearer tokens of one pair of credentials.

    The signing key follows from the secret, so a token stays good when the
    server is started again.
    """

    client_id: str
    client_secret: str
    clock: Callable[[], float]

    def issue(self, client_id: object, client_secret: object) -> Json:
        """The reply to a login; raises `RefusedError` 401 for other credentials."""
        if not (_same(client_id, self.client_id) and _same(client_secret, self.client_secret)):
            raise RefusedError(
                401, "invalid_credentials", "The client id or the client secret is wrong"
            )
        return {
            "ok": True,
            "accessToken": self._signed(),
            "expiresIn": LIFETIME_SECONDS,
            "tokenType": "Bearer",
        }

    def check(self, authorization: str) -> None:
        """Return for a header `Bearer <token>` with a good token, else raise `RefusedError` 401."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise RefusedError(401, "unauthorized", "A bearer token is missing")
        try:
            claims = jwt.decode(
                token, self._key(), algorithms=["HS256"], options={"verify_exp": False}
            )
        except jwt.InvalidTokenError as err:
            raise RefusedError(401, "unauthorized", "The bearer token is not valid") from err
        if claims["exp"] <= self.clock():
            raise RefusedError(401, "token_expired", "The bearer token has expired")

    def _signed(self) -> str:
        now = int(self.clock())
        claims = {
            "orgId": ORGANIZATION,
            "isMachine": True,
            "personalToken": False,
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
        }
        return jwt.encode(claims, self._key(), algorithm="HS256")

    def _key(self) -> bytes:
        return hashlib.sha256(self.client_secret.encode()).digest()


def _same(given: object, expected: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(), expected.encode())
