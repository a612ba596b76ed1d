"""The keys of fake clusters and of their clients: made at first use, kept in a directory, the same ever after.

One secret seed is kept, and every cluster's host key is derived from it and from the cluster's name: so a thousand
clusters need one small file, and a cluster has the same fingerprint whoever starts it, in whatever order. The client
key is a file of its own in OpenSSH's format, for `ssh -i`.
"""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Self

import asyncssh
from asyncssh.public_key import SSHLocalKeyPair

from connector.whole_file import write_private_once
from fake_clusters.errors import KeyStoreError

__all__ = ["ClientKey", "HostKeys", "KeyStore", "fingerprint"]

_ED25519_PKCS8 = bytes.fromhex("302e020100300506032b657004220420")
"""What precedes the 32 secret bytes of an Ed25519 key in PKCS #8 (RFC 8410)."""

_SEED_BYTES = 32


class _FalseSigner(SSHLocalKeyPair):
    """A host key whose signatures never verify."""

    def sign(self, data: bytes) -> bytes:
        signature = bytearray(super().sign(data))
        signature[-1] ^= 1
        return bytes(signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostKeys:
    """The keys that one cluster can show: its own, and what the key exchange faults show instead."""

    own: asyncssh.SSHKeyPair
    other: asyncssh.SSHKeyPair
    false_signer: asyncssh.SSHKeyPair
    fingerprint: str

    @classmethod
    def derive(cls, seed: bytes, cluster: str) -> Self:
        """The keys that follow from a secret seed and a cluster's name."""
        own = _derived(seed, f"host\x1f{cluster}")
        other = _derived(seed, f"other host\x1f{cluster}")
        return cls(
            own=SSHLocalKeyPair(own, None, None, None),
            other=SSHLocalKeyPair(other, None, None, None),
            false_signer=_FalseSigner(own, None, None, None),
            fingerprint=own.get_fingerprint(),
        )

    @classmethod
    def fresh(cls, cluster: str = "") -> Self:
        """Keys that are kept nowhere."""
        return cls.derive(secrets.token_bytes(_SEED_BYTES), cluster)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientKey:
    """A client's key pair. path: the private file. public: one line, as in `authorized_keys`."""

    path: Path
    public: str


class KeyStore:
    """A directory of keys. What is not there yet is made, in one step, so two processes end with the same keys."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._seed: bytes | None = None

    def host_keys(self, cluster: str) -> HostKeys:
        """The keys of one cluster. Raises `KeyStoreError`."""
        if self._seed is None:
            self._seed = self._read_seed()
        return HostKeys.derive(self._seed, cluster)

    def client_key(self, name: str = "client") -> ClientKey:
        """The client key of that name. Raises `KeyStoreError`."""
        path = self._directory / f"{name}_ed25519"
        text = self._kept(path, _new_private_key)
        try:
            key = asyncssh.import_private_key(text)
        except asyncssh.KeyImportError as error:
            raise KeyStoreError(f"{path}: is not a private key without a passphrase: {error}") from error
        public = _public_line(key)
        self._kept(path.with_suffix(".pub"), lambda: public + "\n")
        return ClientKey(path=path, public=public)

    def _read_seed(self) -> bytes:
        path = self._directory / "host_seed"
        text = self._kept(path, lambda: secrets.token_hex(_SEED_BYTES) + "\n").strip()
        try:
            seed = bytes.fromhex(text)
        except ValueError:
            seed = b""
        if len(seed) != _SEED_BYTES:
            raise KeyStoreError(
                f"{path}: is not a host key seed: accepted are {_SEED_BYTES * 2} hexadecimal digits "
                "(delete it to have new host keys made)"
            )
        return seed

    def _kept(self, path: Path, make: Callable[[], str]) -> str:
        """The text of a private file, which is made first where it is not there."""
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                write_private_once(path, make())
            else:
                _make_private(path)
            return path.read_text(encoding="ascii")
        except UnicodeDecodeError as error:
            raise KeyStoreError(f"{path}: is not a key file: it holds bytes that are not text") from error
        except FileExistsError as error:
            raise KeyStoreError(f"{self._directory}: the folder of keys is no folder") from error
        except OSError as error:
            raise KeyStoreError(f"{path}: cannot be used: {error.strerror}") from error


def fingerprint(public: str) -> str:
    """`SHA256:…` of a public key line. Raises `KeyStoreError`."""
    try:
        return asyncssh.import_public_key(public).get_fingerprint()
    except asyncssh.KeyImportError as error:
        raise KeyStoreError(f"{public[:40]!r} is not a public key: {error}") from error


def _make_private(path: Path) -> None:
    """A copied folder forgets who may read it, and `ssh -i` takes no key that others can."""
    if path.stat().st_mode & 0o077:
        with suppress(PermissionError):  # whose file it is decides about it
            path.chmod(0o600)


def _derived(seed: bytes, purpose: str) -> asyncssh.SSHKey:
    secret = blake2b(purpose.encode(), key=seed, digest_size=32).digest()
    return asyncssh.import_private_key(_ED25519_PKCS8 + secret)


def _new_private_key() -> str:
    return asyncssh.generate_private_key("ssh-ed25519", comment="spoolproof").export_private_key().decode("ascii")


def _public_line(key: asyncssh.SSHKey) -> str:
    return key.export_public_key().decode("ascii").strip()
