"""Mappings for tests: issue resources by their JQL, and one of users where that matters."""

from port_ocean.core.handlers.port_app_config.models import ResourceConfig

from integration import JiraServerPortAppConfig

ENTITY = {"identifier": ".key", "blueprint": '"b"', "properties": {"status": ".fields.status.name"}}


def resources(*jql: str, users: dict[str, object] | None = None) -> list[ResourceConfig]:
    given: list[tuple[str, dict[str, object]]] = [("issue", {"jql": one}) for one in jql]
    if users is not None:
        given.append(("user", users))
    config = JiraServerPortAppConfig.parse_obj(
        {
            "resources": [
                {
                    "kind": kind,
                    "selector": {"query": "true", **selector},
                    "port": {"entity": {"mappings": ENTITY}},
                }
                for kind, selector in given
            ]
        }
    )
    return list(config.resources)
