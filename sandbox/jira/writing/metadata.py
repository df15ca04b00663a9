"""Screens as create, edit and transition metadata describe them."""

from __future__ import annotations

from typing import Any, Final

from sandbox.jira.payloads.field_list import field_name, field_schema
from sandbox.jira.payloads.fragments import Fragments
from sandbox.jira.writing.screens import Screen, ScreenField
from sandbox.jira.writing.values import Place

_AUTO_COMPLETE: Final = {"assignee", "reporter", "labels"}


def screen_documents(screen: Screen, place: Place, shared: Fragments) -> dict[str, Any]:
    """Each field by its id."""
    return {one.id: _document(one, place, shared) for one in screen.values()}


def _document(one: ScreenField, place: Place, shared: Fragments) -> dict[str, Any]:
    document: dict[str, Any] = {
        "required": one.required,
        "schema": field_schema(one.id),
        "name": field_name(one.id),
        "fieldId": one.id,
        "hasDefaultValue": one.has_default,
        "operations": list(one.operations),
    }
    if one.id in _AUTO_COMPLETE:
        document["autoCompleteUrl"] = _auto_complete(one.id, place, shared)
    if one.allowed is not None:
        document["allowedValues"] = one.allowed(place, shared)
    return document


def _auto_complete(id_: str, place: Place, shared: Fragments) -> str:
    if id_ == "labels":
        return f"{shared.base_url}/rest/api/1.0/labels/suggest?query="
    if id_ == "reporter":
        return f"{shared.api}/user/search?username="
    where = f"project={place.project.key}"
    if place.issue is not None:
        where = f"issueKey={place.issue.key}"
    return f"{shared.api}/user/assignable/search?{where}&username="
