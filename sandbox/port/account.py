"""Everything that one account of Port holds, in one place for the routes. Decides nothing."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.port.catalog import Catalog
from sandbox.port.catalog_changes import CatalogChanges
from sandbox.port.faults import Faults
from sandbox.port.integrations import Integrations
from sandbox.port.refused import RefusedEntities
from sandbox.port.replies import Json
from sandbox.port.runs import Runs
from sandbox.port.tokens import Tokens
from sandbox.port.workflows import WorkflowRun

KEPT_REQUESTS = 100_000
KEPT_LOG_LINES = 50_000
DSP_FLAGS = ("LAKEHOUSE_ELIGIBLE", "DATA_SOURCE_PROCESSOR_ENABLED")


@dataclass
class Account:
    """The state of the server. What a restart keeps: catalog, integrations, extras, runs, examples,
    raw."""

    tokens: Tokens
    feature_flags: tuple[str, ...] = ()
    clock: Callable[[], float] = time.time
    catalog_changes: CatalogChanges = field(default_factory=CatalogChanges)
    catalog: Catalog = field(init=False)
    integrations: Integrations = field(default_factory=Integrations)
    extras: dict[str, dict[str, Json]] = field(default_factory=dict)
    runs: Runs = field(default_factory=Runs)
    workflow_runs: dict[str, WorkflowRun] = field(default_factory=dict)
    examples: dict[str, dict[str, list[Json]]] = field(default_factory=dict)
    raw: list[Json] = field(default_factory=list)
    lifecycle: dict[str, Json] = field(default_factory=dict)
    metrics: dict[str, dict[str, Json]] = field(default_factory=dict)
    heartbeats: list[Json] = field(default_factory=list)
    logs: deque[Json] = field(default_factory=lambda: deque(maxlen=KEPT_LOG_LINES))
    refused: RefusedEntities = field(default_factory=RefusedEntities)
    faults: Faults = field(default_factory=Faults)
    requests: deque[Json] = field(default_factory=lambda: deque(maxlen=KEPT_REQUESTS))
    changes: int = 0

    def __post_init__(self) -> None:
        self.catalog = Catalog(self.catalog_changes.tell)

    def dump(self) -> Json:
        """What a restart keeps, as JSON; `load` takes it back."""
        return {
            "version": 1,
            "catalog": self.catalog.dump(),
            "integrations": self.integrations.dump(),
            "extras": self.extras,
            "runs": self.runs.dump(),
            "workflow_runs": [one.dump() for one in self.workflow_runs.values()],
            "examples": self.examples,
            "raw": self.raw,
        }

    def load(self, dumped: Json) -> None:
        self.catalog.load(dumped["catalog"])
        self.integrations.load(dumped["integrations"])
        self.extras = dumped["extras"]
        self.runs.load(dumped.get("runs", []))
        for fields in dumped.get("workflow_runs", []):
            self.workflow_runs[fields["identifier"]] = WorkflowRun(**fields)
        self.examples = dumped["examples"]
        self.raw = dumped["raw"]

    def reset(self) -> None:
        """Make it a new account again; faults and the list of requests stay."""
        self.catalog = Catalog(self.catalog_changes.tell)
        self.catalog_changes.tell(None, None)
        self.integrations.clear()
        self.runs.clear()
        self.workflow_runs.clear()
        for kept in (self.extras, self.examples, self.raw, self.lifecycle, self.metrics):
            kept.clear()
        self.heartbeats.clear()
        self.logs.clear()
        self.refused.clear()
