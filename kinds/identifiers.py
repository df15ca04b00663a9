"""Says how the shipped mapping makes Jira's keys safe for Port, and reads them back. Pure.

Port's identifiers have `A-Za-z0-9@_.+:/=-` only; each byte (UTF-8) of anything else in a key, and of
`=` itself, is written as `=` and two hexadecimal digits.
"""

import re
from urllib.parse import quote, unquote

_ESCAPED = re.compile(r"(?:=[0-9A-F]{2})+")


def identifier_of(key: str) -> str:
    """The identifier of the entity with this key."""
    return quote(key, safe="@+:/").replace("%", "=").replace("~", "=7E")


def key_of(identifier: str) -> str:
    """Jira's key in an entity's identifier."""
    return _ESCAPED.sub(lambda match: unquote(match[0].replace("=", "%")), identifier)
