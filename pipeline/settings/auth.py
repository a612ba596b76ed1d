"""The settings of who may use the API."""

from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from connector.table import TomlTable
from connector.units import Duration
from pipeline.settings.fields import LOOPBACK, Seconds

__all__ = ["AuthMode", "AuthSettings"]


class AuthMode(StrEnum):
    """How clients are known. none: they are not, and whoever reaches the API may do all that it offers."""

    TOKEN = "token"  # noqa: S105 - a word
    CERTIFICATE = "certificate"
    NONE = "none"


class Algorithm(StrEnum):
    """A signature by a private key. None that is symmetric: whoever checks those could make them."""

    RS256 = "RS256"
    RS384 = "RS384"
    RS512 = "RS512"
    PS256 = "PS256"
    PS384 = "PS384"
    PS512 = "PS512"
    ES256 = "ES256"
    ES384 = "ES384"
    ES512 = "ES512"
    ED25519 = "Ed25519"
    EDDSA = "EdDSA"


class AuthSettings(TomlTable):
    """Who may use the API. mode: a served API needs one, and `none` has to be said.

    token: bearer tokens (JWT) of `issuer` for `audience`, signed with one of `algorithms` by a key of `jwks`, a file or
    an `https:` URL, which is read again after `refresh`. `tenant_claim` names the tenant; a token whose `scope` has
    `operator_scope` is an operator's, who sees all tenants. leeway: how far clocks may differ.

    certificate: TLS client certificates that `client_ca` signed; the common name is the tenant, or one of `operators`.
    certificate, key: the API's own, for TLS in either mode.
    """

    mode: AuthMode | None = None
    jwks: str | None = None
    issuer: str | None = None
    audience: str | None = None
    algorithms: tuple[Algorithm, ...] = (Algorithm.RS256, Algorithm.PS256, Algorithm.ES256, Algorithm.ED25519)
    leeway: Duration = 30.0
    refresh: Seconds = 300.0
    tenant_claim: str = "tenant"
    operator_scope: str = "spoolproof:operate"
    operators: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None

    @property
    def fault(self) -> str | None:
        """What of this does not fit together, where an API is served."""
        match self.mode:
            case None:
                return (
                    'mode: say how clients are known: "token" or "certificate"; "none" lets anybody do anything who '
                    "reaches the API"
                )
            case AuthMode.TOKEN if None in {self.jwks, self.issuer, self.audience}:
                return "mode: tokens need jwks, issuer and audience"
            case AuthMode.CERTIFICATE if None in {self.certificate, self.client_ca}:
                return "mode: client certificates need certificate and client_ca"
            case _ if self.jwks is not None and self.jwks.startswith("http:") and not _is_loopback(self.jwks):
                return "jwks: keys are read over https: only"
            case _:
                return None


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in LOOPBACK
