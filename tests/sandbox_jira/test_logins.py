"""Who is let in, who is not, and what is said then."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox_jira.conftest import Sandbox, Starter

WRONG = {"Authorization": "Bearer wrong"}
READER = ("catalog-reader", "sandbox-password")


def test_a_token_logs_in(jira: Sandbox) -> None:
    reply = jira.reader.get("/myself")
    assert reply.json()["name"] == reply.headers["X-AUSERNAME"] == "catalog-reader"
    assert reply.headers["X-Seraph-LoginReason"] == "OK"


def test_a_password_logs_in(jira: Sandbox) -> None:
    reply = jira.nobody.get("/myself", auth=READER)
    assert (reply.status_code, reply.json()["key"]) == (200, "JIRAUSER10001")


def test_myself_tells_the_time_zone(jira: Sandbox) -> None:
    assert jira.reader.get("/myself").json()["timeZone"] == "Europe/Berlin"


@pytest.mark.parametrize("anonymous", [False, True], ids=["closed", "open"])
def test_myself_is_never_anonymous(jira: Sandbox, anonymous: bool) -> None:
    jira.set(anonymous=anonymous)
    reply = jira.nobody.get("/myself")
    assert reply.status_code == 401
    assert reply.headers["X-AUSERNAME"] == "anonymous"


def test_a_wrong_token_is_refused(jira: Sandbox) -> None:
    reply = jira.nobody.get("/project", headers=WRONG)
    assert reply.status_code == 401
    assert reply.headers["X-AUSERNAME"] == "anonymous"
    assert reply.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
    assert "WWW-Authenticate" in reply.headers


def test_where_anonymous_access_is_allowed_a_wrong_token_gets_less_instead(jira: Sandbox) -> None:
    jira.set(anonymous=True)
    reply = jira.nobody.get("/project", headers=WRONG)
    mine = {project["key"] for project in jira.reader.get("/project").json()}
    shown = {project["key"] for project in reply.json()}
    assert reply.status_code == 200
    assert reply.headers["X-AUSERNAME"] == "anonymous"
    assert {"WEB", "OSS"} <= shown < mine
    total = jira.nobody.get("/search", headers=WRONG).json()["total"]
    assert 0 < total < jira.search()["total"]


def test_without_anonymous_access_nobody_sees_an_empty_list(jira: Sandbox) -> None:
    reply = jira.nobody.get("/project")
    assert (reply.status_code, reply.json()) == (200, [])
    assert jira.nobody.get("/search").json()["total"] == 0


def test_an_expired_token_is_a_wrong_one(jira: Sandbox) -> None:
    jira.set(expire_token="sandbox-token")
    assert jira.reader.get("/myself").status_code == 401
    jira.set(renew_token="sandbox-token")
    assert jira.reader.get("/myself").status_code == 200


def test_a_wrong_password_is_refused_with_a_page(jira: Sandbox) -> None:
    reply = jira.nobody.get("/myself", auth=(READER[0], "wrong"))
    assert reply.status_code == 401
    assert reply.headers["Content-Type"].startswith("text/html")
    assert "AUTHENTICATED_FAILED" in reply.text


def test_three_wrong_passwords_lock_the_account_until_the_captcha_is_solved(jira: Sandbox) -> None:
    for _ in range(3):
        assert jira.nobody.get("/myself", auth=(READER[0], "wrong")).status_code == 401
    locked = jira.nobody.get("/myself", auth=READER)
    assert locked.status_code == 403
    assert locked.headers["X-Seraph-LoginReason"] == "AUTHENTICATION_DENIED"
    reason = locked.headers["X-Authentication-Denied-Reason"]
    assert reason == f"CAPTCHA_CHALLENGE; login-url={jira.running.url}/login.jsp"
    assert jira.reader.get("/myself").status_code == 200
    jira.set(reset_captcha=True)
    assert jira.nobody.get("/myself", auth=READER).status_code == 200


def test_a_right_password_forgets_the_wrong_ones(jira: Sandbox) -> None:
    for password in ("wrong", "wrong", READER[1], "wrong", "wrong"):
        jira.nobody.get("/myself", auth=(READER[0], password))
    assert jira.nobody.get("/myself", auth=READER).status_code == 200


@pytest.mark.parametrize(
    ("version", "status", "kind"),
    [("9.12", 401, "text/html"), ("11", 403, "text/plain")],
    ids=["switched-off", "off-from-the-start"],
)
def test_basic_authentication_may_be_off(
    starter: Starter, version: str, status: int, kind: str
) -> None:
    options = [] if version == "11" else ["--no-basic-auth"]
    reply = starter("--version", version, *options).nobody.get("/myself", auth=READER)
    assert reply.status_code == status
    assert reply.headers["Content-Type"].startswith(kind)
    assert "Basic Authentication has been disabled on this instance." in reply.text


def test_before_8_14_tokens_mean_nothing(starter: Starter) -> None:
    old = starter("--version", "8.13.9")
    assert old.reader.get("/myself").status_code == 401
    assert old.nobody.get("/myself", auth=READER).status_code == 200


def test_a_user_who_was_deactivated_is_not_let_in(fresh: Sandbox) -> None:
    fresh.change("deactivate_user", user="catalog-reader")
    assert fresh.reader.get("/myself").status_code == 401
    assert fresh.nobody.get("/myself", auth=READER).status_code == 401


@pytest.mark.parametrize("header", ["Basic !!!", "Basic", "Basic bm9jb2xvbg==", "Bearer"])
def test_broken_credentials_are_wrong_ones(jira: Sandbox, header: str) -> None:
    assert jira.nobody.get("/myself", headers={"Authorization": header}).status_code == 401


def test_names_in_headers_are_percent_encoded(fresh: Sandbox) -> None:
    fresh.change("rename_user", user="catalog-reader", name="каталог читатель")
    name = fresh.reader.get("/myself").headers["X-AUSERNAME"]
    assert name.isascii()
    assert httpx.URL(f"http://x/{name}").path == "/каталог читатель"


def test_tokens_are_listed_to_their_owner(jira: Sandbox) -> None:
    reply = jira.reader.get(f"{jira.running.url}/rest/pat/latest/tokens")
    (token,) = reply.json()
    assert set(token) == {"id", "name", "createdAt", "lastAccessedAt", "expiringAt"}
    assert jira.nobody.get(f"{jira.running.url}/rest/pat/latest/tokens").status_code == 401


def test_server_info_needs_no_login(jira: Sandbox) -> None:
    document = jira.nobody.get("/serverInfo").json()
    assert document["versionNumbers"] == [9, 12, 18]
    assert document["deploymentType"] == "Server"
    assert document["baseUrl"] == jira.running.url
