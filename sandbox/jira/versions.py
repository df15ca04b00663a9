"""What differs between the Jira versions that people run; decides nothing about a request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

SHORT_NAMES: Final = {
    "8.20": "8.20.30",
    "9.12": "9.12.18",
    "10.2": "10.2.1",
    "10.3": "10.3.5",
    "11": "11.0.1",
}
_BUILDS: Final = {8: 820030, 9: 9120018, 10: 10030005, 11: 11000001}


@dataclass(frozen=True, slots=True)
class Version:
    """One release of Jira: its number and what that release can do."""

    numbers: tuple[int, int, int]

    @property
    def full(self) -> str:
        return ".".join(map(str, self.numbers))

    @property
    def major(self) -> int:
        return self.numbers[0]

    @property
    def build_number(self) -> int:
        return _BUILDS.get(self.major, self.major * 10_000)

    @property
    def has_personal_access_tokens(self) -> bool:
        """Since 8.14 (Atlassian, "Using Personal Access Tokens")."""
        return self.numbers >= (8, 14, 0)

    @property
    def basic_auth_by_default(self) -> bool:
        """Jira 11 switches Basic authentication off for new and upgraded sites."""
        return self.major < 11

    @property
    def has_user_list(self) -> bool:
        """`/user/list` came to the 10.3 line late and is in 11; 10.4 to 10.7 never got it."""
        return (self.numbers[:2] == (10, 3) and self.numbers[2] >= 12) or self.major >= 11

    @property
    def user_search_cap(self) -> int | None:
        """Most users that `user/search` gives in all: JRASERVER-65089 and JRASERVER-78660."""
        return 100 if self.major >= 10 else 1000 if self.major <= 8 else None

    @property
    def everybody_queries(self) -> frozenset[str]:
        """Texts that `user/search` takes for "everybody" instead of a prefix."""
        if self.numbers < (7, 2, 0):
            return frozenset({"%"})
        return frozenset({".", "''", '""'}) if self.major <= 10 else frozenset()

    @property
    def refuses_user_listing(self) -> bool:
        """Without *Browse users*: 403 on newer versions, an empty list on older ones."""
        return self.major >= 10

    @property
    def result_window(self) -> int | None:
        """`jira.search.platform.max.result.window`, which came with the new search of 10."""
        return 10_000 if self.major >= 10 else None

    @property
    def has_search_limits(self) -> bool:
        return self.numbers >= (11, 3, 0)

    @property
    def has_project_create_meta(self) -> bool:
        return self.numbers >= (8, 4, 0)

    @property
    def webhook_path(self) -> str:
        """Where webhooks are administered, below the context path."""
        new, old = "/rest/jira-webhook/1.0/webhooks", "/rest/webhooks/1.0/webhook"
        return new if self.major >= 10 else old


def parse_version(text: str) -> Version:
    """Read a short name ("9.12") or a full number ("10.3.14").

    Raises `ValueError` that names what is accepted.
    """
    full = SHORT_NAMES.get(text, text)
    if not re.fullmatch(r"\d{1,3}\.\d{1,3}\.\d{1,3}", full):
        message = f"{text!r} is not a version: use {', '.join(SHORT_NAMES)} or three numbers"
        raise ValueError(message)
    major, minor, patch = map(int, full.split("."))
    return Version((major, minor, patch))
