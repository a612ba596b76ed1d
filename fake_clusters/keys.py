"""The keys of fake clusters and of their clients: made at first use, kept in a directory, the same ever after.

One secret seed is kept, and every cluster's host keys are derived from it and from the cluster's name: so a thousand
clusters need one small file, and a cluster has the same fingerprints whoever starts it, in whatever order. An RSA key
cannot be derived and takes long to make: there is one for all clusters, made when the first of them needs it. The
client keys are files of their own: in OpenSSH's format for `ssh -i`, and for older clients in PEM.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Self

import asyncssh
from asyncssh.public_key import SSHLocalKeyPair
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from connector.atomic_file import create_private
from connector.input_files import read_regular_file
from fake_clusters.errors import KeyStoreError

__all__ = ["ED25519", "ClientKey", "HostKeys", "KeyKind", "KeyPairs", "KeyStore", "fingerprint"]

ED25519 = "ssh-ed25519"
_RSA = "ssh-rsa"
_RSA_SIGNATURES = frozenset({_RSA, "rsa-sha2-256", "rsa-sha2-512"})
_RSA_BITS = 2048
"""The least that current clients take; older ones take no more."""

_CURVES: Mapping[str, type[ec.EllipticCurve]] = {
    "ecdsa-sha2-nistp256": ec.SECP256R1,
    "ecdsa-sha2-nistp384": ec.SECP384R1,
    "ecdsa-sha2-nistp521": ec.SECP521R1,
}
_SCALAR = 31
"""Secret bytes of a key on a curve: fewer than the order of the smallest, so that any value is a key."""

_ED25519_PKCS8 = bytes.fromhex("302e020100300506032b657004220420")
"""What precedes the 32 secret bytes of an Ed25519 key in PKCS #8 (RFC 8410)."""

_SEED_BYTES = 32
_MAX_BYTES = 65_536
"""Bytes of a file of the store."""

KeyPairs = Mapping[bytes, asyncssh.SSHKeyPair]
"""What a host shows and signs with, by the algorithm that was agreed on."""


class KeyKind(StrEnum):
    """The client keys that are handed out."""

    ED25519 = "ed25519"
    ECDSA = "ecdsa"
    RSA = "rsa"


KEY_FILES = frozenset(
    {"host_seed", "host_rsa", "other_rsa", *(f"client_{kind}{suffix}" for kind in KeyKind for suffix in ("", ".pub"))}
)
"""All that a directory of keys may come to hold."""


