"""What the catalog must hold, worked out from what the sandbox Jira says about itself. Pure.

Written from the data model, not from the mapping: an independent second opinion.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

Json = dict[str, Any]
Entities = Mapping[str, Mapping[str, Json]]
Key = tuple[str, str]
"""A blueprint's and an entity's identifier."""

PROJECT, USER, ISSUE = "jiraServerProject", "jiraServerUser", "jiraServerIssue"


def identifier(key: str) -> str:
    """A key with what Port's identifiers cannot hold written as `=` and two hexadecimal digits."""
    return re.sub(r"[^A-Za-z0-9@_.+:/-]", _escaped, key)


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"={byte:02X}" for byte in match[0].encode())


def users(state: Json) -> dict[str, Json]:
    """Everybody in the directory by identifier: title, active, emailAddress (None: masked)."""
    return {
        identifier(user["key"]): {
            "title": user["display_name"],
            "active": user["active"],
            "emailAddress": _shown_mail(user["email"]),
        }
        for user in state["users"]
        if not user["deleted"]
    }


def _shown_mail(mail: str | None) -> str | None:
    """The address, None for the texts that Jira puts in its place."""
    return mail if mail and "@" in mail and " " not in mail else None


def projects(state: Json, base_url: str, totals: Mapping[str, int]) -> dict[str, Json]:
    """Every project that a user who is no administrator sees: title, lead, url, totalIssues."""
    listed = users(state)
    return {
        project["key"]: {
            "title": project["name"],
            "url": f"{base_url}/projects/{project['key']}",
            "totalIssues": totals[project["key"]],
            "lead": _among(listed, project["lead"]),
        }
        for project in visible_projects(state)
    }


def visible_projects(state: Json) -> list[Json]:
    """Those that the reader may browse and that are not archived."""
    return [p for p in state["projects"] if p["audience"] != "admins" and not p["archived"]]


def issues(found: Iterable[Json], people: Collection[str], base_url: str) -> dict[str, Json]:
    """The found issues: title, url, status and relations; only to issues and people of the catalog."""
    found = list(found)
    listed = {issue["key"] for issue in found}
    return {issue["key"]: _issue(issue, listed, people, base_url) for issue in found}


def _issue(issue: Json, listed: Collection[str], people: Collection[str], base_url: str) -> Json:
    fields = issue["fields"]
    subtasks = (subtask["key"] for subtask in fields["subtasks"])
    return {
        "title": fields["summary"],
        "url": f"{base_url}/browse/{issue['key']}",
        "status": fields["status"]["name"],
        "project": fields["project"]["key"],
        "parentIssue": _among(listed, (fields.get("parent") or {}).get("key")),
        "subtasks": sorted(key for key in subtasks if key in listed),
        "assignee": _among(people, (fields["assignee"] or {}).get("key")),
        "reporter": _among(people, (fields["reporter"] or {}).get("key")),
    }


def _among(listed: Collection[str], key: str | None) -> str | None:
    return identifier(key) if key and identifier(key) in listed else None


def seen(entity: Json, names: Iterable[str]) -> Json:
    """The same facts of an entity of the catalog, wherever it keeps them."""
    facts = {**entity["properties"], **entity["relations"], "title": entity["title"]}
    facts["subtasks"] = sorted(facts.get("subtasks") or [])
    return {name: facts.get(name) for name in names}


def phantoms(entities: Entities) -> list[str]:
    """Entities that Port made up for a relation: they have no properties."""
    return [
        f"{blueprint} {name}"
        for blueprint, some in entities.items()
        for name, entity in some.items()
        if not entity["properties"]
    ]


def contents(entities: Entities) -> dict[Key, object]:
    """All that the integration wrote, without the times of writing."""
    return {key: (one["title"], one["properties"], one["relations"]) for key, one in _all(entities)}


def times(entities: Entities) -> dict[Key, object]:
    """When each entity was last written."""
    return {key: one["updatedAt"] for key, one in _all(entities)}


def _all(entities: Entities) -> Iterator[tuple[Key, Json]]:
    return (
        ((blueprint, name), one)
        for blueprint, some in entities.items()
        for name, one in some.items()
    )
