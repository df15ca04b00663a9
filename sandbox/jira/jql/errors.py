"""The refusals of a search. What makes a query wrong is decided where it is read, not here."""

from collections.abc import Iterator
from contextlib import contextmanager


class JqlError(Exception):
    """A query that Jira would refuse with 400; `messages` become the reply's `errorMessages`."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages: list[str] = list(messages)


class JqlSyntaxError(JqlError):
    """The text is no JQL at all, which is refused even when `validateQuery` is off."""


class Faults:
    """Collects refusals, since Jira tells all faults of a query at once."""

    def __init__(self) -> None:
        self._messages: dict[str, None] = {}

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Keeps the messages of a JqlError that is raised within."""
        try:
            yield
        except JqlError as error:
            self._messages.update(dict.fromkeys(error.messages))

    def raise_any(self) -> None:
        """Raises one JqlError with every message, each once, in order; does nothing without any."""
        if self._messages:
            raise JqlError(*self._messages)
