"""Which definitions of actions are acceptable. Looks nothing up but blueprints, stores nothing.

Source: Port's documentation of self-service actions; for `INTEGRATION_ACTION` what port_ocean reads
of a run's payload.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator

from sandbox.port import templates
from sandbox.port.replies import Json
from sandbox.port.user_inputs import definition_problems

INTEGRATION_ACTION = "INTEGRATION_ACTION"
SELF_SERVICE = "self-service"
EXECUTION_PROPERTIES = "integrationActionExecutionProperties"
_IDENTIFIER = re.compile(r"[A-Za-z0-9@_=-]{1,100}")
_FIELDS = frozenset(
    {
        *("identifier", "title", "icon", "description", "trigger", "invocationMethod"),
        *("requiredApproval", "approvalNotification", "publish", "allowAnyoneToViewRuns"),
    }
)
_STAMPS = frozenset({"id", "createdAt", "createdBy", "updatedAt", "updatedBy"})
_TRIGGERS = (SELF_SERVICE, "automation")
_TRIGGER_FIELDS = frozenset({"type", "operation", "userInputs", "blueprintIdentifier", "condition"})
_OPERATIONS = ("CREATE", "DAY-2", "DELETE")
_INVOCATIONS = (
    INTEGRATION_ACTION,
    *("WEBHOOK", "GITHUB", "GITLAB", "AZURE_DEVOPS", "KAFKA", "UPSERT_ENTITY"),
)
_INVOCATION_FIELDS = frozenset(
    {"type", "installationId", "integrationActionType", EXECUTION_PROPERTIES}
)


def without_stamps(definition: Json) -> Json:
    """A definition without who wrote it and when: those are Port's to say."""
    return {name: value for name, value in definition.items() if name not in _STAMPS}


def acts_on_entity(definition: Json) -> bool:
    """Whether a run of the action is about an entity that has to exist."""
    return definition["trigger"].get("operation") in ("DAY-2", "DELETE")


def problems(definition: Json) -> list[str]:
    """What is wrong with a definition without stamps; its blueprint aside."""
    return [
        *_unknown("action", definition, _FIELDS),
        *_name_problems(definition),
        *_trigger_problems(definition.get("trigger")),
        *_invocation_problems(definition.get("invocationMethod")),
    ]


def missing_blueprint(definition: Json, known: Container[str]) -> str | None:
    """The blueprint that the action is for when it does not exist."""
    blueprint = definition["trigger"].get("blueprintIdentifier")
    return None if blueprint is None or blueprint in known else str(blueprint)


def _name_problems(definition: Json) -> Iterator[str]:
    identifier = definition.get("identifier")
    if not isinstance(identifier, str) or not _IDENTIFIER.fullmatch(identifier):
        yield f"identifier {identifier!r} must match pattern ^[A-Za-z0-9@_=\\-]+$"
    for name in ("title", "icon", "description"):
        if not isinstance(definition.get(name), str | None):
            yield f"{name} must be a text"


def _trigger_problems(trigger: object) -> Iterator[str]:
    if not isinstance(trigger, dict) or trigger.get("type") not in _TRIGGERS:
        yield f"trigger must be an object with a type of {', '.join(_TRIGGERS)}"
        return
    if trigger["type"] == SELF_SERVICE:
        yield from _self_service_problems(trigger)


def _self_service_problems(trigger: Json) -> Iterator[str]:
    yield from _unknown("trigger", trigger, _TRIGGER_FIELDS)
    yield from definition_problems(trigger.get("userInputs"))
    if trigger.get("operation") not in _OPERATIONS:
        yield f"trigger operation must be one of {', '.join(_OPERATIONS)}, got {trigger.get('operation')!r}"
    elif trigger["operation"] != "CREATE" and not trigger.get("blueprintIdentifier"):
        yield f"trigger of operation {trigger['operation']} must have a blueprintIdentifier"


def _invocation_problems(invocation: object) -> Iterator[str]:
    if not isinstance(invocation, dict) or invocation.get("type") not in _INVOCATIONS:
        yield f"invocationMethod must be an object with a type of {', '.join(_INVOCATIONS)}"
        return
    if invocation["type"] == INTEGRATION_ACTION:
        yield from _integration_action_problems(invocation)


def _integration_action_problems(invocation: Json) -> Iterator[str]:
    yield from _unknown("invocationMethod", invocation, _INVOCATION_FIELDS)
    for name in ("installationId", "integrationActionType"):
        if not isinstance(invocation.get(name), str) or not invocation[name]:
            yield f"invocationMethod {name} must be a text that is not empty"
    properties = invocation.get(EXECUTION_PROPERTIES)
    if not isinstance(properties, dict):
        yield f"invocationMethod {EXECUTION_PROPERTIES} must be an object"
        return
    for problem in templates.problems(properties):
        yield f"invocationMethod {EXECUTION_PROPERTIES}: {problem}"


def _unknown(where: str, given: Json, known: Collection[str]) -> Iterator[str]:
    names = [name for name in given if name not in known]
    if names:
        yield f"{where} must NOT have additional properties: {', '.join(names)}"
