"""No secret survives in any text, in none of its forms."""

import base64
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from configuration import Credentials
from jira_server.redaction import MASK, basic_credentials, forms_of_secrets, redact

# Brackets are left out: a secret that is a part of the mask cannot be told from the mask.
secrets = st.text(
    st.characters(exclude_characters="[]", exclude_categories=["Cs", "Cc"]), min_size=4, max_size=20
).filter(lambda s: s not in MASK)
pieces = st.one_of(
    st.text(max_size=20), st.sampled_from(["Authorization: Bearer ", "?token=", "'"])
)


@given(
    given=st.lists(secrets, min_size=1, max_size=3), around=st.lists(pieces, min_size=6, max_size=6)
)
def test_no_form_of_a_secret_survives(given: list[str], around: list[str]) -> None:
    shapes = [shape for s in given for shape in (s, quote(s, safe=""))]
    text = "".join(piece + shape for piece, shape in zip(around, shapes, strict=False))
    safe = redact(text, forms_of_secrets(*given))
    whole = [s for s in shapes if not any(s in other and s != other for other in MASK.split())]
    assert not any(shape in safe for shape in whole)


@given(text=st.text(st.characters(exclude_characters="@", exclude_categories=["Cs"])))
def test_a_text_without_secrets_is_left_alone(text: str) -> None:
    if "bearer" not in text.lower() and "basic" not in text.lower():
        assert redact(text, forms_of_secrets("no-such-secret")) == text


@given(
    token=st.text("abcXYZ019+/=._~-", min_size=6, max_size=60),
    scheme=st.sampled_from(["Bearer", "basic"]),
)
def test_an_authorization_value_is_hidden_though_unknown(token: str, scheme: str) -> None:
    assert token not in redact(f"Authorization: {scheme} {token}").removeprefix("Authorization: ")


@given(
    user=st.text("abc.%", min_size=1, max_size=9),
    password=st.text("xyz:!$&9", min_size=1, max_size=9),
)
def test_user_info_in_an_address_is_hidden(user: str, password: str) -> None:
    shown = redact(f"see http://{user}:{password}@jira.example.com/x")
    assert shown == f"see http://{MASK}@jira.example.com/x"


@given(username=st.text(min_size=1), password=st.text(min_size=1))
def test_basic_credentials_hold_the_pair(username: str, password: str) -> None:
    encoded = basic_credentials(username, password)
    assert base64.b64decode(encoded).decode() == f"{username}:{password}"


@given(username=st.text("abc", min_size=1, max_size=9), password=secrets)
def test_every_form_in_which_a_password_is_sent_is_known(username: str, password: str) -> None:
    known = Credentials(username=username, password=password).secrets
    assert {password, quote(password, safe=""), basic_credentials(username, password)} <= set(known)
