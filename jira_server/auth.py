"""Puts credentials on requests. Decides nothing about replies."""

from collections.abc import Generator

import httpx


class PersonalAccessToken(httpx.Auth):
    """`Authorization: Bearer …`, Jira 8.14 and later (Atlassian, "Using Personal Access Tokens")."""

    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = self._header
        yield request
