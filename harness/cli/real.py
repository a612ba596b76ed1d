"""`spoolproof real up`: a real connector on this machine, until Ctrl-C."""

import asyncio
import shlex
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from connector.atomic_file import write_private
from harness.cli.exits import Exit
from harness.cli.interrupt import serve_until_signal
from harness.errors import OutputError
from harness.real.cluster import NAME_BYTES, RealCluster, open_real_cluster

__all__ = ["real_up"]

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
    with TemporaryDirectory(prefix="spoolproof-real-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the users of the shares go through it
        serve_until_signal(_serve(folder, file, forced=not exec))
    return Exit.VALID


async def _serve(folder: Path, file: Path, *, forced: bool) -> None:
    async with open_real_cluster(folder, forced=forced) as cluster:
        how = "by a forced command" if forced else "by plain exec"
        _write_target(file, cluster, how)
        sys.stdout.write("\n".join([*_lines(cluster, file, how), "Press Ctrl-C to stop."]) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def _write_target(file: Path, cluster: RealCluster, how: str) -> None:
    names = list(cluster.samba.users)
    text = _TARGET.format(target=cluster.target, how=how, name_bytes=NAME_BYTES, first=names[0], last=names[-1])
    try:
        write_private(file, text)
    except OSError as error:
        raise OutputError(f"{file}: cannot be written: {error.strerror}") from error


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
