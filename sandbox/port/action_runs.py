"""Starts runs of self-service actions and shows them as Port's API does. Speaks no HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.port import requester, templates
from sandbox.port.action_definitions import (
    EXECUTION_PROPERTIES,
    INTEGRATION_ACTION,
    SELF_SERVICE,
    acts_on_entity,
)
from sandbox.port.catalog import Catalog
from sandbox.port.clock import iso
from sandbox.port.entity_views import presented as presented_entity
from sandbox.port.replies import Json, RefusedError, invalid
from sandbox.port.runs import Run, RunKind, new_identifier
from sandbox.port.user_inputs import filled, value_refusals


@dataclass(frozen=True)
class Press:
    """Somebody presses the button of an action: with what, about which entity, as whom, when."""

    inputs: Json
    entity: str | None
    email: str | None
    now: float


def new_run(action: Json, press: Press, catalog: Catalog) -> Run:
    """A run of the action that an integration may claim.

    Raises `RefusedError`: 404 for an unknown entity, 422 for values that do not fit the inputs or
    an action without a button, 501 for an action that no integration carries out.
    """
    _refuse_unsuitable(action)
    entity = _entity(action, press, catalog)
    inputs = _checked_inputs(action, press, entity)
    identifier = new_identifier(RunKind.ACTION)
    invocation = action["invocationMethod"]
    subject = _subject(action, press, identifier, {"inputs": inputs, "entity": entity})
    return Run(
        id=identifier,
        kind=RunKind.ACTION,
        subject=action["identifier"],
        installation=invocation["installationId"],
        invocation={
            **invocation,
            EXECUTION_PROPERTIES: templates.rendered(invocation[EXECUTION_PROPERTIES], subject),
        },
        requested_by=press.email,
        created_at=press.now,
        about={
            "title": action.get("title"),
            "icon": action.get("icon"),
            "blueprint": action["trigger"].get("blueprintIdentifier"),
            "entity": entity.get("identifier"),
            "inputs": inputs,
        },
    )


def presented(run: Run) -> Json:
    """A run as Port's API answers it, to integrations that claim it too."""
    return {
        "id": run.id,
        "status": run.status,
        "statusLabel": run.status_label,
        "action": {
            "identifier": run.subject,
            "title": run.about["title"],
            "icon": run.about["icon"],
            "deleted": False,
        },
        "blueprint": _named(run.about["blueprint"]),
        "entity": _named(run.about["entity"]),
        "properties": run.about["inputs"],
        "payload": run.invocation,
        "link": run.links,
        "summary": run.summary,
        "externalRunId": run.external_id,
        "source": "API",
        "requiredApproval": False,
        "createdBy": requester.user_id(run.requested_by),
        "createdAt": iso(run.created_at),
        "updatedAt": iso(run.updated_at),
        "endedAt": None if run.ended_at is None else iso(run.ended_at),
    }


def _named(identifier: str | None) -> Json | None:
    return None if identifier is None else {"identifier": identifier}


def _refuse_unsuitable(action: Json) -> None:
    if action["trigger"]["type"] != SELF_SERVICE:
        message = f'Action "{action["identifier"]}" is an automation, nobody starts it'
        raise invalid(message)
    sort = action["invocationMethod"]["type"]
    if sort != INTEGRATION_ACTION:
        message = f"The sandbox runs {INTEGRATION_ACTION} only, the action is a {sort}"
        raise RefusedError(501, "not_in_sandbox", message)


def _entity(action: Json, press: Press, catalog: Catalog) -> Json:
    """The entity that the run is about as templates see it; empty when it is about none."""
    if press.entity is None:
        if acts_on_entity(action):
            message = f'A run of action "{action["identifier"]}" must have an entity'
            raise invalid(message)
        return {}
    blueprint = action["trigger"].get("blueprintIdentifier")
    if blueprint is None:
        message = f'Action "{action["identifier"]}" is for no blueprint, it takes no entity'
        raise invalid(message)
    return presented_entity(catalog, catalog.entity(blueprint, press.entity))


def _checked_inputs(action: Json, press: Press, entity: Json) -> Json:
    definition = action["trigger"]["userInputs"]
    subject = {"form": press.inputs, "entity": entity, "user": {"email": press.email}}
    inputs = filled(definition, press.inputs, subject)
    refusals = value_refusals(definition, inputs, {**subject, "form": inputs})
    if refusals:
        raise invalid("; ".join(refusals))
    return inputs


def _subject(action: Json, press: Press, identifier: str, values: Json) -> Json:
    """What the templates of the action look at."""
    asked = action["trigger"]
    blueprint = asked.get("blueprintIdentifier")
    return {
        **values,
        "run": {"id": identifier},
        "action": {
            "identifier": action["identifier"],
            "title": action.get("title"),
            "blueprint": blueprint,
        },
        "trigger": requester.trigger(press.email, asked["operation"], blueprint, press.now),
        "secrets": {},
    }
