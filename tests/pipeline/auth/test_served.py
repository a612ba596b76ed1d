"""A pipeline that is served says how clients are known; with certificates, who is not known gets no connection."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from pipeline.errors import SettingsError
from pipeline.part_checks import check_settings
from pipeline.parts import Part
from pipeline.running import running
from pipeline.settings import AuthMode, AuthSettings, PipelineSettings
from tests.pipeline.auth.authority import Authority


@asynccontextmanager
async def served(tmp_path: Path, ours: Authority) -> AsyncIterator[str]:
    auth = AuthSettings(
        mode=AuthMode.CERTIFICATE, certificate=ours.issue("api"), client_ca=ours.path, operators=("root",)
    )
    settings = PipelineSettings(store=tmp_path / "store.db", auth=auth)
    async with running(settings, frozenset({Part.API})) as urls:
        url = urls[Part.API]
        assert url is not None
        assert url.startswith("https://")
        yield url


def client_of(url: str, ours: Authority, certificate: Path | None) -> httpx.AsyncClient:
    context = ssl.create_default_context(cafile=str(ours.path))
    if certificate is not None:
        context.load_cert_chain(certificate)
    return httpx.AsyncClient(base_url=url, verify=context, trust_env=False)


async def test_a_client_certificate_is_needed_and_names_the_tenant(tmp_path: Path) -> None:
    ours, theirs = Authority(tmp_path, "ours"), Authority(tmp_path, "theirs")
    async with served(tmp_path, ours) as url:
        async with client_of(url, ours, ours.issue("blue")) as client:
            assert (await client.get("/v1/shares")).status_code == 200
            assert (await client.get("/v1/events")).status_code == 403
        async with client_of(url, ours, ours.issue("root")) as client:
            assert (await client.get("/v1/events")).status_code == 200
        async with client_of(url, ours, ours.issue("not a tenant")) as client:
            assert (await client.get("/v1/shares")).status_code == 401
        for certificate in (None, theirs.issue("blue")):
            async with client_of(url, ours, certificate) as client:
                with pytest.raises(httpx.TransportError):
                    await client.get("/livez")
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")  # not TLS
        assert await reader.read() == b""
        writer.close()


@pytest.mark.parametrize(
    ("auth", "words"),
    [
        (AuthSettings(), 'auth.mode: say how clients are known: "token" or "certificate"; "none" lets anybody'),
        (AuthSettings(mode=AuthMode.TOKEN, jwks="k.json"), "auth.mode: tokens need jwks, issuer and audience"),
        (AuthSettings(mode=AuthMode.CERTIFICATE), "auth.mode: client certificates need certificate and client_ca"),
        (
            AuthSettings(mode=AuthMode.TOKEN, jwks="http://keys.example/", issuer="i", audience="a"),
            "auth.jwks: keys are read over https: only",
        ),
    ],
)
def test_an_api_that_does_not_say_how_clients_are_known_is_not_served(auth: AuthSettings, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check_settings(PipelineSettings(auth=auth), frozenset({Part.API}))
    assert words in str(caught.value)
    check_settings(PipelineSettings(auth=AuthSettings(mode=AuthMode.NONE)), frozenset({Part.API}))


async def test_a_certificate_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    auth = AuthSettings(mode=AuthMode.NONE, certificate=tmp_path / "none.pem")
    with pytest.raises(SettingsError, match=r"auth: certificate \S+none\.pem cannot be used"):
        async with running(PipelineSettings(store=tmp_path / "s.db", auth=auth), frozenset({Part.API})):
            pass
