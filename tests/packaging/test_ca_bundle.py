"""A mounted CA is trusted in whatever form companies hand it out, and a broken one is refused."""

from collections.abc import Callable, Mapping
from pathlib import Path

import certifi
import pytest

from scripts import ca_bundle
from tests.packaging.authority import Authority, is_trusted

FIRST = Authority.named("First Root CA")
SECOND = Authority.named("Second Root CA")

type Files = Mapping[str, bytes]


@pytest.fixture
def mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Files], tuple[int, Path]]:
    """Mount files and run the merge: its exit status, and where the bundle is to be."""
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)

    def run(files: Files) -> tuple[int, Path]:
        for name, content in files.items():
            file = tmp_path / "mounted" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        bundle = tmp_path / "bundle.pem"
        return ca_bundle.main(str(tmp_path / "mounted"), str(bundle)), bundle

    return run


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"cert.crt": FIRST.pem}, id="pem"),
        pytest.param({"cert.crt": FIRST.pem.rstrip()}, id="no-final-newline"),
        pytest.param({"cert.crt": FIRST.pem.replace(b"\n", b"\r\n")}, id="crlf"),
        pytest.param({"cert.crt": b"\xef\xbb\xbf" + FIRST.pem}, id="byte-order-mark"),
        pytest.param({"cert.crt": b"Subject: the CA\n" + FIRST.pem + b"# end"}, id="text-around"),
        pytest.param({"cert.crt": FIRST.der}, id="der-named-crt"),
        pytest.param({"company.cer": FIRST.pem}, id="cer-pem"),
        pytest.param({"company.cer": FIRST.der}, id="cer-der"),
        pytest.param({"COMPANY.CER": FIRST.der}, id="upper-case"),
        pytest.param({"below/company.pem": FIRST.pem}, id="sub-folder"),
        pytest.param({"a.crt": SECOND.pem.rstrip(), "b.crt": FIRST.pem}, id="two-unended-files"),
        pytest.param({"all.crt": SECOND.pem.rstrip() + FIRST.pem}, id="two-in-a-file-unseparated"),
        pytest.param({"cert.crt": FIRST.pem, "README.txt": b"hello"}, id="other-files-beside"),
    ],
)
def test_a_server_of_a_mounted_authority_is_trusted(
    mount: Callable[[Files], tuple[int, Path]], tmp_path: Path, files: Files
) -> None:
    status, bundle = mount(files)

    assert status == 0
    with FIRST.server(tmp_path) as port:
        assert is_trusted(port, bundle)


def test_a_server_of_another_authority_is_not_trusted(
    mount: Callable[[Files], tuple[int, Path]], tmp_path: Path
) -> None:
    _, bundle = mount({"cert.crt": SECOND.pem})

    with FIRST.server(tmp_path) as port:
        assert not is_trusted(port, bundle)


def test_what_was_trusted_before_is_trusted_still(
    mount: Callable[[Files], tuple[int, Path]],
) -> None:
    _, bundle = mount({"cert.crt": FIRST.pem})

    public = ca_bundle.pem_certificates(Path(certifi.where()).read_bytes())
    assert len(public) > 100
    assert set(public) < set(ca_bundle.pem_certificates(bundle.read_bytes()))


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_bundle_of_the_users_own_is_what_the_mounted_ones_are_added_to(
    mount: Callable[[Files], tuple[int, Path]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    own = tmp_path / "own.pem"
    own.write_bytes(SECOND.pem.rstrip())
    monkeypatch.setenv(variable, str(own))

    _, bundle = mount({"cert.crt": FIRST.pem})

    assert bundle.read_bytes() == SECOND.pem + FIRST.pem


def test_a_directory_of_the_users_own_counts_too(
    mount: Callable[[Files], tuple[int, Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "0a1b2c3d.0").write_bytes(SECOND.pem)
    (own / "README").write_bytes(b"no certificate")
    monkeypatch.setenv("SSL_CERT_DIR", str(own))

    _, bundle = mount({"cert.crt": FIRST.pem})

    assert bundle.read_bytes() == SECOND.pem + FIRST.pem


def test_without_a_mounted_certificate_nothing_changes(
    mount: Callable[[Files], tuple[int, Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    status, bundle = mount({"README.txt": b"hello"})

    assert (status, capsys.readouterr().out) == (0, "")
    assert not bundle.exists()


def test_a_private_key_in_the_file_does_not_reach_the_bundle(
    mount: Callable[[Files], tuple[int, Path]],
) -> None:
    key = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"

    _, bundle = mount({"cert.pem": key + FIRST.pem})

    assert b"PRIVATE" not in bundle.read_bytes()


def test_a_volume_of_kubernetes_is_counted_once(tmp_path: Path) -> None:
    (tmp_path / "..2026_01_31").mkdir()
    (tmp_path / "..2026_01_31" / "ca.crt").write_bytes(FIRST.pem)
    (tmp_path / "..data").symlink_to("..2026_01_31")
    (tmp_path / "ca.crt").symlink_to("..data/ca.crt")

    assert ca_bundle.mounted_files(tmp_path) == [tmp_path / "ca.crt"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "cannot be used as a CA certificate", id="empty"),
        pytest.param(b"<html>not found</html>", "cannot be used as a CA certificate", id="page"),
        pytest.param(FIRST.pem[:-40], "cut off or damaged", id="cut"),
        pytest.param(SECOND.pem + FIRST.pem[:-40], "cut off or damaged", id="second-cut"),
        pytest.param(FIRST.der[:-40], "OpenSSL says", id="der-cut"),
        pytest.param(
            FIRST.pem.replace(b"CERTIFICATE", b"PKCS7"), "openssl converts others", id="pkcs7"
        ),
    ],
)
def test_a_broken_certificate_stops_the_start_and_is_named(
    mount: Callable[[Files], tuple[int, Path]],
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    reason: str,
) -> None:
    status, bundle = mount({"cert.crt": content})

    said = " ".join(capsys.readouterr().err.split())
    assert status == 1
    assert "mounted/cert.crt" in said
    assert reason in said
    assert not bundle.exists()


def test_a_directory_that_docker_made_for_a_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ca_bundle.UnreadableError, match="does not exist on the host"):
        ca_bundle.read_mounted(tmp_path)


def test_a_missing_bundle_of_the_users_own_is_named(
    mount: Callable[[Files], tuple[int, Path]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/own.pem")

    assert mount({"cert.crt": FIRST.pem})[0] == 1
    assert (
        "No such file or directory: /nowhere/own.pem, which SSL_CERT_FILE"
        in capsys.readouterr().err
    )


def test_the_log_names_the_authority(tmp_path: Path) -> None:
    said = ca_bundle.describe(tmp_path / "cert.crt", [FIRST.pem.decode(), SECOND.pem.decode()])

    assert said.startswith("Trusting First Root CA, Second Root CA (")


def test_a_certificate_of_no_authority_is_pointed_out(tmp_path: Path) -> None:
    with FIRST.server(tmp_path):
        server = ca_bundle.pem_certificates((tmp_path / "server.pem").read_bytes())

    assert "holds no certificate of an authority" in ca_bundle.describe(Path("cert.crt"), server)
