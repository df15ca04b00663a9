"""What a refusal of Port's API looks like. Decides no request; knows no route."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class RefusedError(Exception):
    """A request, or one entity of it, that Port does not accept.

    `status` is the HTTP status, `error` the short code that clients compare
    (port_ocean waits for a missing target when it reads `not_found`),
    `message` the sentence for people.
    """

    def __init__(self, status: int, error: str, message: str, details: Json | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.message = message
        self.details = details or {}

    def body(self) -> Json:
        """The reply's JSON."""
        return {
            "ok": False,
            "error": self.error,
            "message": self.message,
            "details": self.details,
        }


class Resource(StrEnum):
    """What Port can fail to find, as its messages call it."""

    BLUEPRINT = "Blueprint"
    ENTITY = "Entity"
    INTEGRATION = "Integration"
    CURSOR = "Cursor"
    RESYNC = "Resync"
    RUN = "Run"
    ACTION = "Action"
    WORKFLOW = "Workflow"
    SECRET = "Secret"  # noqa: S105 - a word, not a secret


def not_found(what: str, identifier: str, where: str = "") -> RefusedError:
    """404 for a `what` called `identifier`; `where` narrows it ('in blueprint "x"')."""
    message = f'{what} with identifier "{identifier}" was not found{where and " " + where}'
    return RefusedError(404, "not_found", message, {"resource": what, "withValue": identifier})


def invalid(message: str) -> RefusedError:
    """422 for something that is well-formed JSON and yet not acceptable."""
    return RefusedError(422, "invalid_request", message)


def taken(what: str, identifier: str) -> RefusedError:
    """409 for an identifier that is in use."""
    message = f'{what} with identifier "{identifier}" already exists'
    return RefusedError(409, "identifier_taken", message)
