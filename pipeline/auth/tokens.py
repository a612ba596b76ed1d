"""Bearer tokens (RFC 6750): JSON Web Tokens of one issuer, for this audience, signed by a key of the issuer's set."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from starlette.requests import Request

from connector.clock import Clock
from pipeline.api.bodies import header
from pipeline.api.caller import Caller
from pipeline.auth.authenticator import unauthenticated
from pipeline.auth.keys import IssuerKeys, KeysUnavailableError
from pipeline.problems import Cause, Problem, ProblemError
from pipeline.record import TENANT_NAME
from pipeline.settings import AuthSettings

__all__ = ["TokenAuthenticator"]

_LONGEST_TOKEN = 8 * 1024
_REMEMBERED = 4096
_INVALID = "invalid_token"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A token whose signature was checked; believed until then without another check."""

    caller: Caller
    until: float


@dataclass(slots=True, kw_only=True)
class TokenAuthenticator:
    """A token that was checked is remembered by its hash, until it expires or the keys are read again."""

    settings: AuthSettings
    keys: IssuerKeys
    clock: Clock
    _known: "OrderedDict[bytes, _Known]" = field(default_factory=OrderedDict)

    async def caller(self, request: Request) -> Caller:
        """See `Authenticator.caller`."""
        token = _token_of(request)
        digest = sha256(token).digest()
        known = self._known.get(digest)
        if known is not None and self.clock() < known.until:
            return known.caller
        claims = await self._checked(token)
        caller = self._read(claims)
        until = min(claims["exp"] + self.settings.leeway, self.clock() + self.settings.refresh)
        self._known[digest] = _Known(caller=caller, until=until)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return caller

    async def _checked(self, token: bytes) -> Mapping[str, Any]:
        try:
            head = jws.extract_compact(token).headers()
        except (JoseError, ValueError):
            raise unauthenticated("The token is not a signed JSON Web Token.", error=_INVALID) from None
        algorithm, kid = head.get("alg"), head.get("kid")
        if algorithm not in self.settings.algorithms:
            accepted = ", ".join(self.settings.algorithms)
            raise unauthenticated(f"The token's algorithm is not accepted; accepted: {accepted}.", error=_INVALID)
        if "crit" in head or not isinstance(kid, str | None):
            raise unauthenticated("The token's header is not acceptable.", error=_INVALID)
        try:
            candidates = await self.keys.candidates(kid)
        except KeysUnavailableError:
            detail = "The keys that tokens are checked with cannot be read for now."
            raise ProblemError(
                Problem(cause=Cause.AUTH_UNAVAILABLE, detail=detail, headers={"Retry-After": "10"})
            ) from None
        for key in candidates:
            if key.get("alg") not in {None, algorithm}:
                continue
            try:
                claims = jwt.decode(token, key, algorithms=[str(algorithm)]).claims
            except (JoseError, ValueError, TypeError):
                continue
            self._check_claims(claims)
            return claims
        raise unauthenticated("No key of the issuer signed this token.", error=_INVALID)

    def _check_claims(self, claims: Mapping[str, Any]) -> None:
        assert self.settings.issuer is not None, "the settings were checked"
        assert self.settings.audience is not None, "the settings were checked"
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(self.clock()),
            leeway=int(self.settings.leeway),
            iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": self.settings.audience},
            exp={"essential": True},
        )
        try:
            registry.validate(dict(claims))
        except (JoseError, ValueError, TypeError) as error:
            name = getattr(error, "claim", None)
            wrong = f"claim {name!r} of the token is not acceptable" if name else "token's claims are not acceptable"
            raise unauthenticated(f"The {wrong}{self._why(name, claims)}.", error=_INVALID) from error

    def _why(self, name: str | None, claims: Mapping[str, Any]) -> str:
        """What is accepted: with a wrong clock, on either side, the token alone does not show what is wrong."""
        if name in {"exp", "nbf", "iat"} and isinstance(claims.get(name), int | float):
            now, leeway = int(self.clock()), f"{self.settings.leeway:g}"
            return f": it is {claims[name]:.0f}, and the clock here is at {now}, with a leeway of {leeway} s"
        accepted = {"iss": self.settings.issuer, "aud": self.settings.audience}.get(name or "")
        return f"; accepted: {accepted}" if accepted else ": it is missing" if name and name not in claims else ""

    def _read(self, claims: Mapping[str, Any]) -> Caller:
        scopes = claims.get("scope", "")
        words = scopes.split() if isinstance(scopes, str) else scopes if isinstance(scopes, list) else ()
        operator = self.settings.operator_scope in words
        tenant = claims.get(self.settings.tenant_claim)
        if tenant is None and operator:
            return Caller(tenant=None, operator=True)
        if not isinstance(tenant, str) or TENANT_NAME.fullmatch(tenant) is None:
            detail = f"The token's claim {self.settings.tenant_claim!r} names no tenant."
            raise unauthenticated(detail, error=_INVALID)
        return Caller(tenant=tenant, operator=operator)


def _token_of(request: Request) -> bytes:
    given = header(request, "authorization")
    if not given:
        raise unauthenticated("A bearer token is needed.")
    scheme, _, token = given[0].partition(" ")
    token = token.strip()
    if len(given) > 1 or scheme.lower() != "bearer" or not token or not token.isascii():
        raise unauthenticated("One Authorization header is needed: `Bearer` and a token.", error="invalid_request")
    if len(token) > _LONGEST_TOKEN:
        raise unauthenticated(f"The token is longer than {_LONGEST_TOKEN} bytes.", error=_INVALID)
    return token.encode()
