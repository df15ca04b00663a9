"""The selectors: names, defaults, and what the mapping may say."""

from typing import Any

import pytest
from pydantic.v1 import ValidationError

from integration import (
    IssueSelector,
    JiraServerPortAppConfig,
    Kind,
    ProjectSelector,
    UserSelector,
)

PORT = {"entity": {"mappings": {"identifier": ".key", "blueprint": '"b"'}}}


def selector_of(kind: str, **selector: object) -> Any:  # noqa: ANN401 - one of three classes
    resource = {"kind": kind, "selector": {"query": "true"} | selector, "port": PORT}
    return JiraServerPortAppConfig.parse_obj({"resources": [resource]}).resources[0].selector


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        (Kind.PROJECT, ProjectSelector),
        (Kind.USER, UserSelector),
        (Kind.ISSUE, IssueSelector),
    ],
)
def test_each_kind_has_its_selector(kind: str, model: type) -> None:
    assert type(selector_of(kind)) is model


@pytest.mark.parametrize(
    ("kind", "field", "default"),
    [
        ("project", "expand", "description,lead,url,projectKeys"),
        ("project", "include_archived", False),
        ("project", "max_counted_projects", 1000),
        ("user", "include_inactive", True),
        ("issue", "jql", None),
        ("issue", "fields", None),
        ("issue", "expand", None),
    ],
)
def test_defaults(kind: str, field: str, default: object) -> None:
    assert getattr(selector_of(kind), field) == default


@pytest.mark.parametrize(
    ("kind", "name", "field", "value"),
    [
        ("project", "expand", "expand", "lead"),
        ("project", "includeArchived", "include_archived", True),
        ("project", "maxCountedProjects", "max_counted_projects", 0),
        ("user", "includeInactive", "include_inactive", False),
        ("issue", "jql", "jql", "project = A ORDER BY key"),
        ("issue", "fields", "fields", "*all,-comment"),
        ("issue", "expand", "expand", "renderedFields"),
    ],
)
def test_what_the_mapping_says_is_kept(kind: str, name: str, field: str, value: object) -> None:
    assert getattr(selector_of(kind, **{name: value}), field) == value


@pytest.mark.parametrize(
    ("kind", "selector"),
    [
        pytest.param("project", {"maxCountedProjects": -1}, id="negative-count"),
        pytest.param("project", {"includeArchived": "perhaps"}, id="no-boolean"),
        pytest.param("board", {}, id="unknown-kind"),
    ],
)
def test_what_cannot_be_meant_is_rejected(kind: str, selector: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        selector_of(kind, **selector)
