"""`spoolproof real up`: a real connector on this machine, until Ctrl-C."""

import asyncio
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from harness.cli.exits import Exit
from harness.cli.interrupt import serve_until_signal
from harness.live.told_file import told_file
from harness.live.workspace import workspace
from harness.real.cluster import NAME_BYTES, RealCluster, open_real_cluster

__all__ = ["real_up"]

_HEAD = "# Written by `spoolproof real up`, and gone when it ends.\n"
_TARGET = """\
title = "Samba usershares, {how}"
after_timeout = "finishes"

[ssh]
host = "{target.host}"
port = {target.port}
username = "{target.username}"
key = "{target.client_key}"
host_key = "{target.host_key}"

[limits]
name_bytes = {name_bytes}
sessions = 10

[parameters]
client = "{first}"
other_client = "{last}"
settle = "10s"        # a command whose caller has gone waits for the lock like any other
"""


def real_up(file: Path, *, exec: bool) -> Exit:
    """Serve until a signal. Raises `MissingPart`, `WorldError` and `OutputError`."""
    with told_file("--target", file, is_ours=lambda text: text.startswith(_HEAD)) as write, workspace(None) as folder:
        folder.chmod(0o711)  # the users of the shares go through it
        serve_until_signal(_serve(folder, file, write, forced=not exec))
    return Exit.VALID


async def _serve(folder: Path, file: Path, write: Callable[[str], None], *, forced: bool) -> None:
    async with open_real_cluster(folder, forced=forced) as cluster:
        how = "by a forced command" if forced else "by plain exec"
        write(_target(cluster, how))
        sys.stdout.write("\n".join([*_lines(cluster, file, how), "Press Ctrl-C to stop."]) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def _target(cluster: RealCluster, how: str) -> str:
    names = list(cluster.samba.users)
    return _HEAD + _TARGET.format(target=cluster.target, how=how, name_bytes=NAME_BYTES, first=names[0], last=names[-1])


def _lines(cluster: RealCluster, file: Path, how: str) -> list[str]:
    target, samba = cluster.target, cluster.samba
    login = f"{target.username}@{target.host}"
    ssh = ["ssh", "-p", str(target.port), "-i", str(target.client_key), login]
    users = [
        f"smbclient -p {samba.port} -U {user.name}%{user.password} //{target.host}/SHARE"
        for user in samba.users.values()
    ]
    if not samba.served:
        users = ["shares are defined and not served: Samba takes them only from a folder of root"]
    return [f"connector, {how}: {shlex.join(ssh)}", *users, f"target file: {file}"]
