"""How deliveries are to go wrong, and when each copy of an event is due. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

_REORDER_MS: Final = 500.0


class DeliveryRules(BaseModel):
    """`reorder` true or milliseconds: each copy waits by chance up to so long (true: 500 ms).

    `lose` is the share of copies that are never sent; `repeat` how many copies there are.
    `retries` and `retry_ms` concern versions up to 9 alone; `queue` is how many may wait.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    delay_ms: float = Field(default=0, ge=0, le=600_000)
    reorder: bool | float = Field(default=False)
    repeat: int = Field(default=1, ge=1, le=100)
    lose: float = Field(default=0, ge=0, le=1)
    seed: int = 1
    retries: int = Field(default=3, ge=0, le=10)
    retry_ms: float = Field(default=500, ge=0, le=60_000)
    timeout_ms: float = Field(default=10_000, gt=0, le=600_000)
    queue: int = Field(default=20_000, ge=0)

    @property
    def spread_ms(self) -> float:
        return _REORDER_MS if self.reorder is True else max(0.0, float(self.reorder))


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of an event: seconds to wait before it is sent, or that it is lost."""

    wait: float
    lost: bool


@dataclass(slots=True)
class Fate:
    """Decides for one event after the other; the same rules decide the same."""

    rules: DeliveryRules = field(default_factory=DeliveryRules)
    _random: Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = Random(self.rules.seed)

    def copies(self) -> list[Copy]:
        return [self._copy() for _ in range(self.rules.repeat)]

    def _copy(self) -> Copy:
        lost = self._random.random() < self.rules.lose
        spread = self._random.random() * self.rules.spread_ms
        return Copy((self.rules.delay_ms + spread) / 1000, lost)
