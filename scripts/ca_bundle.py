"""Merges mounted CA certificates with those that are trusted anyway, into one bundle of PEM.

Shipped in the image, runs before Ocean. Leaves trust as it is when nothing is mounted, and refuses
to go on with a mounted file that it cannot read: every request would fail with a less clear error.
"""

import os
import re
import ssl
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import certifi

SUFFIXES = (".crt", ".cer", ".pem", ".der")
_SYSTEM_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
_PEM = re.compile(_BEGIN + rb"[A-Za-z0-9+/=\s]+" + _END)


class UnreadableError(Exception):
    """A file holds no certificate that OpenSSL can read; the message says what to do."""


def pem_certificates(content: bytes) -> list[str]:
    """The PEM certificates in a file, with any line ends and any text around them, written alike.

    Private keys and whatever else the file holds are left out.
    """
    blocks = (match[0].decode("ascii") for match in _PEM.finditer(content))
    return [ssl.DER_cert_to_PEM_cert(ssl.PEM_cert_to_DER_cert(block)) for block in blocks]


def mounted_certificates(content: bytes) -> list[str]:
    """The certificates of a mounted file, PEM or DER. Raises ValueError unless all are readable."""
    pems = pem_certificates(content)
    if len(pems) < content.count(_BEGIN):
        message = "a certificate in it is cut off or damaged"
        raise ValueError(message)
    pems = pems or [ssl.DER_cert_to_PEM_cert(content)]
    for pem in pems:
        _context_trusting([pem])
    return pems


def merge(bundles: Iterable[Iterable[str]]) -> str:
    """One bundle with each certificate once, in the order of the bundles."""
    return "".join(dict.fromkeys(pem for bundle in bundles for pem in bundle))


def trusted_files(environ: Mapping[str, str]) -> list[Path]:
    """The files with what is trusted when nothing is mounted.

    What the user names (SSL_CERT_FILE, REQUESTS_CA_BUNDLE, SSL_CERT_DIR) replaces the defaults, as
    it does in OpenSSL, httpx and requests.
    """
    named = environ.get("SSL_CERT_FILE") or environ.get("REQUESTS_CA_BUNDLE")
    if named:
        return [Path(named)]
    if environ.get("SSL_CERT_DIR"):
        return [file for file in sorted(Path(environ["SSL_CERT_DIR"]).iterdir()) if file.is_file()]
    return [file for file in (Path(certifi.where()), _SYSTEM_BUNDLE) if file.is_file()]


def mounted_files(directory: Path) -> list[Path]:
    """Whatever in the directory is named like a certificate.

    Kubernetes shows each file of a mounted volume twice; the copy below `..data` is not counted.
    """
    found = (file for file in directory.rglob("*") if file.suffix.lower() in SUFFIXES)
    return sorted(file for file in found if not any(part.startswith("..") for part in file.parts))


def read_mounted(file: Path) -> list[str]:
    """The certificates of a mounted file. Raises UnreadableError naming it and a way out."""
    if file.is_dir():
        message = (
            f"{file} is a directory. Docker makes one when the file to mount does not exist on the "
            "host: check the path before the colon of -v."
        )
        raise UnreadableError(message)
    try:
        return mounted_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        message = (
            f"{file} cannot be used as a CA certificate: {error}.\n"
            "Mount an X.509 certificate in PEM (-----BEGIN CERTIFICATE-----) or DER; openssl "
            "converts others, such as PKCS#7 and PKCS#12."
        )
        raise UnreadableError(message) from error


def read_trusted(file: Path) -> list[str]:
    """The certificates of a file that is trusted anyway; it is not for us to judge them."""
    try:
        return pem_certificates(file.read_bytes())
    except OSError as error:
        message = f"{error.strerror}: {file}, which SSL_CERT_FILE, REQUESTS_CA_BUNDLE or SSL_CERT_DIR names"
        raise UnreadableError(message) from error


def describe(file: Path, pems: list[str]) -> str:
    """A line for the log on what is trusted because of a mounted file."""
    names = [_name(authority) for authority in _context_trusting(pems).get_ca_certs()]
    if not names:
        return (
            f"{file} holds no certificate of an authority: mount the one that signed the server's"
        )
    return f"Trusting {', '.join(names)} ({file})"


def _context_trusting(pems: Iterable[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cadata="".join(pems))
    except ssl.SSLError as error:
        message = f"OpenSSL says {error.reason or error}"
        raise ValueError(message) from error
    return context


def _name(authority: Mapping[str, Any]) -> str:
    facts = dict(pair for name in authority["subject"] for pair in name)
    return str(facts.get("commonName") or facts.get("organizationName") or "an unnamed authority")


def write_bundle(mounted: Iterable[Path], bundle: Path) -> None:
    """Write what is trusted anyway and what is mounted to the bundle, and log what is mounted."""
    pems = [read_trusted(file) for file in trusted_files(os.environ)]
    for file in mounted:
        pems.append(read_mounted(file))
        sys.stderr.write(f"{describe(file, pems[-1])}\n")
    bundle.write_text(merge(pems), encoding="ascii")


def main(directory: str, bundle: str) -> int:
    """Print the path of the bundle to trust, or nothing when no certificate is mounted."""
    mounted = mounted_files(Path(directory))
    if not mounted:
        return 0
    try:
        write_bundle(mounted, Path(bundle))
    except UnreadableError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(bundle)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
