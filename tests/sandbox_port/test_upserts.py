"""Writing to a catalog: whatever is sent, it is stored whole or refused, and the indexes agree."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.port.blueprints import completed
from sandbox.port.catalog import Catalog, Entity
from sandbox.port.replies import RefusedError
from sandbox.port.search_query import compiled
from sandbox.port.upserts import UpsertOptions, Upserts, Writer, deleted
from tests.sandbox_port.in_process import blueprint, relation

NAMES = st.sampled_from(["a", "b", "c", "d"])
UPSERT = UpsertOptions(upsert=True, merge=True, create_missing_related_entities=True)


def _catalog() -> Catalog:
    catalog = Catalog()
    for definition in (
        blueprint("epic", {"size": {"type": "number"}}),
        blueprint(
            "issue",
            {"size": {"type": "number"}},
            {
                "epic": relation("epic"),
                "parent": relation("issue"),
                "subtasks": relation("issue", many=True),
                "needs": relation("issue"),
            },
        ),
    ):
        catalog.put_blueprint(completed(definition))
    return catalog


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | NAMES | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(
        st.sampled_from(["combinator", "rules", "property", "operator", "value", "x"]), inner
    ),
    max_leaves=6,
)
_PARTS = st.dictionaries(
    st.sampled_from(["size", "epic", "parent", "subtasks", "needs", "other"]), _JSON
)
_BODY = st.dictionaries(
    st.sampled_from(["identifier", "title", "team", "properties", "relations"]), _JSON | _PARTS
)


@given(_BODY)
def test_any_body_is_stored_or_refused(body: dict[str, Any]) -> None:
    catalog = _catalog()
    try:
        written = Upserts(catalog).write("issue", body, UPSERT, Writer("me", 1.0))
    except RefusedError:
        assert catalog.count("issue") == 0
    else:
        assert catalog.find(*written.entity.key) == written.entity


_WRITE = st.fixed_dictionaries(
    {
        "identifier": NAMES,
        "relations": st.fixed_dictionaries(
            {},
            optional={
                "epic": NAMES | st.none(),
                "parent": NAMES | st.none(),
                "subtasks": st.lists(NAMES, max_size=3),
            },
        ),
    }
)
_STEP = st.tuples(st.just("write"), _WRITE) | st.tuples(
    st.sampled_from(["delete_epic", "delete_issue"]), NAMES
)


@given(st.lists(_STEP, max_size=15))
def test_no_relation_ever_points_at_nothing(steps: list[tuple[str, Any]]) -> None:
    catalog = _catalog()
    for number, (step, what) in enumerate(steps):
        if step == "write":
            Upserts(catalog).write("issue", what, UPSERT, Writer(f"me-{number % 2}", number))
        else:
            found = catalog.find(step.removeprefix("delete_"), what)
            if found is not None:
                deleted(catalog, found, with_dependents=True)
    every = [one for name in ("epic", "issue") for one in catalog.of_blueprint(name)]
    assert all(catalog.has(target) for one in every for target in _targets(one))
    for one in every:
        pointing = {other.key for other in every if one.key in _targets(other)}
        assert {referrer.key for referrer in catalog.referrers(one)} == pointing
    owned = [*_owned(catalog, "me-0"), *_owned(catalog, "me-1")]
    assert sorted(one.key for one in owned) == sorted(one.key for one in every)


def _targets(entity: Entity) -> set[tuple[str, str]]:
    epic, parent = entity.relations.get("epic"), entity.relations.get("parent")
    subtasks = entity.relations.get("subtasks", [])
    issues = {("issue", one) for one in [*subtasks, parent] if one is not None}
    return issues | ({("epic", epic)} if epic is not None else set())


def _owned(catalog: Catalog, datasource: str) -> list[Entity]:
    return catalog.of_datasource(datasource, "", before=None, after=0)


@given(st.lists(NAMES, max_size=4), st.lists(NAMES, max_size=4))
def test_a_bounded_search_finds_what_a_full_one_finds(stored: list[str], wanted: list[str]) -> None:
    catalog = _catalog()
    for identifier in stored:
        Upserts(catalog).write("issue", {"identifier": identifier}, UPSERT, Writer("me", 1.0))
    rule = {"property": "$identifier", "operator": "in", "value": wanted}
    found = catalog.search(compiled({"combinator": "and", "rules": [rule]}))
    assert {one.identifier for one in found} == set(stored) & set(wanted)


def test_a_catalog_survives_its_dump() -> None:
    catalog, again = _catalog(), _catalog()
    body = {"identifier": "a", "relations": {"epic": "b", "subtasks": ["c"]}}
    Upserts(catalog).write("issue", body, UPSERT, Writer("me", 1.0))
    again.load(catalog.dump())
    assert again.dump() == catalog.dump()
    assert [one.identifier for one in again.referrers(again.entity("epic", "b"))] == ["a"]
