"""Decides whether an event comes from the Jira that was told our secret. Pure.

Nothing of an event is looked at before this has said yes.
"""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl

SIGNATURE_HEADER = "x-hub-signature"
SECRET_PARAMETER = "secret"  # noqa: S105 - the name of a query parameter
SIGNING_VERSION = 10
_MOST_PARAMETERS = 20
_METHOD = "sha256="


def derived_secret(credential: str, identifier: str) -> str:
    """The secret where none is configured: 64 hexadecimal digits that survive restarts.

    `credential` is the token or password with which Jira is asked. The secret stands in the URL of
    older Jiras' webhooks, so it is made in a way that makes guessing a password from it costly
    (scrypt, RFC 7914).
    """
    salt = f"webhook of {identifier}".encode()
    return hashlib.scrypt(credential.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32).hex()


def fingerprint(text: str) -> str:
    """Eight hexadecimal digits that change with the text and do not tell it."""
    return hmac.new(b"fingerprint", text.encode(), hashlib.sha256).hexdigest()[:8]


def is_genuine(
    headers: Mapping[str, str],
    query: bytes,
    body: bytes,
    secret: str,
    major_version: int | None,
) -> bool:
    """Whether the sender knows the secret.

    Jira 10 and later sign the body (`X-Hub-Signature: sha256=…`, Atlassian, "Webhooks"); older ones
    know no signature, so that the secret stands in the URL's query. Either will do while the
    version is not known (None). Header names are lower case. All comparisons take constant time.
    """
    if not secret:
        return False
    signs = major_version is None or major_version >= SIGNING_VERSION
    names_it = major_version is None or major_version < SIGNING_VERSION
    signed = _is_signed(headers.get(SIGNATURE_HEADER, ""), body, secret)
    named = _names_secret(query, secret)
    return (signs and signed) or (names_it and named)


def may_be_genuine(headers: Mapping[str, str], query: bytes, secret: str) -> bool:
    """Whether it is worth while to read the body: it is signed, or the URL names the secret."""
    signature = headers.get(SIGNATURE_HEADER, "").strip().lower()
    well_formed = len(signature) == len(_METHOD) + 64 and signature.startswith(_METHOD)
    return bool(secret) and (well_formed or _names_secret(query, secret))


def _is_signed(signature: str, body: bytes, secret: str) -> bool:
    expected = _METHOD + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return _same(signature.strip().lower(), expected)


def _names_secret(query: bytes, secret: str) -> bool:
    try:
        pairs = parse_qsl(query.decode("ascii"), max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return False
    given = [value for name, value in pairs if name == SECRET_PARAMETER]
    return len(given) == 1 and _same(given[0], secret)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())
