"""An issue with only the derived fields gives the same value as one with all of them."""

from typing import Any

import jq
from hypothesis import given, settings
from hypothesis import strategies as st

from kinds.jq_paths import needs_of
from kinds.pruning import Pruner

NAMES = ("summary", "labels", "status", "assignee", "customfield_1")
LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "Done", "x y"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["name", "key", "fields"]), inner, max_size=3),
    max_leaves=6,
)
ISSUES = st.fixed_dictionaries(
    {
        "key": st.just("A-1"),
        "id": st.just("1"),
        "self": st.just("https://jira.example.com/rest/api/2/issue/1"),
        "fields": st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES)),
    }
)

ATOMS = st.sampled_from(
    [
        *(f".fields.{name}" for name in NAMES),
        *(".fields", ".", ".key", ".name", ".[0]", ".[]?", "null", "1", '"Done"', "keys", "length"),
        *("tojson", "tostring", "not", "type", ".. ", "to_entries", "values", "empty", "$x"),
        *('.fields["labels"]', '"\\(.fields.status)"', '"\\(.)"', ".fields[]?", ".changelog"),
    ]
)
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" | ", ", ", " // ", " and ", " == ", " + "]), inner).map(
            "".join
        ),
        st.tuples(inner, inner, inner).map(lambda t: f"if {t[0]} then {t[1]} else {t[2]} end"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]}) as $x | {t[1]}"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]} | {t[1]})"),
        inner.map(lambda e: f"[{e}]"),
        inner.map(lambda e: f"{{a: ({e})}}"),
        inner.map(lambda e: f"map({e})"),
        inner.map(lambda e: f"select({e})"),
        inner.map(lambda e: f"try ({e}) catch null"),
        inner.map(lambda e: f"({e})?"),
        inner.map(lambda e: f"({e}).name"),
    ),
    max_leaves=5,
)


def outcome(expression: str, issue: dict[str, Any]) -> object:
    """What Ocean takes from an expression: its first value, nothing, or a failure."""
    try:
        return jq.compile(expression).input(issue).first()
    except StopIteration:
        return StopIteration
    except ValueError:
        return ValueError


@settings(max_examples=600, deadline=None)
@given(expression=EXPRESSIONS, issue=ISSUES)
def test_derived_fields_give_the_same_value(expression: str, issue: dict[str, Any]) -> None:
    needs = needs_of(expression)
    if needs is None:
        return
    fields = {n: v for n, v in issue["fields"].items() if n in needs.fields}
    lean = Pruner([needs]).prune({**issue, "fields": fields})
    assert outcome(expression, lean) == outcome(expression, issue)
