"""What our webhook looks like, which are ours, and when one must be repaired."""

from typing import Any

import pytest

from live_events.events import EVENTS
from live_events.webhook import (
    Webhook,
    by_hand,
    id_of,
    needs_repair,
    ours,
    owner_of,
    webhook_definition,
    webhooks_path,
)

URL = "https://ocean.example/integration/webhook"
WEBHOOK = Webhook(owner_of("jira-server", "an account"), URL, "a secret & more")


@pytest.mark.parametrize(
    ("version", "path"),
    [
        (8, "/rest/webhooks/1.0/webhook"),
        (9, "/rest/webhooks/1.0/webhook"),
        (10, "/rest/jira-webhook/1.0/webhooks"),
        (11, "/rest/jira-webhook/1.0/webhooks"),
    ],
)
def test_each_version_keeps_them_at_its_place(version: int, path: str) -> None:
    assert webhooks_path(version) == path


def test_the_older_form_has_the_secret_in_the_address() -> None:
    body = webhook_definition(WEBHOOK, 9)
    assert body["url"] == f"{URL}?secret=a+secret+%26+more"
    assert set(body) == {"name", "url", "events", "filters", "excludeBody", "enabled"}
    assert body["excludeBody"] is False


def test_the_newer_form_has_the_secret_by_itself() -> None:
    body = webhook_definition(WEBHOOK, 10)
    assert body["url"] == URL
    assert body["configuration"] == {"EXCLUDE_BODY": "false", "SECRET": "a secret & more"}
    assert body["events"] == list(EVENTS)
    assert body["active"] is True


def test_neither_the_name_nor_repr_tells_the_secret() -> None:
    assert "a secret" not in WEBHOOK.name
    assert "a secret" not in repr(WEBHOOK)
    assert WEBHOOK.name != Webhook(WEBHOOK.owner, URL, "another").name
    assert owner_of("jira-server", "a") != owner_of("jira-server", "b")


def found(version: int, **changes: object) -> dict[str, Any]:
    return {**webhook_definition(WEBHOOK, version), "id": 7, **changes}


@pytest.mark.parametrize("version", [9, 10])
def test_as_it_should_be_it_is_left_alone(version: int) -> None:
    assert not needs_repair(found(version), webhook_definition(WEBHOOK, version))


@pytest.mark.parametrize(
    ("version", "change"),
    [
        pytest.param(9, {"enabled": False}, id="disabled"),
        pytest.param(10, {"active": "false"}, id="inactive"),
        pytest.param(9, {"events": list(EVENTS)[1:]}, id="an-event-less"),
        pytest.param(9, {"url": URL}, id="without-secret"),
        pytest.param(10, {"url": "https://elsewhere.example"}, id="elsewhere"),
        pytest.param(10, {"name": f"{WEBHOOK.owner} 00000000"}, id="an-older-secret"),
        pytest.param(9, {"excludeBody": True}, id="no-body"),
        pytest.param(10, {"configuration": {"EXCLUDE_BODY": "true"}}, id="no-body-newer"),
        pytest.param(9, {"filters": {"issue-related-events-section": "x = 1"}}, id="a-filter"),
        pytest.param(10, {"configuration": {"FILTERS": "x = 1"}}, id="a-filter-newer"),
    ],
)
def test_what_differs_is_repaired(version: int, change: dict[str, Any]) -> None:
    assert needs_repair(found(version, **change), webhook_definition(WEBHOOK, version))


@pytest.mark.parametrize(
    "filters",
    ["", "{}", '{"issue-related-events-section": ""}', {"issue-related-events-section": None}],
)
def test_an_empty_filter_is_none(filters: object) -> None:
    one = found(10, configuration={"FILTERS": filters, "EXCLUDE_BODY": "false"})
    assert not needs_repair(one, webhook_definition(WEBHOOK, 10))


def test_ours_are_known_by_address_or_name_oldest_first() -> None:
    webhooks: list[dict[str, Any]] = [
        {"id": 12, "name": f"{WEBHOOK.owner} 12345678", "url": "https://old.example/x"},
        {"self": "https://j.example/rest/webhooks/1.0/webhook/3", "name": "x", "url": f"{URL}?a=b"},
        {"id": 4, "name": "Another", "url": "https://another.example"},
        {"id": 5, "name": owner_of("jira-server", "another") + " 1", "url": "https://b.example"},
        {"name": "no id", "url": URL},
    ]
    assert [id_of(one) for one in ours(webhooks, WEBHOOK)] == ["3", "12"]


@pytest.mark.parametrize("version", [9, 10])
def test_by_hand_tells_everything_but_the_secret(version: int) -> None:
    text = by_hand(WEBHOOK, version)
    assert URL in text
    assert "a secret" not in text
    assert "OCEAN__INTEGRATION__CONFIG__WEBHOOK_SECRET" in text
    assert all(event in text for event in EVENTS)
    assert ("Secret: <webhookSecret>" in text) is (version == 10)
    assert ("?secret=<webhookSecret>" in text) is (version == 9)
