"""Which fields of an issue an expression looks at, or that it cannot be told."""

import pytest

from kinds.jq_paths import needs_of

ANY_FIELD_MAY_BE_READ = None


@pytest.mark.parametrize(
    ("expression", "fields"),
    [
        pytest.param('"constant"', set(), id="constant"),
        pytest.param(".key", set(), id="always-there"),
        pytest.param(".fields.summary", {"summary"}, id="field"),
        pytest.param(".fields.status.statusCategory.name", {"status"}, id="inside-of-a-field"),
        pytest.param('.fields["summary"]', {"summary"}, id="brackets"),
        pytest.param('.fields."Story Points"', {"Story Points"}, id="quoted"),
        pytest.param(".fields | .summary", {"summary"}, id="pipe"),
        pytest.param(".fields.a // .fields.b", {"a", "b"}, id="alternative"),
        pytest.param(".fields.a + .fields.b", {"a", "b"}, id="sum"),
        pytest.param("if .fields.a then .fields.b else .key end", {"a", "b"}, id="condition"),
        pytest.param("if .fields then .fields.a else null end", {"a"}, id="whether-there-are-any"),
        pytest.param(".fields.labels | map(select(. != .))", {"labels"}, id="functions"),
        pytest.param(".fields as $f | $f.a", {"a"}, id="variable"),
        pytest.param('"\\(.fields.a)-\\(.fields.b)"', {"a", "b"}, id="interpolation"),
        pytest.param("[.fields.a, .fields.b]", {"a", "b"}, id="list"),
        pytest.param("{x: .fields.a}", {"a"}, id="object"),
        pytest.param(".fields.a?", {"a"}, id="optional"),
        pytest.param("try .fields.a catch null", {"a"}, id="try"),
        pytest.param('.self | split("/rest/")[0]', set(), id="link"),
    ],
)
def test_the_fields_are_read_from_the_expression(expression: str, fields: set[str]) -> None:
    needs = needs_of(expression)
    assert needs is not None
    assert needs.fields == frozenset(fields)


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param(".", id="the-issue"),
        pytest.param(".fields", id="all-fields"),
        pytest.param(".fields | keys", id="names-of-fields"),
        pytest.param(".fields[]", id="each-field"),
        pytest.param(".fields | to_entries", id="entries"),
        pytest.param("..", id="everything-below"),
        pytest.param(".fields | tojson", id="as-text"),
        pytest.param("{fields}", id="shorthand"),
        pytest.param('.["fi" + "elds"].a', id="made-up-name"),
        pytest.param(".fields[.key]", id="name-from-data"),
        pytest.param("path(.fields.a)", id="paths"),
        pytest.param("reduce .fields.a[] as $x (0; . + 1)", id="reduce"),
        pytest.param("def f: .fields; f | keys", id="definition"),
        pytest.param(".fields as {a: $x} | $x", id="destructuring"),
        pytest.param("input", id="another-input"),
        pytest.param("$ENV.HOME", id="environment"),
        pytest.param(".changelog.histories", id="beside-the-fields"),
        pytest.param(".fields.a = 1", id="assignment"),
        pytest.param("(.fields.a", id="no-jq"),
        pytest.param('"', id="open-quote"),
        pytest.param("(" * 5_000 + ".fields.a" + ")" * 5_000, id="very-deep"),
    ],
)
def test_what_is_not_certain_needs_every_field(expression: str) -> None:
    assert needs_of(expression) is ANY_FIELD_MAY_BE_READ
