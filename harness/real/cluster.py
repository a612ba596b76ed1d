"""A real connector, whole: Samba, the connector over it, and sshd in front, while a context lasts."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from connector.targets import Target
from harness.live.free_ports import FreePorts
from harness.real import usershare_connector
from harness.real.openssh import python, serve_openssh
from harness.real.samba import Samba, serve_samba

__all__ = ["RealCluster", "open_real_cluster"]

NAME_BYTES = 80
"""Bytes of the longest name that the connector takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealCluster:
    """target: how to log in to the connector. samba: where its shares can be used, and by whom."""

    target: Target
    samba: Samba


@asynccontextmanager
async def open_real_cluster(folder: Path, *, forced: bool) -> AsyncIterator[RealCluster]:
    """folder: for all files of it, absolute and where other accounts can go. forced: as a forced command; else by
    plain exec.

    Raises `MissingPart` and `WorldError`.
    """
    with FreePorts() as ports:
        async with serve_samba(folder / "samba", ports.of("smb")) as samba:
            config = _write_config(samba, folder)
            program = (*python(), usershare_connector.__file__, str(config))
            async with serve_openssh(folder / "ssh", ports.of("ssh"), program, forced=forced) as target:
                yield RealCluster(target=target, samba=samba)


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
