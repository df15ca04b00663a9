"""The shipped JQ makes identifiers that Port takes, and different ones of different keys."""

import re
from functools import cache
from typing import Any

import jq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.shipped import mappings

PORT_TAKES = re.compile(r"[A-Za-z0-9@_.+:/=-]+")
keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
tricky = st.text("aA=7E~%2\\ ЖẞI\u0301\u200b", min_size=1, max_size=6)


@cache
def program(kind: str) -> Any:  # noqa: ANN401 - jq has no types
    return jq.compile(mappings(kind)["identifier"])


def identifier(key: str, kind: str = "issue") -> str:
    return str(program(kind).input({"key": key}).first())


def decoded(identifier: str) -> str:
    """What a reader of the rule would do to get the key back: `=XX` are bytes of UTF-8."""
    as_bytes = re.sub(
        rb"=([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), identifier.encode("ascii")
    )
    return as_bytes.decode("utf-8")


@given(key=keys | tricky)
def test_port_takes_every_identifier(key: str) -> None:
    assert PORT_TAKES.fullmatch(identifier(key))


@given(key=keys | tricky)
def test_the_key_can_be_read_back_so_no_two_keys_share_an_identifier(key: str) -> None:
    assert decoded(identifier(key)) == key


@given(key=st.from_regex(r"[A-Za-z0-9@_.+:/-]+", fullmatch=True))
def test_a_key_that_port_takes_is_left_as_it_is(key: str) -> None:
    assert identifier(key) == key


@settings(max_examples=40)
@given(key=keys | tricky)
def test_the_kinds_agree(key: str) -> None:
    assert identifier(key, "user") == identifier(key, "project") == identifier(key, "issue")


def test_the_expression_is_written_the_same_way_everywhere() -> None:
    """Relations end at the entities that identifiers name."""
    rule = mappings("user")["identifier"].removeprefix(".key | ")
    relations = [
        expression
        for kind in ("project", "issue")
        for expression in mappings(kind)["relations"].values()
    ]
    assert [e for e in relations if rule not in e] == []
    assert len(relations) == 6


@pytest.mark.parametrize(("key", "text"), [("a=b", "a=3Db"), ("a~", "a=7E"), ("=7E", "=3D7E")])
def test_the_escape_is_itself_escaped(key: str, text: str) -> None:
    assert identifier(key) == text
