"""What can be changed on a running sandbox, with the values that a version starts with."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.jira.versions import Version


@dataclass(frozen=True, slots=True)
class RateLimitRule:
    """`fill` tokens are added every `seconds`, up to `bucket`; one request takes one."""

    bucket: int
    fill: int
    seconds: int


@dataclass(slots=True)
class Settings:
    """Changed live over the control API; everything else of a server is fixed at its start."""

    page_cap: int
    result_window: int | None
    anonymous: bool
    basic_auth: bool
    user_cap: int | None
    refuse_user_listing: bool
    latency_ms: float = 0.0
    latency_per_issue_ms: float = 0.0
    rate_limit: RateLimitRule | None = None
    epoch_millis: bool = True
    captcha_after: int = 3
    index_lag_ms: int = 0


def default_settings(version: Version) -> Settings:
    """The settings of a site of this version whose administrator has changed nothing."""
    return Settings(
        page_cap=1000,
        result_window=version.result_window,
        anonymous=False,
        basic_auth=version.basic_auth_by_default,
        user_cap=version.user_search_cap,
        refuse_user_listing=version.refuses_user_listing,
    )
