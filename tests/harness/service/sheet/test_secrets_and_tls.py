"""Secrets come from the environment and stay there; certificates are checked as the sheet says."""

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from harness.errors import NoSheet
from harness.service.sheet.loading import OpenSheet, open_sheet
from reports.history import OpKind, OpResult
from tests.harness.service.sheet.answering import Answering, an_op, finished, response
from tests.harness.service.sheet.samples import MINIMAL

SECRET = "s3cret-token"
WITH_TOKEN = MINIMAL.replace("[share]", '[headers]\nAuthorization = "Bearer {env.PORTAL_TOKEN}"\n[share]', 1)
REFUSAL = '[refusal]\nmessage = "/error"\n'


def _opened(folder: Path, text: str, **environment: str) -> OpenSheet:
    (folder / "sheet.toml").write_text(text)
    return open_sheet("sheet.toml", beside=folder, environment=environment)


def test_a_token_is_sent_and_no_answer_shows_it(tmp_path: Path) -> None:
    http = Answering([response(403, {"error": f"no rights for Bearer {SECRET}"})])
    answer = finished(_opened(tmp_path, WITH_TOKEN + REFUSAL, PORTAL_TOKEN=SECRET).api.ask(an_op(OpKind.GET), http))
    assert http.asked[0].headers == (("authorization", f"Bearer {SECRET}"),)
    assert answer.message == "no rights for Bearer ***"


@pytest.mark.parametrize("value", ["", "line\nbreak", "schlüssel"])
def test_a_token_that_no_header_carries_is_refused_without_showing_it(tmp_path: Path, value: str) -> None:
    with pytest.raises(NoSheet, match="PORTAL_TOKEN") as refused:
        _opened(tmp_path, WITH_TOKEN, PORTAL_TOKEN=value)
    assert not value or value not in str(refused.value)


def test_a_content_type_of_its_own_takes_the_place_of_the_usual_one(tmp_path: Path) -> None:
    patch = (
        '[resize]\npath = "/shares/{name}"\nheaders = { Content-Type = "application/merge-patch+json" }\nbody = {}\n'
    )
    http = Answering([response(202)])
    finished(_opened(tmp_path, MINIMAL + patch).api.ask(an_op(OpKind.RESIZE, size=1), http))
    assert http.asked[0].headers == (("content-type", "application/merge-patch+json"),)


def _certificate(folder: Path, *, days: int) -> None:
    """A certificate that ends in so many days, and its key, as `ca.pem` and `key.pem`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=9))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    encoded = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(encoded)


@asynccontextmanager
async def _served(folder: Path) -> AsyncIterator[str]:
    """A server that says of every share that it is there."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = b'{"name": "a", "state": "on"}'
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))
        writer.close()

    server = await asyncio.start_server(answer, "localhost", 0, ssl=context)
    async with server:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}"


async def _get(opened: OpenSheet, url: str) -> OpResult:
    async with opened.open_http(url, connect=10.0, patience=10.0) as http:
        return (await opened.api.ask(an_op(OpKind.GET), http)).result


@pytest.mark.parametrize("tls", ['[tls]\nca = "ca.pem"\n', "[tls]\nverify = false\n"])
async def test_a_certificate_is_checked_as_the_sheet_says(tmp_path: Path, tls: str) -> None:
    _certificate(tmp_path, days=1)
    async with _served(tmp_path) as url:
        assert await _get(_opened(tmp_path, MINIMAL + tls), url) is OpResult.OK


@pytest.mark.parametrize(
    ("days", "tls", "problem"),
    [(1, "", "self-signed certificate"), (-1, '[tls]\nca = "ca.pem"\n', "certificate has expired")],
)
async def test_another_certificate_ends_the_connection(tmp_path: Path, days: int, tls: str, problem: str) -> None:
    _certificate(tmp_path, days=days)
    async with _served(tmp_path) as url:
        with pytest.raises(httpx.ConnectError, match=problem):
            await _get(_opened(tmp_path, MINIMAL + tls), url)


async def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    opened = _opened(tmp_path, MINIMAL + '[tls]\nca = "sheet.toml"\n')
    with pytest.raises(NoSheet, match=r"tls\.ca: sheet\.toml: not a file of certificates"):
        await _get(opened, "https://localhost:1")
