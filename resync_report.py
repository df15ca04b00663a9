"""Tells people how a resync goes and what came of it: progress, failures, a table at the end."""

import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
from loguru import logger

from exit_status import Outcome
from jira_server.errors import JiraError
from port_outcomes import PortOutcomes

if TYPE_CHECKING:
    from loguru import Message

_SECONDS_BETWEEN_PROGRESS = 10.0
_MOST_REFUSALS_SHOWN = 10
_HEADER = ("kind", "in Jira", "upserted", "unchanged", "rejected", "deleted")


class ResyncReport:
    """What is known of the resync under way, or of the last one."""

    def __init__(
        self,
        unchanged: Callable[[str, int], int],
        port_http: Callable[[], httpx.AsyncClient],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`unchanged(kind, index)`: how many entities Ocean found to be in Port as they are.

        `port_http` gives Ocean's client for Port. Ocean has one for each event loop, so it is
        fetched inside of the resync.
        """
        self.outcome = Outcome.UNFINISHED
        self._unchanged = unchanged
        self._port_http = port_http
        self._clock = clock
        self._begin()

    def _begin(self) -> None:
        self.outcome = Outcome.UNFINISHED
        self._started = self._clock()
        self._fetched: Counter[tuple[str, int]] = Counter()
        self._blueprints: dict[tuple[str, int], str] = {}
        self._failures: dict[tuple[str, int], JiraError] = {}
        self._port = PortOutcomes()
        self._kept = ""

    async def watch_resync(self, resync: Callable[[], Awaitable[bool]]) -> bool:
        """Run a resync and tell what came of it; its result and its exceptions are passed on."""
        self._begin()
        self._listen_to_port()
        try:
            with self._listening_to_ocean():
                succeeded = await resync()
        except Exception as error:
            self.outcome = Outcome.FAILED
            logger.error(self.summary(f"{type(error).__name__}: {error}"))
            raise
        self.outcome = Outcome.SUCCEEDED if succeeded else Outcome.FAILED
        (logger.info if succeeded else logger.error)(self.summary())
        return succeeded

    async def watch_kind[T](
        self, kind: str, index: int, blueprint: str, batches: AsyncIterable[list[T]]
    ) -> AsyncGenerator[list[T], None]:
        """Pass the batches on and count them; `index` is the resource's place in the mapping."""
        resource = (kind, index)
        self._fetched[resource] = 0
        self._blueprints[resource] = blueprint.strip().strip("'\"")
        told = self._clock()
        try:
            async for batch in batches:
                self._fetched[resource] += len(batch)
                if self._clock() - told >= _SECONDS_BETWEEN_PROGRESS:
                    told = self._clock()
                    logger.info(f"Jira: {kind}: {self._fetched[resource]:,} so far")
                yield batch
        except JiraError as error:
            self._failures[resource] = error
            raise
        logger.info(f"Jira: {kind}: all {self._fetched[resource]:,} fetched")

    def _listen_to_port(self) -> None:
        hooks = self._port_http().event_hooks["response"]
        if self.note_port_reply not in hooks:
            hooks.append(self.note_port_reply)

    @contextmanager
    def _listening_to_ocean(self) -> Iterator[None]:
        """Ocean tells only its log when it leaves out a deletion because of its threshold."""
        sink = logger.add(
            self._note_kept, level="INFO", filter=lambda log: "deletion_rate" in log["extra"]
        )
        try:
            yield
        finally:
            logger.remove(sink)

    def _note_kept(self, message: "Message") -> None:
        extra = message.record["extra"]
        self._kept = (
            f"{extra.get('deleting_entities', 'Some')} entities that the mapping no longer selects "
            f"stay in Port: they are {100 * extra['deletion_rate']:.0f} % of what this resync did "
            "not write, and entityDeletionThreshold in the mapping allows less. Check JQL and "
            "selectors; to have them deleted, set it to 1 for one resync"
        )

    async def note_port_reply(self, response: httpx.Response) -> None:
        """An httpx response hook for the client that talks to Port."""
        request = response.request
        if request.method != "GET" and "/entities" in request.url.path:
            body = await response.aread()
            self._port.note(
                request.method, request.url.path, response.status_code, request.content, body
            )

    def summary(self, error: str = "") -> str:
        """The whole report: one line, a table, what failed and what Port refused."""
        seconds = self._clock() - self._started
        if self.outcome is Outcome.SUCCEEDED:
            lines = [f"Jira: resync finished in {seconds:.1f} s"]
        else:
            kept = "" if self._port.deleted.total() else "; nothing was deleted from Port"
            lines = [f"Jira: resync FAILED after {seconds:.1f} s{kept}"]
        lines += self._table()
        lines += self._causes()
        if self.outcome is Outcome.FAILED and not self._failures:
            lines.append(error or "The cause is in the errors logged above")
        lines += [self._kept] if self._kept else []
        return "\n".join([*lines, *self._refusals()])

    def _causes(self) -> list[str]:
        kinds: dict[str, list[str]] = {}
        for (kind, _), failure in self._failures.items():
            kinds.setdefault(str(failure), []).append(kind)
        return [f"{' and '.join(names)} failed: {text}" for text, names in kinds.items()]

    def _table(self) -> list[str]:
        rows = [_HEADER, *self._rows()]
        widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADER))]
        return [
            "  "
            + row[0].ljust(widths[0])
            + "".join(
                "  " + cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)
            )
            for row in rows
        ]

    def _rows(self) -> list[tuple[str, ...]]:
        told: set[str] = set()
        rows = []
        for (kind, index), blueprint in self._blueprints.items():
            counts = (0, 0, 0) if blueprint in told else self._port_counts(blueprint)
            told.add(blueprint)
            upserted, refused, deleted = counts
            numbers = (
                self._fetched[kind, index],
                upserted,
                self._unchanged(kind, index),
                refused,
                deleted,
            )
            zero = "-" if self._nothing_is_known((kind, index)) else "0"
            rows.append((kind, *(f"{n:,}" if n else zero for n in numbers)))
        return rows

    def _nothing_is_known(self, resource: tuple[str, int]) -> bool:
        return resource in self._failures and not self._fetched[resource]

    def _port_counts(self, blueprint: str) -> tuple[int, int, int]:
        refused = sum(b == blueprint for b, _ in self._port.refused)
        return len(self._port.upserted.get(blueprint, ())), refused, self._port.deleted[blueprint]

    def _refusals(self) -> list[str]:
        refused = self._port.refused
        if not refused:
            return []
        shown = list(refused.items())[:_MOST_REFUSALS_SHOWN]
        lines = [f"Port rejected {len(refused):,} entities:"]
        lines += [f"  {blueprint} {identifier}: {why}" for (blueprint, identifier), why in shown]
        if len(refused) > len(shown):
            lines.append(f"  and {len(refused) - len(shown):,} more")
        return lines
