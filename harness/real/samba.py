"""Samba on loopback: smbd, its users, and the folders in which usershares live."""

import grp
import os
import pwd
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.errors import WorldError
from harness.real.programs import call, listening, program, running

__all__ = ["Samba", "SmbUser", "serve_samba"]

_CONF = """\
[global]
netbios name = SPOOLPROOF
workgroup = SPOOLPROOF
server role = standalone server
security = user
map to guest = never
smb ports = {port}
interfaces = 127.0.0.1
bind interfaces only = yes
disable netbios = yes
state directory = {folder}/state
lock directory = {folder}/lock
cache directory = {folder}/cache
private dir = {folder}/private
pid directory = {folder}/pid
ncalrpc dir = {folder}/ncalrpc
passdb backend = tdbsam:{folder}/private/passdb.tdb
log file = {folder}/log/smbd.log
usershare path = {folder}/usershares
usershare max shares = 5000
usershare owner only = no
usershare allow guests = no
usershare prefix allow list = {folder}/shares
load printers = no
printcap name = /dev/null
disable spoolss = yes
rpc start on demand helpers = no
"""

_FOLDERS = ("state", "lock", "cache", "private", "pid", "ncalrpc", "log", "shares")
_ACCOUNTS = ("nobody", "daemon", "games", "bin")
"""Accounts that nearly every machine has; Samba's users have to be some."""
_SID = re.compile(r"^User SID:\s+(S-[\d-]+)$", re.MULTILINE)
_GROUP = "sambashare"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmbUser:
    """sid: Samba's id. On a high port it does not find an id by a name."""

    name: str
    password: str
    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Samba:
    """served: whether smbd runs, so that shares can be used; without root they are only defined."""

    folder: Path
    port: int
    users: Mapping[str, SmbUser]
    served: bool

    @property
    def conf(self) -> Path:
        return self.folder / "smb.conf"

    @property
    def usershares(self) -> Path:
        return self.folder / "usershares"

    @property
    def shares(self) -> Path:
        return self.folder / "shares"

    @property
    def net(self) -> tuple[str, ...]:
        """The command that defines usershares."""
        return (program("net"), "-s", str(self.conf))


@asynccontextmanager
async def serve_samba(folder: Path, port: int) -> AsyncIterator[Samba]:
    """Raises `MissingPart` and `WorldError`. smbd takes usershares only from a folder of root, so only root serves."""
    served = os.geteuid() == 0
    _make_folders(folder, as_root=served)
    (folder / "smb.conf").write_text(_CONF.format(folder=folder, port=port))
    own = () if served else (pwd.getpwuid(os.geteuid()).pw_name,)
    accounts = [name for name in (*own, *_ACCOUNTS) if _exists(name)]
    users = {name: await _user(folder, name) for name in accounts[:2]}
    samba = Samba(folder=folder, port=port, users=users, served=served)
    if not served:
        yield samba
        return
    words = (program("smbd"), "-s", str(samba.conf), "--foreground", "--no-process-group")
    async with running(words, folder / "log" / "smbd.out") as process:
        await listening(process, port, folder / "log" / "smbd.out")
        yield samba


def _make_folders(folder: Path, *, as_root: bool) -> None:
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    usershares = folder / "usershares"
    usershares.mkdir(exist_ok=True)
    if as_root:
        os.chown(usershares, 0, grp.getgrnam(_GROUP).gr_gid if _has_group() else 0)
    usershares.chmod(0o1770)


def _has_group() -> bool:
    return any(each.gr_name == _GROUP for each in grp.getgrall())


def _exists(name: str) -> bool:
    return any(each.pw_name == name for each in pwd.getpwall())


async def _user(folder: Path, name: str) -> SmbUser:
    password = secrets.token_urlsafe(9)
    words = (program("pdbedit"), "-s", str(folder / "smb.conf"), "-a", "-t", "-u", name)
    said = await call(*words, typed=f"{password}\n{password}\n")
    found = _SID.search(said)
    if found is None:
        raise WorldError(f"pdbedit did not say the id of {name}")
    return SmbUser(name=name, password=password, sid=found[1])
