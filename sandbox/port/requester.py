"""Who presses a button: the person as the templates of an action see them. Knows no accounts."""

from __future__ import annotations

import hashlib

from sandbox.port.clock import iso
from sandbox.port.property_formats import is_email
from sandbox.port.replies import Json, invalid
from sandbox.port.tokens import ORGANIZATION

MACHINE = "sandbox-machine"


def checked_email(email: object) -> str | None:
    """The e-mail address of a requester, None for a machine; raises `RefusedError` 422."""
    if email is None:
        return None
    if not isinstance(email, str) or not is_email(email):
        message = f"a run is started as a user's e-mail address, got {email!r}"
        raise invalid(message)
    return email


def user_id(email: str | None) -> str:
    """The same for the same person, whenever it is asked."""
    return f"user_{hashlib.sha256(email.encode()).hexdigest()[:12]}" if email else MACHINE


def trigger(email: str | None, operation: str, blueprint: str | None, now: float) -> Json:
    """What templates find below `.trigger`; a machine has no `.trigger.by.user`."""
    by: Json = {"orgId": ORGANIZATION, "userId": user_id(email)}
    if email:
        by["user"] = _user(email, now)
    return {
        "by": by,
        "origin": "API",
        "operation": operation,
        "blueprint": blueprint,
        "at": iso(now),
    }


def _user(email: str, now: float) -> Json:
    first, _, last = email.partition("@")[0].partition(".")
    return {
        "id": user_id(email),
        "email": email,
        "firstName": first.capitalize(),
        "lastName": last.capitalize(),
        "phoneNumber": "",
        "picture": "",
        "providers": [],
        "status": "ACTIVE",
        "createdAt": iso(now),
        "updatedAt": iso(now),
    }
