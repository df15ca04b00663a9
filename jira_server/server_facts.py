"""What follows from a Jira's version. Pure."""

from dataclasses import dataclass

from jira_server.errors import BrokenReply


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What `/rest/api/2/serverInfo` tells: version, e.g. (9, 12, 18), and the title for people."""

    version: tuple[int, ...]
    title: str

    def __str__(self) -> str:
        return f"{self.title} {'.'.join(str(n) for n in self.version)}"

    @property
    def takes_tokens(self) -> bool:
        """Personal access tokens exist from 8.14 (Atlassian, "Using Personal Access Tokens")."""
        return self.version >= (8, 14)


def server_facts(info: object) -> ServerFacts:
    """Read the reply of serverInfo. Raises: BrokenReply when it is not one."""
    facts = info if isinstance(info, dict) else {}
    try:
        version = tuple(int(n) for n in facts["versionNumbers"])
        title = str(facts.get("serverTitle") or "Jira")
    except (TypeError, KeyError, ValueError) as error:
        raise BrokenReply(what="serverInfo does not look like a Jira's") from error
    return ServerFacts(version, title)