class _FalseSigner(SSHLocalKeyPair):
    """A host key whose signatures never verify."""

    def sign(self, data: bytes) -> bytes:
        signature = bytearray(super().sign(data))
        signature[-1] ^= 1
        return bytes(signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class RsaKeys:
    """The RSA keys that clusters share: the own one, and the one that `host_key_changed` shows."""

    own: asyncssh.SSHKey
    other: asyncssh.SSHKey

    @classmethod
    def fresh(cls) -> Self:
        return cls(own=_new_rsa(), other=_new_rsa())


@dataclass(frozen=True, kw_only=True)
class HostKeys:
    """The keys that one cluster can show: its own and, made when first needed, those that faults show instead.

    public: the own ones as `authorized_keys` spells a key, in the order of the algorithms.
    """

    own: KeyPairs
    public: tuple[str, ...]
    make_other: Callable[[], KeyPairs]
    make_false_signer: Callable[[], KeyPairs]

    @classmethod
    def derive(
        cls,
        seed: bytes,
        cluster: str,
        algorithms: Sequence[str] = (ED25519,),
        rsa: Callable[[], RsaKeys] = RsaKeys.fresh,
    ) -> Self:
        """The keys that follow from a secret seed and a cluster's name, for these algorithms.

        rsa: asked for the RSA keys where they are needed.
        """
        shared = rsa() if _RSA_SIGNATURES.intersection(algorithms) else None

        def keys(purpose: str, of_rsa: asyncssh.SSHKey | None) -> dict[str, asyncssh.SSHKey]:
            secret = f"{purpose}\x1f{cluster}"
            return {
                name: of_rsa if of_rsa and name in _RSA_SIGNATURES else _derived(name, seed, secret)
                for name in algorithms
            }

        own = keys("host", shared.own if shared else None)
        return cls(
            own=_pairs(own, SSHLocalKeyPair),
            public=tuple(dict.fromkeys(_public_line(key) for key in own.values())),
            make_other=lambda: _pairs(keys("other host", shared.other if shared else None), SSHLocalKeyPair),
            make_false_signer=lambda: _pairs(own, _FalseSigner),
        )

    @cached_property
    def other(self) -> KeyPairs:
        """Another host's."""
        return self.make_other()

    @cached_property
    def false_signer(self) -> KeyPairs:
        """The own ones, with signatures that never verify."""
        return self.make_false_signer()

    @classmethod
    def fresh(cls, cluster: str = "", algorithms: Sequence[str] = (ED25519,)) -> Self:
        """Keys that are kept nowhere."""
        return cls.derive(secrets.token_bytes(_SEED_BYTES), cluster, algorithms)

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """`SHA256:…` of each."""
        return tuple(fingerprint(line) for line in self.public)


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
        self._rsa: RsaKeys | None = None

    def host_keys(self, cluster: str, algorithms: Sequence[str] = (ED25519,)) -> HostKeys:
        """The keys of one cluster. Raises `KeyStoreError`."""
        if self._seed is None:
            self._seed = self._read_seed()
        return HostKeys.derive(self._seed, cluster, algorithms, self._rsa_keys)

    def client_key(self, kind: KeyKind = KeyKind.ED25519) -> ClientKey:
        """The client key of that kind. Raises `KeyStoreError`."""
        path = self._directory / f"client_{kind}"
        key = self._private_key(path, _NEW_CLIENT_KEYS[kind])
        public = _public_line(key)
        self._kept(path.with_suffix(".pub"), lambda: public + "\n")
        return ClientKey(path=path, public=public)

    def _rsa_keys(self) -> RsaKeys:
        if self._rsa is None:
            own, other = (self._private_key(self._directory / name, _new_rsa_pem) for name in ("host_rsa", "other_rsa"))
            self._rsa = RsaKeys(own=own, other=other)
        return self._rsa

    def _private_key(self, path: Path, make: Callable[[], str]) -> asyncssh.SSHKey:
        try:
            return asyncssh.import_private_key(self._kept(path, make))
        except asyncssh.KeyImportError as error:
            raise KeyStoreError(f"{path}: is not a private key without a passphrase: {error}") from error

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
                create_private(path, make())
            else:
                _make_private(path)
            return read_regular_file(path, _MAX_BYTES).decode("ascii")
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


def _derived(algorithm: str, seed: bytes, purpose: str) -> asyncssh.SSHKey:
    if algorithm == ED25519:
        return asyncssh.import_private_key(_ED25519_PKCS8 + _secret(seed, purpose, 32))
    scalar = int.from_bytes(_secret(seed, f"{algorithm}\x1f{purpose}", _SCALAR), "big")
    key = ec.derive_private_key(scalar, _CURVES[algorithm]())
    return asyncssh.import_private_key(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def _secret(seed: bytes, purpose: str, size: int) -> bytes:
    return blake2b(purpose.encode(), key=seed, digest_size=size).digest()


def _pairs(keys: Mapping[str, asyncssh.SSHKey], make: type[SSHLocalKeyPair]) -> KeyPairs:
    """A pair for each algorithm: asyncssh has one for all of a key, and sets it anew for each connection."""
    pairs = {name.encode(): make(key, None, None, None) for name, key in keys.items()}
    for name, pair in pairs.items():
        pair.set_sig_algorithm(name)
    return pairs


def _new_ed25519() -> str:
    return asyncssh.generate_private_key(ED25519, comment="spoolproof").export_private_key().decode("ascii")


def _new_ecdsa_pem() -> str:
    return _pem(asyncssh.generate_private_key("ecdsa-sha2-nistp256"))


def _new_rsa_pem() -> str:
    return _pem(_new_rsa())


def _new_rsa() -> asyncssh.SSHKey:
    return asyncssh.generate_private_key(_RSA, key_size=_RSA_BITS)


def _pem(key: asyncssh.SSHKey) -> str:
    return key.export_private_key("pkcs1-pem").decode("ascii")


_NEW_CLIENT_KEYS: Mapping[KeyKind, Callable[[], str]] = {
    KeyKind.ED25519: _new_ed25519,
    KeyKind.ECDSA: _new_ecdsa_pem,
    KeyKind.RSA: _new_rsa_pem,
}


def _public_line(key: asyncssh.SSHKey) -> str:
    return key.export_public_key().decode("ascii").strip()
