"""Secrets are taken out of text in every form in which they can turn up."""

import pytest

from jira_server.redaction import MASK, basic_credentials, forms_of_secrets, redact


@pytest.mark.parametrize(
    ("secrets", "forms"),
    [
        pytest.param(["abcdef"], ("abcdef",), id="plain"),
        pytest.param(["p@ss word"], ("p%40ss%20word", "p@ss word"), id="percent-encoded"),
        pytest.param(["пароль"], ("%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C", "пароль"), id="cyrillic"),
        pytest.param(["abc", ""], (), id="too-short-to-hide"),
        pytest.param(["abcd", "abcdefgh"], ("abcdefgh", "abcd"), id="longest-first"),
    ],
)
def test_forms_of_secrets(secrets: list[str], forms: tuple[str, ...]) -> None:
    assert forms_of_secrets(*secrets) == forms


def test_basic_credentials_are_those_of_the_rfc() -> None:
    assert basic_credentials("Aladdin", "open sesame") == "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def test_basic_credentials_are_utf_8() -> None:
    assert basic_credentials("test", "123£") == "dGVzdDoxMjPCow=="


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        pytest.param("nothing to hide", "nothing to hide", id="nothing"),
        pytest.param("x hunter22 y", f"x {MASK} y", id="the-secret"),
        pytest.param("hunter22hunter22", MASK * 2, id="twice"),
        pytest.param(
            "Authorization: Bearer abcDEF123+/=", f"Authorization: Bearer {MASK}", id="bearer"
        ),
        pytest.param("BASIC  dXNlcjpwYXNz", f"BASIC  {MASK}", id="basic"),
        pytest.param("Basic auth is off", "Basic auth is off", id="words-about-basic"),
        pytest.param("at http://jo:pw@jira/x", f"at http://{MASK}@jira/x", id="user-in-url"),
        pytest.param("see https://jira/x?a=b@c", "see https://jira/x?a=b@c", id="at-in-query"),
    ],
)
def test_redact(text: str, safe: str) -> None:
    assert redact(text, ["hunter22"]) == safe
