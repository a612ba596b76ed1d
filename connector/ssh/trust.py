"""Whom the client trusts and who it says it is: a target as asyncssh options.

Nothing comes from the user's own SSH set-up: no configuration file, agent, default key or known_hosts, so that a run
depends on its address file alone.
"""

from typing import Any

import asyncssh

from connector.errors import TargetError
from connector.targets import Target

__all__ = ["options_of"]

# The client's order decides. AES-GCM costs the least on both sides; it is asyncssh that would begin with ChaCha20.
_CIPHERS = (
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
    "chacha20-poly1305@openssh.com",
)

# asyncssh takes an empty value for "look into ~/.ssh"; this one is not empty, knows nobody, and leaves it to the login.
_NOBODY: tuple[list[str], list[str], list[str]] = ([], [], [])


def options_of(target: Target) -> asyncssh.SSHClientConnectionOptions:
    """Reads the files that the target names, once. Raises `TargetError`."""
    known_hosts = _known_hosts(target)
    try:
        return asyncssh.SSHClientConnectionOptions(
            host=target.host,
            port=target.port,
            username=target.username,
            password=target.password,
            client_keys=_client_keys(target),
            known_hosts=known_hosts,
            config=[],
            agent_path=None,
            pkcs11_provider=None,
            gss_host=None,
            x509_trusted_certs=None,
            x509_trusted_cert_paths=[],
            encryption_algs=_CIPHERS,
            login_timeout=0,
        )
    except (ValueError, asyncssh.Error) as error:
        raise TargetError(f"cluster {target.name!r}: {error}") from error


def _known_hosts(target: Target) -> Any:
    if target.insecure:
        return None
    if target.host_key is not None:
        for key, pins in (("host_key", target.pinned[:1]), ("other_host_keys", target.other_host_keys)):
            if not all(pin.startswith("SHA256:") for pin in pins):
                raise TargetError(f"cluster {target.name!r}: {key}: must be a fingerprint such as 'SHA256:…'")
        return _NOBODY
    if target.known_hosts is None:
        raise TargetError(
            f"cluster {target.name!r}: needs host_key (a fingerprint, 'SHA256:…') or known_hosts (a file); "
            "insecure = true accepts any host"
        )
    try:
        return asyncssh.read_known_hosts(target.known_hosts)
    except OSError as error:
        raise TargetError(f"cluster {target.name!r}: known_hosts: {target.known_hosts}: {error.strerror}") from error
    except ValueError as error:
        raise TargetError(f"cluster {target.name!r}: known_hosts: {target.known_hosts}: {error}") from error


def _client_keys(target: Target) -> list[asyncssh.SSHKey] | None:
    if target.client_key is None:
        return None
    where = f"cluster {target.name!r}: client_key: {target.client_key}"
    try:
        return [asyncssh.read_private_key(target.client_key)]
    except OSError as error:
        raise TargetError(f"{where}: {error.strerror}") from error
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise TargetError(f"{where}: not a private key without passphrase: {error}") from error
