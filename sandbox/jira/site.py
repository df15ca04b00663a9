"""One running Jira: its company, logins, settings and what is derived from them."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.jira.accounts import Accounts, default_accounts
from sandbox.jira.company.people import ADMIN
from sandbox.jira.company.store import Company
from sandbox.jira.deliveries.deliveries import Deliveries
from sandbox.jira.deliveries.events import EventBodies
from sandbox.jira.index import LaggingIndex
from sandbox.jira.login import Site
from sandbox.jira.payloads.fragments import Fragments
from sandbox.jira.search import Searches
from sandbox.jira.settings import Settings
from sandbox.jira.versions import Version
from sandbox.jira.webhooks import Webhooks


@dataclass(frozen=True, slots=True)
class Jira:
    """Everything that a resource may need; `base_url` has the context path and no slash after."""

    version: Version
    company: Company
    accounts: Accounts
    settings: Settings
    fragments: Fragments
    searches: Searches
    webhooks: Webhooks
    deliveries: Deliveries
    base_url: str

    @property
    def site(self) -> Site:
        return Site(self.company, self.accounts, self.settings, self.version, self.base_url)


def build_jira(version: Version, company: Company, settings: Settings, base_url: str) -> Jira:
    """A site of this version whose caches follow the company's changes."""
    fragments = Fragments(base_url)
    index = LaggingIndex(company)
    index.set_lag(settings.index_lag_ms)
    searches, webhooks = Searches(company, settings, index), Webhooks()
    deliveries = Deliveries(
        webhooks,
        version,
        EventBodies(fragments, version),
        lambda jql, issue: searches.matches(jql, issue, company.user_by_name(ADMIN)),
    )
    # What is sent must show the change: fragments forget first.
    company.log.observe(fragments.forget)
    company.log.observe(index.observe)
    company.log.observe(deliveries.observe)
    accounts = default_accounts(company)
    return Jira(
        version, company, accounts, settings, fragments, searches, webhooks, deliveries, base_url
    )
