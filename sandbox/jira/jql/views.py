"""What a search needs to see of an issue. Where issues are kept is not its business."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol


class IssueView(Protocol):
    """An issue as the search index holds it: times in whole epoch seconds, a due date without a zone."""

    @property
    def key(self) -> str: ...
    @property
    def number(self) -> int:
        """The number part of the key."""
        ...

    @property
    def project_key(self) -> str: ...
    @property
    def id(self) -> int: ...
    @property
    def created(self) -> int: ...
    @property
    def updated(self) -> int: ...
    @property
    def resolved(self) -> int | None: ...
    @property
    def due(self) -> date | None: ...
    @property
    def summary(self) -> str: ...
    @property
    def description(self) -> str | None: ...
    @property
    def labels(self) -> Sequence[str]: ...

    def values(self, field: str) -> Sequence[str]:
        """Every string by which a value of the field may be named (id, name, key, user name).

        Empty when the field is empty, and for a field that the issue knows nothing of.
        """
        ...
