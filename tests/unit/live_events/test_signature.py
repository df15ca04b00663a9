"""Only whoever knows the secret passes."""

import hashlib
import hmac
from urllib.parse import urlencode

import pytest

from live_events.signature import derived_secret, fingerprint, is_genuine

SECRET = "a secret & more"
BODY = b'{"webhookEvent": "jira:issue_updated"}'
QUERY = urlencode({"secret": SECRET}).encode()


def signature(body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"x-hub-signature": f"sha256={digest}"}


@pytest.mark.parametrize(
    ("headers", "query", "version", "genuine"),
    [
        pytest.param(signature(), b"", 10, True, id="signed"),
        pytest.param(signature(), b"", 11, True, id="signed-by-a-later-version"),
        pytest.param(signature(), b"", None, True, id="signed-version-unknown"),
        pytest.param({}, QUERY, 9, True, id="named"),
        pytest.param({}, QUERY, 8, True, id="named-to-an-older-version"),
        pytest.param({}, QUERY, None, True, id="named-version-unknown"),
        pytest.param({}, QUERY, 10, False, id="named-where-it-is-to-be-signed"),
        pytest.param(signature(), b"", 9, False, id="signed-where-nothing-is-signed"),
        pytest.param({}, b"", None, False, id="nothing"),
        pytest.param(signature(BODY + b" "), b"", 10, False, id="another-body"),
        pytest.param(signature(secret="guess"), b"", 10, False, id="another-secret"),
        pytest.param({"x-hub-signature": "sha256="}, b"", 10, False, id="an-empty-signature"),
        pytest.param({"x-hub-signature": "sha1=aa"}, b"", 10, False, id="another-method"),
        pytest.param({"x-hub-signature": "é\udcff"}, b"", 10, False, id="no-ascii"),
        pytest.param({}, b"secret=guess", 9, False, id="another-name"),
        pytest.param({}, QUERY + b"&" + QUERY, 9, False, id="twice"),
        pytest.param({}, b"&".join([b"a=b"] * 50), 9, False, id="many-parameters"),
        pytest.param({}, b"secret=\xff", 9, False, id="bytes"),
    ],
)
def test_genuine(headers: dict[str, str], query: bytes, version: int | None, genuine: bool) -> None:
    assert is_genuine(headers, query, BODY, SECRET, version) is genuine


@pytest.mark.parametrize("version", [None, 9, 10])
def test_without_a_secret_nothing_is_genuine(version: int | None) -> None:
    assert not is_genuine(signature(secret=""), b"secret=", BODY, "", version)


def test_a_derived_secret_is_the_same_after_a_restart_and_another_for_others() -> None:
    secret = derived_secret("token", "jira-server")
    assert secret == derived_secret("token", "jira-server")
    assert len(secret) == 64
    others = {derived_secret("token", "another"), derived_secret("tokem", "jira-server")}
    assert secret not in others
    assert "token" not in secret


def test_a_fingerprint_is_short_and_its_own() -> None:
    assert len(fingerprint("a")) == 8
    assert fingerprint("a") != fingerprint("b")
