"""The rule in Python is the rule of the shipped mapping, and can be read back."""

from functools import cache
from typing import Any

import jq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinds.identifiers import identifier_of, key_of
from tests.contract.shipped import mappings

keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.text("aA=7E~%2 Ж/?")


@cache
def shipped() -> Any:  # noqa: ANN401 - jq has no types
    return jq.compile(mappings("issue")["identifier"])


@given(key=keys)
def test_the_shipped_mapping_says_the_same(key: str) -> None:
    assert identifier_of(key) == shipped().input({"key": key}).first()


@given(key=keys)
def test_the_key_is_read_back(key: str) -> None:
    assert key_of(identifier_of(key)) == key


@pytest.mark.parametrize(
    ("key", "identifier"),
    [
        pytest.param("PAY_2-1", "PAY_2-1", id="as-it-is"),
        pytest.param("МИР-3", "=D0=9C=D0=98=D0=A0-3", id="another-script"),
        pytest.param("old user", "old=20user", id="space"),
        pytest.param("a=b~", "a=3Db=7E", id="the-escape-itself"),
    ],
)
def test_identifiers(key: str, identifier: str) -> None:
    assert identifier_of(key) == identifier
    assert key_of(identifier) == key


@given(key=st.text(st.characters(exclude_characters="=")))
def test_an_identifier_without_an_escape_is_the_key(key: str) -> None:
    assert key_of(key) == key


@pytest.mark.parametrize("identifier", ["a=zz", "=7", "=D0-1"])
def test_what_is_no_escape_makes_no_trouble(identifier: str) -> None:
    """A mapping of the user's own may name entities otherwise."""
    assert isinstance(key_of(identifier), str)
