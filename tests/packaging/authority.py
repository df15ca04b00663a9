"""A certificate authority made for one test, and a TLS server that it vouches for."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

type Key = ec.EllipticCurvePrivateKey
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Authority:
    """A self-signed CA: its certificate in the two encodings, and servers that it signed."""

    certificate: x509.Certificate
    key: Key

    @classmethod
    def named(cls, name: str) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(_certificate(name, key, name, key, is_authority=True), key)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @contextmanager
    def server(self, directory: Path) -> Iterator[int]:
        """The port of a TLS server on loopback whose certificate this authority signed."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._identity(directory / "server.pem"))
        with socket.create_server((LOOPBACK, 0)) as listener:
            stopping = threading.Event()
            thread = threading.Thread(target=_shake_hands, args=(listener, context, stopping))
            thread.start()
            try:
                yield listener.getsockname()[1]
            finally:
                stopping.set()
                # A last connection ends the wait for one; closing the listener does not everywhere.
                socket.create_connection(listener.getsockname()).close()
                thread.join()

    def _identity(self, file: Path) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        name = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        signed = _certificate("server", key, str(name), self.key, is_authority=False)
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(secret + signed.public_bytes(Encoding.PEM))
        return file


def is_trusted(port: int, bundle: Path) -> bool:
    """Whether Python, told to trust the bundle, accepts the server on that port."""
    context = ssl.create_default_context(cafile=str(bundle))
    try:
        with (
            socket.create_connection((LOOPBACK, port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=LOOPBACK),
        ):
            return True
    except ssl.SSLCertVerificationError:
        return False


def _shake_hands(
    listener: socket.socket, context: ssl.SSLContext, stopping: threading.Event
) -> None:
    while not stopping.is_set():
        connection, _ = listener.accept()
        with suppress(OSError), connection:
            context.wrap_socket(connection, server_side=True).close()


def _certificate(
    subject: str, key: Key, issuer: str, issuer_key: Key, *, is_authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=is_authority, path_length=None), True),
        (_usage(is_authority=is_authority), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False),
        (x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), False),
    ]
    builder = x509.CertificateBuilder(
        subject_name=_name(subject),
        issuer_name=_name(issuer),
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(hours=1),
        not_valid_after=now + timedelta(hours=1),
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer_key, SHA256())


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
