"""Client certificates: the API's TLS asks for one that its authority has signed, and its subject is the tenant."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.requests import Request

from connector.http_connection import PEER_NAME
from pipeline.api.caller import Caller
from pipeline.auth.authenticator import unauthenticated
from pipeline.errors import SettingsError
from pipeline.record import TENANT_NAME
from pipeline.settings import AuthSettings

__all__ = ["CertificateAuthenticator", "tls_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateAuthenticator:
    """operators: the common names of those who run the pipeline."""

    operators: frozenset[str]

    async def caller(self, request: Request) -> Caller:
        """See `Authenticator.caller`."""
        name = request.scope.get("extensions", {}).get(PEER_NAME, {}).get("name")
        if not isinstance(name, str):
            raise unauthenticated("A client certificate is needed.")
        if name in self.operators:
            return Caller(tenant=None, operator=True)
        if TENANT_NAME.fullmatch(name) is None:
            raise unauthenticated("The common name of the client certificate names no tenant.")
        return Caller(tenant=name)


def tls_of(settings: AuthSettings) -> ssl.SSLContext:
    """The API's side of TLS 1.2 or newer, with its certificate. Raises `SettingsError`."""
    assert settings.certificate is not None, "TLS is only where there is a certificate"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    key = "" if settings.key is None else f" with key {settings.key}"
    with _refusing(f"auth: certificate {settings.certificate}{key}"):
        context.load_cert_chain(settings.certificate, settings.key)
    if settings.client_ca is not None:
        with _refusing(f"auth: client_ca {settings.client_ca}"):
            context.load_verify_locations(settings.client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise SettingsError(f"{what} cannot be used: {error}") from error
