"""OpenSSH's sshd on loopback, for whoever runs it, with one key and one job: to run the connector's commands."""

import os
import pwd
import shlex
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh

from connector.targets import Target
from harness.real.programs import HOST, listening, program, running

__all__ = ["known_hosts", "python", "serve_openssh"]

_SESSIONS = 10
_HOST_KEY = "host_key"
_CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/{host_key}
AuthorizedKeysFile {folder}/authorized_keys
PidFile {folder}/sshd.pid
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowUsers {user}
DisableForwarding yes
MaxSessions {sessions}
MaxStartups 100:30:200
PrintMotd no
LogLevel ERROR
"""
_VERBS = {"share": ("share",), "snapshot": ("snapshot",), "capabilities": ("capabilities",), "ping": ("ping",)}
"""Programs in the path of plain exec, and the words that each stands for."""


@asynccontextmanager
async def serve_openssh(
    folder: Path, port: int, connector: Sequence[str], *, forced: bool, name: str, client_key: Path
) -> AsyncIterator[Target]:
    """connector: the command that takes a command line. forced: as a forced command; else by plain exec, in a shell.

    client_key: of whoever may log in, made where it is missing.

    Raises `MissingPart` and `WorldError`.
    """
    user = pwd.getpwuid(os.geteuid()).pw_name
    config = _CONFIG.format(port=port, folder=folder, host_key=_HOST_KEY, user=user, sessions=_SESSIONS)
    host = _write_keys(folder, client_key)
    # Not the account's own home: what its shell's start-up file prints would stand in each reply.
    config += f"SetEnv HOME={folder}"
    config += _forced(connector) if forced else _in_path(folder / "bin", connector)
    _write_config(folder / "sshd_config", config)
    log = folder / "sshd.log"
    async with running((program("sshd"), "-D", "-e", "-f", str(folder / "sshd_config")), log) as process:
        await listening(process, port, log)
        yield Target(
            name=name,
            host=HOST,
            port=port,
            username=user,
            client_key=str(client_key),
            host_key=host.get_fingerprint(),
        )


def _forced(connector: Sequence[str]) -> str:
    return f"\nForceCommand {shlex.join(connector)}\n"


def _in_path(folder: Path, connector: Sequence[str]) -> str:
    """Programs of the connector's names, first in the path of whoever logs in."""
    folder.mkdir(exist_ok=True)
    for name, words in _VERBS.items():
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec {shlex.join([*connector, *words])} "$@"\n')
        script.chmod(0o755)
    return f" PATH={folder}:/usr/local/bin:/usr/bin:/bin\n"


def _write_config(path: Path, config: str) -> None:
    path.write_text(config)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where sshd gives up its rights


def _write_keys(folder: Path, client_key: Path) -> asyncssh.SSHKey:
    """The host key; and whose key may log in."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "authorized_keys").write_bytes(_key(client_key).export_public_key())
    return _key(folder / _HOST_KEY)


def known_hosts(folder: Path, target: Target) -> str:
    """The host key of a server with its files in this folder, as OpenSSH's clients keep it."""
    key = asyncssh.read_private_key(folder / _HOST_KEY).export_public_key().decode()
    return f"[{target.host}]:{target.port} {key}"


def _key(path: Path) -> asyncssh.SSHKey:
    """The private key of this file, made where it is missing."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    return asyncssh.read_private_key(path)


def python() -> tuple[str, ...]:
    """An interpreter without anybody's packages."""
    return (sys.executable, "-I", "-S")
