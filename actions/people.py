"""Finds the Jira user whom an input means: by login name, user key or e-mail address."""

from actions.choices import only_user_with
from actions.errors import InvalidInput
from actions.jira_writes import JiraWrites
from client import JiraServerClient
from kinds.identifiers import key_of


async def login_name(writes: JiraWrites, client: JiraServerClient, person: str) -> str:
    """The login name of a person, who may be given as an entity's identifier (the user key) too.

    An e-mail address must be that of exactly one user. Raises: InvalidInput, JiraError.
    """
    user = await writes.user_named(person) or await client.user(key_of(person))
    if user is None and "@" in person:
        user = only_user_with(person, await writes.users_like(person))
    if user is None or not user.get("name"):
        raise InvalidInput(
            what=f"There is no Jira user {person}",
            advice="Write a login name, a user key, or an e-mail address that one user alone has.",
        )
    return str(user["name"])
