"""Which webhooks are called, how, how often, and in which order."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.sandbox_jira.conftest import start
from tests.sandbox_jira.hooks import NEW, OLD, Hooked
from tests.sandbox_jira.receiver import receiving


def _running(version: str) -> Iterator[Hooked]:
    jira = start("--version", version, "--issues", "300", "--users", "30")
    with receiving() as receiver:
        yield Hooked(jira, receiver)
    jira.close()


@pytest.fixture(scope="module")
def _nine() -> Iterator[Hooked]:
    yield from _running("9.12")


@pytest.fixture(scope="module")
def _ten() -> Iterator[Hooked]:
    yield from _running("10.3")


@pytest.fixture
def nine(_nine: Hooked) -> Hooked:
    _nine.put_back()
    return _nine


@pytest.fixture
def ten(_ten: Hooked) -> Hooked:
    _ten.put_back()
    return _ten


def create(hooked: Hooked, count: int = 1) -> list[str]:
    """The keys of new issues, made at once."""
    changes = [{"kind": "create", "project": "PAY", "summary": str(n)} for n in range(count)]
    reply = hooked.jira.control.post("/change", json=changes)
    return [one["key"] for one in reply.json()]


def keys(hooked: Hooked) -> list[str]:
    return [told["issue"]["key"] for told in hooked.heard()]


@pytest.mark.parametrize("version", ["nine", "ten"])
def test_a_registration_tells_its_id_as_the_version_does(
    version: str, request: pytest.FixtureRequest
) -> None:
    hooked: Hooked = request.getfixturevalue(version)
    document = hooked.register(secret="s").json()
    if version == "ten":
        assert isinstance(document["id"], int)
        assert "self" not in document
        assert "SECRET" not in document["configuration"]
    else:
        assert document["self"].rpartition("/")[2].isdecimal()
        assert "id" not in document


def test_jira_adds_who_it_was_and_names_itself(nine: Hooked) -> None:
    nine.register(f"{nine.receiver.url}?secret=a%2Bb")
    create(nine)
    nine.arrived()
    call = nine.receiver.calls[0]
    assert call.query == {"secret": ["a+b"], "user_id": ["admin"], "user_key": ["admin"]}
    assert call.headers["user-agent"].startswith("Atlassian HttpClient")
    assert call.headers["content-type"] == "application/json; charset=UTF-8"
    assert call.headers["x-atlassian-webhook-identifier"]
    assert "x-hub-signature" not in call.headers


def test_newer_versions_sign_the_raw_body(ten: Hooked) -> None:
    ten.register(secret="geheim ü")
    create(ten)
    ten.arrived()
    call = ten.receiver.calls[0]
    expected = hmac.new("geheim ü".encode(), call.body, hashlib.sha256).hexdigest()
    assert call.headers["x-hub-signature"] == f"sha256={expected}"


def test_without_a_secret_nothing_is_signed(ten: Hooked) -> None:
    ten.register()
    create(ten)
    ten.arrived()
    assert "x-hub-signature" not in ten.receiver.calls[0].headers


def test_an_address_may_name_the_issue(nine: Hooked) -> None:
    nine.register(nine.receiver.url + "/${issue.key}?p=${project.key}&gone=${version.id}")
    key = create(nine)[0]
    nine.arrived()
    assert nine.receiver.calls[0].path.startswith(f"/hook/{key}?p=PAY&gone=&user_id=")


@pytest.mark.parametrize("version", ["nine", "ten"])
def test_a_body_can_be_left_out(version: str, request: pytest.FixtureRequest) -> None:
    hooked: Hooked = request.getfixturevalue(version)
    hooked.register(exclude_body=True)
    create(hooked)
    hooked.arrived()
    assert hooked.receiver.calls[0].body == b""


@pytest.mark.parametrize("version", ["nine", "ten"])
def test_a_query_chooses_the_issues(version: str, request: pytest.FixtureRequest) -> None:
    hooked: Hooked = request.getfixturevalue(version)
    hooked.register(jql="project = PAY AND labels = wanted")
    hooked.jira.change("create", project="PAY", labels=["wanted"])
    hooked.jira.change("create", project="PAY")
    hooked.jira.change("create", project="WEB", labels=["wanted"])
    hooked.jira.change("create_user", name=f"other-{version}", display_name="Not about issues")
    assert sorted(told["webhookEvent"] for told in hooked.heard()) == [
        "jira:issue_created",
        "user_created",
    ]


def test_a_query_is_asked_of_what_has_been_deleted_too(nine: Hooked) -> None:
    key = create(nine)[0]
    nine.register(jql="project = PAY")
    nine.jira.change("delete", issue=key)
    assert keys(nine) == [key]


def test_a_query_that_jira_does_not_understand_finds_nothing(nine: Hooked) -> None:
    nine.register(jql="colour = red")
    create(nine)
    assert nine.heard() == []


def test_only_listed_events_are_sent(nine: Hooked) -> None:
    nine.register(events=["jira:issue_updated"])
    nine.jira.change("edit", issue=create(nine)[0], summary="y")
    assert [told["webhookEvent"] for told in nine.heard()] == ["jira:issue_updated"]


@pytest.mark.parametrize(
    ("version", "path", "off"),
    [("nine", f"{OLD}/", {"enabled": False}), ("ten", f"{NEW}/", {"active": False})],
    ids=["nine", "ten"],
)
def test_a_webhook_can_be_switched_off_over_rest(
    version: str, path: str, off: dict[str, bool], request: pytest.FixtureRequest
) -> None:
    hooked: Hooked = request.getfixturevalue(version)
    document = hooked.register().json()
    id_ = document.get("id") or document["self"].rpartition("/")[2]
    place = f"{hooked.jira.running.url}{path}{id_}"
    assert hooked.jira.admin.put(place, json={**document, **off}).status_code == 200
    create(hooked)
    assert hooked.heard() == []


@pytest.mark.parametrize("version", ["nine", "ten"])
def test_the_control_api_edits_and_deletes_webhooks(
    version: str, request: pytest.FixtureRequest
) -> None:
    hooked: Hooked = request.getfixturevalue(version)
    hooked.register()
    id_ = hooked.jira.control.get("/webhooks").json()["webhooks"][0]["id"]
    edit = {"enabled": False, "jql": "project = WEB", "exclude_body": True, "secret": "s"}
    shown = hooked.jira.control.post(f"/webhooks/{id_}", json=edit).json()
    assert (shown["enabled"], shown["jql"], shown["exclude_body"]) == (False, "project = WEB", True)
    assert shown["has_secret"] is (version == "ten")
    assert hooked.jira.control.delete(f"/webhooks/{id_}").status_code == 204
    assert hooked.jira.control.delete(f"/webhooks/{id_}").status_code == 404


def test_older_versions_keep_the_order(nine: Hooked) -> None:
    nine.register()
    made = create(nine, 60)
    assert keys(nine) == made


def test_older_versions_try_again(nine: Hooked) -> None:
    nine.register()
    nine.rules(retry_ms=10)
    nine.receiver.answers += [500, 503]
    made = create(nine, 2)
    assert keys(nine) == [made[0]] * 3 + [made[1]]
    identifiers = [call.headers["x-atlassian-webhook-identifier"] for call in nine.receiver.calls]
    assert len(set(identifiers[:3])) == 1
    deliveries = nine.jira.control.get("/webhooks").json()["deliveries"]
    assert [(one["status"], one["code"], one["attempts"]) for one in deliveries] == [
        ("delivered", 200, 3),
        ("delivered", 200, 1),
    ]


def test_older_versions_give_up_in_the_end(nine: Hooked) -> None:
    nine.register()
    nine.rules(retry_ms=1, retries=2)
    nine.receiver.answers += [500] * 3
    create(nine)
    assert nine.arrived() == {"failed": 1}
    assert len(nine.receiver.calls) == 3


def test_newer_versions_try_once(ten: Hooked) -> None:
    ten.register()
    ten.receiver.answers.append(500)
    create(ten)
    assert ten.arrived() == {"failed": 1}
    assert len(ten.receiver.calls) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://127.0.0.1:/x"])
def test_nobody_there_is_a_failure(ten: Hooked, url: str) -> None:
    ten.register(url)
    create(ten)
    assert ten.arrived() == {"failed": 1}
    assert ten.jira.control.get("/webhooks").json()["deliveries"][0]["error"]


@pytest.mark.parametrize(
    "url",
    [
        "https://ocean.example.com/hook",
        "http://192.0.2.1/hook",
        "http://127.0.0.1.example.com/hook",
        "http://127.0.0.1@192.0.2.1/hook",
        "ftp://127.0.0.1/hook",
        "nonsense",
        "http://[::1/hook",
    ],
)
def test_nobody_but_this_machine_is_called(nine: Hooked, url: str) -> None:
    nine.register(url)
    create(nine)
    assert nine.arrived() == {"refused": 1}


def test_deliveries_can_be_late(nine: Hooked) -> None:
    nine.register()
    nine.rules(delay_ms=400)
    create(nine)
    assert nine.jira.control.get("/webhooks/idle", params={"seconds": 0}).status_code == 504
    assert nine.receiver.calls == []
    nine.arrived()
    one = nine.jira.control.get("/webhooks").json()["deliveries"][0]
    assert 0.4 <= one["ended"] - one["changed"] < 5


def test_deliveries_can_come_more_than_once(ten: Hooked) -> None:
    ten.register()
    ten.rules(repeat=3)
    made = create(ten, 2)
    assert Counter(keys(ten)) == {made[0]: 3, made[1]: 3}


def test_a_share_can_be_lost_and_the_seed_says_which(ten: Hooked) -> None:
    ten.register()
    lost = []
    for _ in range(2):
        ten.rules(lose=0.3, seed=7)
        made = create(ten, 40)
        told = set(keys(ten))
        lost.append([key not in told for key in made])
    assert lost[0] == lost[1]
    assert 3 < sum(lost[0]) < 25


@pytest.mark.parametrize("version", ["nine", "ten"])
def test_the_order_can_be_changed(version: str, request: pytest.FixtureRequest) -> None:
    hooked: Hooked = request.getfixturevalue(version)
    hooked.register()
    hooked.rules(reorder=300)
    made = create(hooked, 20)
    told = keys(hooked)
    assert told != made
    assert sorted(told) == sorted(made)


def test_a_full_queue_drops_what_comes(ten: Hooked) -> None:
    ten.register()
    ten.rules(delay_ms=200, queue=3)
    create(ten, 5)
    assert ten.arrived() == {"delivered": 3, "dropped": 2}


@pytest.mark.parametrize("version", ["nine", "ten"])
def test_a_burst_is_delivered_quickly(version: str, request: pytest.FixtureRequest) -> None:
    hooked: Hooked = request.getfixturevalue(version)
    hooked.register()
    started = time.monotonic()
    made = create(hooked, 300)
    assert sorted(keys(hooked)) == sorted(made)
    assert time.monotonic() - started < 15


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        ({"lose": 2}, "lose"),
        ({"repeat": 0}, "repeat"),
        ({"colour": "red"}, "colour: Extra inputs"),
    ],
    ids=["lose", "repeat", "unknown"],
)
def test_wrong_rules_are_refused(nine: Hooked, rules: dict[str, object], problem: str) -> None:
    reply = nine.jira.control.post("/webhooks", json=rules)
    assert reply.status_code == 400
    assert problem in reply.json()["error"]
