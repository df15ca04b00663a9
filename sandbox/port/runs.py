"""The runs that integrations claim, and what became of each. Speaks no HTTP, reads no clock.

A claim hides a run from other claims for a while; only an acknowledgement takes it for good.
Instants are epoch seconds.
"""

from __future__ import annotations

import secrets
from collections.abc import Container, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from sandbox.port.clock import iso
from sandbox.port.replies import Json, RefusedError, Resource, not_found
from sandbox.port.waiting import ChangeSignal


class RunKind(StrEnum):
    """Runs of actions and of the nodes of workflows are claimed and reported separately."""

    ACTION = "action"
    WORKFLOW_NODE = "workflow_node"


class Outcome(StrEnum):
    """How a run ended."""

    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    CANCELLED = "CANCELLED"


_PREFIXES = {RunKind.ACTION: "r", RunKind.WORKFLOW_NODE: "wfnr"}


@dataclass
class Run:
    """One run. `subject` is its action or node, `invocation` the definition of what to do with the
    templates filled in, `about` what else its kind knows of it."""

    id: str
    kind: RunKind
    subject: str
    installation: str
    invocation: Json
    requested_by: str | None
    created_at: float
    about: Json = field(default_factory=dict)
    updated_at: float = 0
    hidden_until: float | None = None
    claims: int = 0
    acknowledged_at: float | None = None
    outcome: Outcome | None = None
    ended_at: float | None = None
    status_label: str | None = None
    summary: str | None = None
    links: list[str] = field(default_factory=list)
    external_id: str | None = None
    output: Json = field(default_factory=dict)
    logs: list[Json] = field(default_factory=list)
    history: list[Json] = field(default_factory=list)

    @property
    def status(self) -> str:
        """`IN_PROGRESS` from the start, as in Port: whether it was claimed does not show in it."""
        return self.outcome or "IN_PROGRESS"

    def note(self, event: str, now: float, **details: object) -> None:
        self.updated_at = now
        self.history.append({"time": iso(now), "event": event, **details})


@dataclass(frozen=True)
class Report:
    """What an integration says of a run; None leaves a field as it is."""

    outcome: Outcome | None = None
    status_label: str | None = None
    summary: str | None = None
    links: tuple[str, ...] | None = None
    external_id: str | None = None
    output: Json | None = None
    needs_user: bool = False

    def changes(self) -> Json:
        """The fields that are said, as they are kept in the history."""
        said = {name: value for name, value in vars(self).items() if value not in (None, False)}
        said.pop("outcome", None)
        return {**said, **({"links": list(self.links)} if self.links is not None else {})}


@dataclass(frozen=True)
class Claim:
    """Who asks for how many runs, for how long it wants them hidden, which subjects it leaves out."""

    kind: RunKind
    installation: str
    limit: int
    seconds: float
    excluded: Container[str] = ()


class Runs:
    """All runs, the oldest first."""

    def __init__(self) -> None:
        self._all: dict[str, Run] = {}
        self.changed = ChangeSignal()

    def __iter__(self) -> Iterator[Run]:
        return iter(self._all.values())

    def add(self, run: Run) -> None:
        self._all[run.id] = run
        run.note("created", run.created_at)
        self.changed.notify()

    def get(self, identifier: str, kind: RunKind | None = None) -> Run:
        """Raises `RefusedError` 404 for an unknown one, also when it is of another kind."""
        run = self._all.get(identifier)
        if run is None or kind not in (None, run.kind):
            raise not_found(Resource.RUN, identifier)
        return run

    def claim(self, claim: Claim, now: float) -> list[Run]:
        """Hide the oldest claimable runs from others and give them."""
        fitting = (run for run in self if _is_claimable(run, claim, now))
        claimed = [run for run, _ in zip(fitting, range(claim.limit), strict=False)]
        for run in claimed:
            run.claims += 1
            run.hidden_until = now + claim.seconds
            run.note("claimed", now, until=iso(run.hidden_until))
        if claimed:
            self.changed.notify()
        return claimed

    def acknowledge(self, run: Run, now: float) -> None:
        """Take a run for good; raises `RefusedError` 409 when that was done, or it was not claimed."""
        if run.acknowledged_at is not None:
            message = f'Run "{run.id}" has already been acknowledged'
            raise RefusedError(409, "run_already_acknowledged", message)
        if not run.claims:
            message = f'Run "{run.id}" has not been claimed'
            raise RefusedError(409, "run_not_claimed", message)
        run.acknowledged_at = now
        self._noted(run, "acknowledged", now)

    def log(self, run: Run, entry: Json, now: float) -> None:
        """Add a line (`message`, perhaps `level`); raises `RefusedError` 409 after the end."""
        _refuse_ended(run)
        run.logs.append({"time": iso(now), **entry})
        self._noted(run, "log", now, **entry)

    def report(self, run: Run, report: Report, now: float) -> None:
        """Note what is said; raises `RefusedError` 409 when another outcome is known already."""
        if report.outcome not in (None, run.outcome):
            _refuse_ended(run)
        for name, value in report.changes().items():
            if name != "needs_user":
                setattr(run, name, value)
        if report.changes():
            self._noted(run, "reported", now, **report.changes())
        if report.outcome is not None and run.outcome is None:
            run.outcome, run.ended_at = report.outcome, now
            self._noted(run, "ended", now, status=run.status)

    def redeliver(self, run: Run, now: float) -> None:
        """Make a run claimable once more, as if its acknowledgement had been lost."""
        _refuse_ended(run)
        run.acknowledged_at = run.hidden_until = None
        self._noted(run, "redelivered", now)

    def clear(self) -> None:
        self._all.clear()
        self.changed.notify()

    def dump(self) -> list[Json]:
        """Everything as JSON; `load` takes it back."""
        return [asdict(run) for run in self]

    def load(self, dumped: list[Json]) -> None:
        for fields in dumped:
            outcome = fields["outcome"]
            self._all[fields["id"]] = Run(
                **{
                    **fields,
                    "kind": RunKind(fields["kind"]),
                    "outcome": None if outcome is None else Outcome(outcome),
                }
            )

    def _noted(self, run: Run, event: str, now: float, **details: object) -> None:
        run.note(event, now, **details)
        self.changed.notify()


def new_identifier(kind: RunKind) -> str:
    return f"{_PREFIXES[kind]}_{secrets.token_hex(8)}"


def _is_claimable(run: Run, claim: Claim, now: float) -> bool:
    return (
        run.kind == claim.kind
        and run.installation == claim.installation
        and run.acknowledged_at is None
        and run.outcome is None
        and (run.hidden_until is None or run.hidden_until <= now)
        and run.subject not in claim.excluded
    )


def _refuse_ended(run: Run) -> None:
    if run.outcome is not None:
        message = f'Run "{run.id}" has ended with {run.outcome}'
        raise RefusedError(409, "run_ended", message)
