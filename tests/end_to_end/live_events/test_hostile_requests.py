"""Whoever does not know the secret changes nothing and learns nothing, however much is sent."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.end_to_end.live_events.afloat import WEBHOOK_PATH, Afloat, afloat, comparable
from tests.end_to_end.stage import CONFIG, stage_with

pytestmark = pytest.mark.timeout(240)

COMPANY = ("--projects", "6", "--issues", "60", "--users", "15")
SECRET = "correct horse battery staple"
BODIES = {"9.12": 2_000, "10.3": 10_000}


@pytest.fixture(scope="module", params=["9.12", "10.3"])
def live(request: pytest.FixtureRequest, integration: Path, homes: Path) -> Iterator[Afloat]:
    version = ("--version", request.param)
    with (
        stage_with(integration, homes / f"hostile-{request.param}", (*COMPANY, *version)) as stage,
        afloat(stage, {f"{CONFIG}WEBHOOK_SECRET": SECRET}) as live,
    ):
        live.until(live.webhooks, "webhook")
        yield live


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature": f"sha256={digest}", "Content-Type": "application/json"}


def event(key: str) -> dict[str, object]:
    return {
        "webhookEvent": "jira:issue_deleted",
        "issue": {"id": "10000", "key": key, "fields": {"summary": "Forged"}},
    }


def mangled(chance: random.Random, key: str) -> bytes:
    """An event that is nearly right, or rubbish."""
    value: object = event(key)
    text = json.dumps(value)
    kinds = (
        lambda: text.encode(),
        lambda: text[: chance.randrange(len(text))].encode(),
        lambda: bytes(chance.randrange(256) for _ in range(chance.randrange(200))),
        lambda: text.replace(
            key, chance.choice(["../../x", "\u0000", "A" * 9999, "{}", "'; --"])
        ).encode(),
        lambda: json.dumps([value] * chance.randrange(4)).encode(),
        lambda: chance.choice([b"", b"null", b"1e999", b'"x"', b"{}", b"\xff\xfe", b"[" * 5000]),
        lambda: json.dumps(
            {"webhookEvent": chance.choice([None, 7, [], "jira:issue_updated"])}
        ).encode(),
    )
    return chance.choice(kinds)()


def forged_headers(chance: random.Random, body: bytes) -> dict[str, str]:
    return chance.choice(
        [
            {},
            signed(body, "another secret"),
            {"X-Hub-Signature": "sha256="},
            {"X-Hub-Signature": "x" * 500},
            {"X-Hub-Signature": signed(body + b" ")["X-Hub-Signature"]},
            {"Content-Type": "text/html"},
        ]
    )


def forged_query(chance: random.Random) -> str:
    return chance.choice(["", "?secret=", "?secret=guess", "?a=b&secret=x&secret=y", "?%ff=%00"])


def test_thousands_of_forged_bodies_change_nothing_and_ask_nothing(live: Afloat) -> None:
    chance = random.Random(7)
    key = sorted(live.issues())[0]
    before = comparable(live.stage)
    lines = live.ship.log().count("\n")
    live.stage.jira.forget()

    def send_one(number: int) -> int:
        own = random.Random(number)
        body = mangled(own, key)
        return live.send(body, forged_headers(own, body), forged_query(own)).status_code

    major, minor, _ = live.stage.jira.running.info["version"].split(".")
    first = chance.randrange(100)
    with ThreadPoolExecutor(8) as threads:
        bodies = range(first, first + BODIES[f"{major}.{minor}"])
        statuses = set(threads.map(send_one, bodies))
    assert statuses == {200}
    assert live.stage.jira.requests() == []
    assert comparable(live.stage) == before
    assert live.ship.process.poll() is None
    log = live.ship.log()
    # One for each power of ten.
    assert log.count("without the secret") <= 5
    assert "Traceback" not in log
    assert WEBHOOK_PATH not in "".join(log.splitlines()[lines:])
    assert log.count("\n") - lines < 500
    assert "guess" not in log
    assert SECRET not in log


@pytest.mark.parametrize("size", [1, 17], ids=["a-megabyte", "more-than-is-read"])
def test_a_huge_body_does_no_harm(live: Afloat, size: int) -> None:
    assert live.send(b"[" * (size * 1024 * 1024)).status_code == 200
    assert live.ship.process.poll() is None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 100_000, id="deeply-nested"),
        pytest.param(b"not json", id="not-json"),
        pytest.param(b"[1, 2]", id="a-list"),
        pytest.param(b'"text"', id="a-text"),
        pytest.param(b"null", id="null"),
        pytest.param(json.dumps(event("../../../secure")).encode(), id="a-path-for-a-key"),
        pytest.param(b'{"webhookEvent": ["jira:issue_deleted"]}', id="a-list-for-an-event"),
        pytest.param(b'{"webhookEvent": "sprint_started"}', id="an-event-of-no-concern"),
    ],
)
def test_whoever_knows_the_secret_breaks_nothing_either(live: Afloat, body: bytes) -> None:
    before = comparable(live.stage)
    query = f"?secret={SECRET.replace(' ', '+')}"
    assert live.send(body, signed(body), query).status_code == 200
    key = sorted(live.issues())[0]
    live.change("edit", issue=key, summary=f"after {len(body)} {body[:9]!r}")
    live.until(lambda: live.issues()[key]["title"].startswith(f"after {len(body)} "), "an event")
    after = comparable(live.stage)
    assert set(after) == set(before)


def test_a_genuine_event_of_a_deletion_that_did_not_happen_deletes_nothing(live: Afloat) -> None:
    key = sorted(live.issues())[0]
    body = json.dumps({"webhookEvent": "jira:issue_deleted", "issue": {"key": key}}).encode()
    live.stage.jira.forget()
    assert live.send(body, signed(body), f"?secret={SECRET.replace(' ', '+')}").status_code == 200
    live.until(lambda: live.stage.jira.requests(f"/issue/{key}$"), "a look at Jira")
    other = sorted(live.issues())[1]
    live.change("edit", issue=other, summary="a later event")
    live.until(lambda: live.issues()[other]["title"] == "a later event", "a later event")
    assert key in live.issues()
