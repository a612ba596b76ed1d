"""A real connector, whole: Samba, the connector over it, and sshd in front, while a context lasts."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from connector.targets import Target
from harness.live.free_ports import FreePorts
from harness.real import usershare_connector
from harness.real.openssh import known_hosts, python, serve_openssh
from harness.real.samba import Samba, serve_samba

__all__ = ["RealCluster", "open_real_cluster"]

NAME_BYTES = 80
"""Bytes of the longest name that the connector takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealCluster:
    """target: how to log in to the connector. known_hosts: its host key, as OpenSSH's clients keep it. samba: where its
    shares can be used, and by whom."""

    target: Target
    known_hosts: str
    samba: Samba


@asynccontextmanager
async def open_real_cluster(
    folder: Path, *, forced: bool, name: str = "real", client_key: Path | None = None
) -> AsyncIterator[RealCluster]:
    """folder: for all files of it, absolute and where other accounts can go. forced: as a forced command; else by
    plain exec. client_key: of whoever may log in, made where it is missing; one of its own if left out.

    Raises `MissingPart` and `WorldError`.
    """
    key, ssh = client_key or folder / "client_key", folder / "ssh"
    with FreePorts() as ports:
        async with serve_samba(folder / "samba", ports.of("smb")) as samba:
            config = _write_config(samba, folder)
            program = (*python(), usershare_connector.__file__, str(config))
            port = ports.of("ssh")
            async with serve_openssh(ssh, port, program, forced=forced, name=name, client_key=key) as target:
                yield RealCluster(target=target, known_hosts=known_hosts(ssh, target), samba=samba)


def _write_config(samba: Samba, folder: Path) -> Path:
    state, path = folder / "connector", folder / "connector.json"
    state.mkdir(exist_ok=True)
    config = {
        "state": str(state),
        "shares": str(samba.shares),
        "usershares": str(samba.usershares),
        "net": list(samba.net),
        "users": {user.name: user.sid for user in samba.users.values()},
    }
    path.write_text(json.dumps(config))
    return path
