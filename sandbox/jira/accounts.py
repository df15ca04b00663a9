"""Who can log in with what: passwords, personal access tokens, and the CAPTCHA count.

Keeps state; what a request's login means is decided in `login`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Final

from sandbox.jira.company.model import User
from sandbox.jira.company.people import ADMIN, EDITOR, READER, RESTRICTED
from sandbox.jira.company.store import Company

PASSWORDS: Final = {
    READER: "sandbox-password",
    ADMIN: "sandbox-admin-password",
    RESTRICTED: "sandbox-restricted-password",
    EDITOR: "sandbox-editor-password",
}
TOKENS: Final = {
    READER: "sandbox-token",
    ADMIN: "sandbox-admin-token",
    RESTRICTED: "sandbox-restricted-token",
    EDITOR: "sandbox-editor-token",
}
_DAY: Final = 86_400_000


@dataclass(slots=True)
class Token:
    """A personal access token; times are epoch milliseconds."""

    id: int
    name: str
    secret: str
    user_key: str
    created: int
    expires: int
    last_used: int | None = None


@dataclass(slots=True)
class Accounts:
    """The logins of a site; `failures` counts wrong passwords by user name."""

    passwords: dict[str, str]
    tokens: list[Token]
    failures: dict[str, int] = field(default_factory=dict)

    def password_fits(self, name: str, password: str) -> bool:
        expected = self.passwords.get(name)
        return expected is not None and secrets.compare_digest(expected.encode(), password.encode())

    def token(self, secret: str) -> Token | None:
        return next((one for one in self.tokens if one.secret == secret), None)

    def tokens_of(self, user: User) -> list[Token]:
        return [one for one in self.tokens if one.user_key == user.key]

    def expire(self, secret: str, now: int) -> bool:
        """Let a token end now; False when there is none with this secret."""
        token = self.token(secret)
        if token is None:
            return False
        token.expires = now
        return True

    def renew(self, secret: str, now: int) -> bool:
        """Let a token be good for another ninety days."""
        token = self.token(secret)
        if token is None:
            return False
        token.expires = now + 90 * _DAY
        return True


def default_accounts(company: Company) -> Accounts:
    """The four documented logins: a reader, an administrator, a blinkered one, and an editor."""
    now = company.clock()
    tokens = [
        Token(
            number + 1,
            f"Token of {name}",
            secret,
            _key_of(company, name),
            now - 30 * _DAY,
            now + 60 * _DAY,
        )
        for number, (name, secret) in enumerate(TOKENS.items())
    ]
    return Accounts(dict(PASSWORDS), tokens)


def _key_of(company: Company, name: str) -> str:
    user = company.user_by_name(name)
    if user is None:
        message = f"the company has no account {name}"
        raise LookupError(message)
    return user.key
