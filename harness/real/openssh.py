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

__all__ = ["serve_openssh"]

_SESSIONS = 10
_CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
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
    folder: Path, port: int, connector: Sequence[str], *, forced: bool, name: str = "real"
) -> AsyncIterator[Target]:
    """connector: the command that takes a command line. forced: as a forced command; else by plain exec, in a shell.

    Raises `MissingPart` and `WorldError`.
    """
    user = pwd.getpwuid(os.geteuid()).pw_name
    config = _CONFIG.format(port=port, folder=folder, user=user, sessions=_SESSIONS)
    host = _write_keys(folder)
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
            client_key=str(folder / "client_key"),
            host_key=host.get_fingerprint(),
        )


def _forced(connector: Sequence[str]) -> str:
    return f"ForceCommand {shlex.join(connector)}\n"


def _in_path(folder: Path, connector: Sequence[str]) -> str:
    """Programs of the connector's names, first in the path of whoever logs in."""
    folder.mkdir(exist_ok=True)
    for name, words in _VERBS.items():
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec {shlex.join([*connector, *words])} "$@"\n')
        script.chmod(0o755)
    return f"SetEnv PATH={folder}:/usr/local/bin:/usr/bin:/bin\n"


def _write_config(path: Path, config: str) -> None:
    path.write_text(config)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where sshd gives up its rights


def _write_keys(folder: Path) -> asyncssh.SSHKey:
    """The host key; the client's lies beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    host, client = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    _write_key(folder / "host_key", host)
    _write_key(folder / "client_key", client)
    (folder / "authorized_keys").write_bytes(client.export_public_key())
    return host


def _write_key(path: Path, key: asyncssh.SSHKey) -> None:
    path.touch(mode=0o600)
    path.write_bytes(key.export_private_key())


def python() -> tuple[str, ...]:
    """An interpreter without anybody's packages."""
    return (sys.executable, "-I", "-S")
