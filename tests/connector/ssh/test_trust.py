"""Whom the client trusts, what it shows of itself, and that it looks at nothing else."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import pytest

from connector.codes import Code
from connector.errors import TargetError
from connector.outcomes import Done, Failed
from connector.sites import Site
from connector.ssh import SshConnector
from connector.targets import Target
from connector.values import replace
from tests.connector.ssh.servers import HOST_KEY, NATIVE, OTHER_KEY, ping, ssh_server

BARE = Target(name="north", host="127.0.0.1", port=22)


@dataclass(frozen=True, kw_only=True)
class Home:
    key: asyncssh.SSHKey
    asked: list[bool]


def knowing(target: Target, path: Path, key: asyncssh.SSHKey, port: int | None = None) -> Target:
    """The target with a known_hosts file in place of the fingerprint."""
    path.write_text(f"[127.0.0.1]:{port or target.port} {key.export_public_key().decode()}")
    return replace(target, host_key=None, known_hosts=str(path))


async def test_a_known_hosts_file_is_enough(tmp_path: Path) -> None:
    async with ssh_server() as (target, _):
        outcome = await ping(knowing(target, tmp_path / "known", HOST_KEY))
    assert isinstance(outcome, Done)


async def test_a_host_key_that_is_not_the_known_one_is_not_trusted(tmp_path: Path) -> None:
    async with ssh_server() as (target, seen):
        outcome = await ping(knowing(target, tmp_path / "known", OTHER_KEY))
        assert seen.commands == []
    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.site) == (Code.UNTRUSTED, Site.SSH_KEX)


async def test_a_host_that_the_file_does_not_know_is_not_trusted(tmp_path: Path) -> None:
    async with ssh_server() as (target, _):
        outcome = await ping(knowing(target, tmp_path / "known", HOST_KEY, port=1))
    assert isinstance(outcome, Failed)
    assert outcome.code is Code.UNTRUSTED


async def test_a_host_may_show_any_of_the_keys_that_are_pinned() -> None:
    other = OTHER_KEY.get_fingerprint()
    async with ssh_server(key=OTHER_KEY) as (target, _):
        assert isinstance(await ping(replace(target, other_host_keys=("SHA256:x", other))), Done)
        outcome = await ping(replace(target, other_host_keys=("SHA256:x",)))
    assert isinstance(outcome, Failed)
    assert f"the host key {other} is not the pinned {target.host_key} or SHA256:x" in outcome.message


async def test_insecure_accepts_any_host() -> None:
    async with ssh_server(key=OTHER_KEY) as (target, _):
        assert isinstance(await ping(replace(target, host_key=None, insecure=True)), Done)


async def test_a_client_key_logs_in(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(tmp_path / "id")
    async with ssh_server(auth=True, client_key=key) as (target, _):
        assert isinstance(await ping(replace(target, client_key=str(tmp_path / "id"))), Done)


@pytest.fixture
async def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Home]:
    """A user with a key, a configuration that forbids passwords, and an agent."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    (tmp_path / ".ssh").mkdir(mode=0o700)
    key.write_private_key(tmp_path / ".ssh" / "id_ed25519")
    (tmp_path / ".ssh" / "config").write_text(
        "Host *\n  User someone\n  PasswordAuthentication no\n  KbdInteractiveAuthentication no\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    asked: list[bool] = []

    def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(True)
        writer.close()

    agent = await asyncio.start_unix_server(ask, tmp_path / "agent")
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
    async with agent:
        yield Home(key=key, asked=asked)


async def test_the_users_own_keys_and_agent_are_never_used(home: Home) -> None:
    async with ssh_server(auth=True, client_key=home.key) as (target, _):
        outcome = await ping(target)
    assert isinstance(outcome, Failed)
    assert outcome.site is Site.SSH_AUTH
    assert "user spool on host 127.0.0.1" in outcome.message
    assert home.asked == []


async def test_the_agent_is_not_asked_where_the_target_names_a_key(home: Home, tmp_path: Path) -> None:
    async with ssh_server(auth=True, client_key=home.key) as (target, _):
        outcome = await ping(replace(target, client_key=str(tmp_path / ".ssh" / "id_ed25519")))
    assert isinstance(outcome, Done)
    assert home.asked == []


async def test_the_users_own_configuration_is_not_read(home: Home) -> None:
    async with ssh_server(auth=True) as (target, _):
        assert isinstance(await ping(replace(target, password="right")), Done)


@pytest.mark.parametrize(
    ("target", "complaint"),
    [
        (BARE, "'north': needs host_key .* or known_hosts .*; insecure = true accepts any host"),
        (replace(BARE, host_key="MD5:00"), "'north': host_key: must be a fingerprint such as 'SHA256:…'"),
        (replace(BARE, host_key="SHA256:x", other_host_keys=("MD5:00",)), "other_host_keys: must be a fingerprint"),
        (replace(BARE, known_hosts="/nowhere/known"), "known_hosts: /nowhere/known: No such file"),
        (replace(BARE, insecure=True, client_key="/nowhere/id"), "client_key: /nowhere/id: No such file"),
    ],
)
def test_a_target_that_does_not_say_enough_is_refused_when_the_connector_is_made(
    target: Target, complaint: str
) -> None:
    with pytest.raises(TargetError, match=complaint):
        SshConnector(target, NATIVE)


def test_a_client_key_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(locked, passphrase="secret")
    garbage = tmp_path / "garbage"
    garbage.write_text("not a key")
    for path in (locked, garbage):
        with pytest.raises(TargetError, match=f"client_key: {path}: not a private key without passphrase"):
            SshConnector(replace(BARE, insecure=True, client_key=str(path)), NATIVE)


def test_a_known_hosts_file_that_is_not_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "known"
    path.write_text("@nonsense x y z\n")
    with pytest.raises(TargetError, match=f"known_hosts: {path}"):
        SshConnector(replace(BARE, known_hosts=str(path)), NATIVE)
