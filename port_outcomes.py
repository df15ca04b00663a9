"""Reads from Port's own replies what became of each entity. Pure; sends nothing.

Ocean counts what it sent and logs a sample of what was refused; a person who reads the summary of
a run wants every refusal with its reason.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

Json = dict[str, Any]

_BULK = re.compile(r"/v1/blueprints/([^/]+)/entities/bulk$")
_SINGLE = re.compile(r"/v1/blueprints/([^/]+)/entities$")
_BULK_DELETE = re.compile(r"/v1/blueprints/([^/]+)/bulk/entities/delete$")


@dataclass(slots=True)
class PortOutcomes:
    """Per blueprint: identifiers upserted, how many deleted, and (blueprint, identifier) → why refused."""

    upserted: dict[str, set[str]] = field(default_factory=dict)
    deleted: Counter[str] = field(default_factory=Counter)
    refused: dict[tuple[str, str], str] = field(default_factory=dict)

    def note(self, method: str, path: str, status: int, request: bytes, reply: bytes) -> None:
        """Take in one exchange with Port; what does not concern entities is passed over."""
        if method == "POST" and (found := _BULK.search(path)):
            self._bulk(unquote(found[1]), status, _json(request), _json(reply))
        elif method == "POST" and (found := _SINGLE.search(path)):
            self._single(unquote(found[1]), status, _json(request), _json(reply))
        elif (found := _BULK_DELETE.search(path)) and status < 300:
            self.deleted[unquote(found[1])] += len(_json(request).get("entities", []))

    def _bulk(self, blueprint: str, status: int, request: Json, reply: Json) -> None:
        identifiers = [str(e.get("identifier")) for e in request.get("entities", [])]
        if status >= 400:
            for identifier in identifiers:
                self._refuse(blueprint, identifier, _reason(reply, status))
            return
        errors = {e.get("index"): _reason(e, status) for e in reply.get("errors", [])}
        for index, identifier in enumerate(identifiers):
            if index in errors:
                self._refuse(blueprint, identifier, errors[index])
            else:
                self._accept(blueprint, identifier)

    def _single(self, blueprint: str, status: int, request: Json, reply: Json) -> None:
        identifier = str(request.get("identifier"))
        if status >= 400:
            self._refuse(blueprint, identifier, _reason(reply, status))
        else:
            self._accept(blueprint, identifier)

    def _accept(self, blueprint: str, identifier: str) -> None:
        self.refused.pop((blueprint, identifier), None)
        self.upserted.setdefault(blueprint, set()).add(identifier)

    def _refuse(self, blueprint: str, identifier: str, reason: str) -> None:
        self.refused[blueprint, identifier] = reason


def _json(body: bytes) -> Json:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _reason(reply: Json, status: int) -> str:
    return str(reply.get("message") or reply.get("error") or f"HTTP {status}")
