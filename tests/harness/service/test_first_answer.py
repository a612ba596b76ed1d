"""A service that nothing can be asked of is named, with the reason, before a run begins."""

import asyncio
import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from connector.clock import steady_clock
from harness.collect.clock import RunClock
from harness.errors import ServiceUnavailable
from harness.live.free_ports import FreePorts
from harness.service.first_answer import await_first_answer
from harness.service.foreign import ForeignService, open_sheet
from harness.service.sheet.loading import sheet_file


async def _refused(url: str, sheet: str, beside: Path, *, within: float) -> str:
    opened = open_sheet(sheet, beside=beside)
    async with opened.open_http(url, connect=5.0, patience=5.0) as http:
        clock = RunClock.starting_in(0.0, steady_clock(asyncio.get_running_loop()))
        service = ForeignService(opened, url, {}, http=http, clock=clock, locations=["north"])
        with pytest.raises(ServiceUnavailable) as raised:
            await await_first_answer(service, http, (), "north", within=within)
    return str(raised.value)


async def test_where_nobody_listens_the_time_that_was_waited_is_said(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{FreePorts().of('api')}"
    said = await _refused(url, "reference", tmp_path, within=0.3)
    assert said == (
        f"the service at {url} does not list its shares as its sheet says: All connection attempts failed, for 0.3 s"
    )


async def test_an_expired_certificate_is_named_at_once(tmp_path: Path) -> None:
    _expired_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "expired.pem", tmp_path / "key.pem")
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    reference = sheet_file("reference", beside=tmp_path)
    assert reference is not None
    (tmp_path / "sheet.toml").write_text(reference.read_text() + '\n[tls]\nca = "expired.pem"\n')
    async with server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        assert "certificate has expired" in await _refused(url, "sheet.toml", tmp_path, within=60.0)


def _expired_certificate(folder: Path) -> None:
    """expired.pem and key.pem, of 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(datetime.datetime(2020, 1, 1)).not_valid_after(datetime.datetime(2021, 1, 1))
    certificate = made.add_extension(address, critical=False).sign(key, SHA256())
    (folder / "expired.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(private)
