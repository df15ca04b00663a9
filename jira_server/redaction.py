"""Takes secrets out of text that people will read. The one place where that is done."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote

MASK = "[REDACTED]"
_SHORTEST_SECRET = 4
_AUTHORIZATION = re.compile(r"(?i)\b(Bearer|Basic)(\s+)[A-Za-z0-9+/=._~-]{6,}")
_URL_USER_INFO = re.compile(r"(?i)(\bhttps?://)[^/\s@]+@")


def forms_of_secrets(*secrets: str) -> tuple[str, ...]:
    """Each secret in the forms in which it can turn up: as it is and percent-encoded.

    Secrets under four characters are left out: hiding them would blank out ordinary words.
    """
    forms = {form for s in secrets if len(s) >= _SHORTEST_SECRET for form in (s, quote(s, safe=""))}
    return tuple(sorted(forms, key=len, reverse=True))


def basic_credentials(username: str, password: str) -> str:
    """The base64 part of a Basic Authorization header (RFC 7617, UTF-8)."""
    return base64.b64encode(f"{username}:{password}".encode()).decode("ascii")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without the secrets, Authorization values and user info in URLs."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    text = _AUTHORIZATION.sub(rf"\1\2{MASK}", text)
    return _URL_USER_INFO.sub(rf"\1{MASK}@", text)
