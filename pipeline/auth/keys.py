"""The keys that tokens are checked with: a JWK set (RFC 7517) in a file or at a URL, read again as it changes."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from connector.clock import Clock
from pipeline.errors import SettingsError

__all__ = ["IssuerKeys", "KeysUnavailableError", "file_reader", "url_reader"]

_LOG = logging.getLogger(__name__)

_LARGEST = 256 * 1024
_TIMEOUT = 5.0
_RETRY = 10.0
"""Seconds: a key that is not known has the set read again, and no more often than this."""
_ASYMMETRIC = frozenset({"RSA", "EC", "OKP"})

ReadKeys = Callable[[], Awaitable[bytes]]


class KeysUnavailableError(Exception):
    """No set of keys was read yet."""


class IssuerKeys:
    """refresh: seconds after which the set is read again. A set that cannot be read leaves the earlier one in force."""

    def __init__(self, read: ReadKeys, *, where: str, refresh: float, clock: Clock) -> None:
        self._read = read
        self._where = where
        self._refresh = refresh
        self._clock = clock
        self._keys: list[Key] | None = None
        self._read_at = float("-inf")
        self._tried_at = float("-inf")
        self._reading = asyncio.Lock()

    async def load(self) -> None:
        """Read the set now. Raises `SettingsError`."""
        self._tried_at = self._clock()
        try:
            self._keys = _parse(await self._read())
        except (OSError, ValueError, JoseError) as error:
            raise SettingsError(f"auth.jwks: {self._where}: {error}") from error
        self._read_at = self._clock()

    async def candidates(self, kid: str | None) -> list[Key]:
        """The keys of this id; of none: the only key, if it is one. Raises `KeysUnavailableError`."""
        now = self._clock()
        if now - self._read_at > self._refresh or (kid is not None and not self._named(kid)):
            await self._reload(now)
        if self._keys is None:
            raise KeysUnavailableError
        if kid is not None:
            return self._named(kid)
        return self._keys if len(self._keys) == 1 else []

    def _named(self, kid: str) -> list[Key]:
        return [key for key in self._keys or () if key.kid == kid]

    async def _reload(self, now: float) -> None:
        async with self._reading:
            if now - self._tried_at < _RETRY:
                return
            try:
                await self.load()
            except SettingsError as error:
                _LOG.error("%s", error)


def file_reader(path: Path) -> ReadKeys:
    """Reads a file."""

    async def read() -> bytes:
        return await asyncio.to_thread(path.read_bytes)

    return read


def url_reader(url: str) -> ReadKeys:
    """Reads a URL: without redirects, in bounded time and size."""

    async def read() -> bytes:
        import httpx  # only who reads a URL needs it

        body = b""
        try:
            async with (
                asyncio.timeout(_TIMEOUT),
                httpx.AsyncClient(follow_redirects=False, trust_env=False) as client,
                client.stream("GET", url, headers={"Accept": "application/json"}) as reply,
            ):
                if reply.status_code != 200:
                    raise OSError(f"answered with status {reply.status_code}")
                async for chunk in reply.aiter_bytes():
                    body += chunk
                    if len(body) > _LARGEST:
                        raise OSError(f"is larger than {_LARGEST} bytes")
        except TimeoutError as error:
            raise OSError(f"no answer in {_TIMEOUT:g} s") from error
        except httpx.HTTPError as error:
            raise OSError(f"cannot be read: {error}") from error
        return body

    return read


def _parse(text: bytes) -> list[Key]:
    """The keys that check signatures; a symmetric one would let whoever reads it make tokens, and is left out."""
    document = json.loads(text)
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("is not a JWK set: an object with `keys` is expected")
    rows = [
        row
        for row in document["keys"]
        if isinstance(row, dict) and row.get("kty") in _ASYMMETRIC and row.get("use", "sig") == "sig"
    ]
    if not rows:
        raise ValueError(f"has no key for signatures; accepted: {', '.join(sorted(_ASYMMETRIC))}")
    return list(KeySet.import_key_set({"keys": rows}).keys)
