"""Whatever comes in as an event: nothing is raised, and nothing odd comes out."""

import hashlib
import hmac
import re
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from live_events.events import EVENTS, IssueConcern, ProjectConcern, merged, read_event
from live_events.signature import is_genuine

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inside: st.lists(inside, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["webhookEvent", "issue", "id", "key", "self", "changelog", "items", "field", "user"]
        )
        | st.text(max_size=9),
        inside,
        max_size=6,
    ),
    max_leaves=20,
)
PAYLOADS = JSON | st.fixed_dictionaries(
    {
        "webhookEvent": st.sampled_from(EVENTS),
        "issue": st.fixed_dictionaries({"id": JSON, "key": JSON}) | JSON,
        "project": st.fixed_dictionaries({"id": JSON, "key": JSON}) | JSON,
        "user": st.fixed_dictionaries({"key": JSON, "name": JSON}) | JSON,
        "comment": st.fixed_dictionaries({"self": JSON}) | JSON,
        "worklog": st.fixed_dictionaries({"issueId": JSON}) | JSON,
        "issueLink": JSON,
        "changelog": JSON,
    }
)
SAFE = re.compile(r"[\w-]+")


@given(PAYLOADS)
def test_keys_and_ids_can_stand_in_an_address(payload: object) -> None:
    for concern in read_event(payload):
        names = concern.names if isinstance(concern, IssueConcern) else ()
        if isinstance(concern, ProjectConcern):
            names = tuple(filter(None, (concern.id, concern.key)))
        assert all(SAFE.fullmatch(name) for name in names)
        assert merged(concern, concern).subject == concern.subject


@given(st.binary(), st.text(min_size=1), st.integers(10, 12) | st.none())
def test_what_is_signed_with_the_secret_is_genuine(
    body: bytes, secret: str, version: int | None
) -> None:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert is_genuine({"x-hub-signature": f"sha256={digest}"}, b"", body, secret, version)
    assert not is_genuine(
        {"x-hub-signature": f"sha256={digest}"}, b"", body + b"x", secret, version
    )


@given(st.text(min_size=1), st.text(), st.integers(7, 9) | st.none())
def test_only_the_secret_itself_in_the_query_is_genuine(
    secret: str, guess: str, version: int | None
) -> None:
    query = f"secret={quote(secret, safe='')}".encode()
    assert is_genuine({}, query, b"", secret, version)
    if guess != secret:
        other = f"secret={quote(guess, safe='')}".encode()
        assert not is_genuine({}, other, b"", secret, version)


@given(
    st.binary(max_size=60), st.dictionaries(st.text(max_size=20), st.text(max_size=80), max_size=3)
)
def test_rubbish_is_never_genuine(query: bytes, headers: dict[str, str]) -> None:
    assert not is_genuine(headers, query, b"body", "a-secret-that-nobody-guesses", None)
