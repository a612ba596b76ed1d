"""The clients that people use: OpenSSH's ssh, paramiko and asyncssh; exec and shell, with password and with key."""

import asyncio
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import paramiko
import pytest

from fake_clusters.plans import ChannelPlan, ConnectionPlan, CutHow, KexPlan
from fake_clusters.server.front import SshFront
from tests.fake_clusters.server.conftest import PASSWORD, USER, Fronts
from tests.real_parts import need

PONG = '{"done": "ping"}'


class OpenSsh:
    """The real client, told to trust exactly the known host key, and to look at nobody's own configuration."""

    def __init__(self, directory: Path, fronts: Fronts) -> None:
        self._program = need("ssh")
        self._directory = directory
        self._fronts = fronts

    def arguments(self, front: SshFront, *flags: str) -> list[str]:
        known = self._directory / f"known_hosts.{front.port}"
        known.write_text(self._fronts.known[front])
        settings = {"StrictHostKeyChecking": "yes", "UserKnownHostsFile": str(known), "ConnectTimeout": "20"}
        options = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]
        return [self._program, "-F", "/dev/null", *options, "-p", str(front.port), "-l", USER, *flags, front.address[0]]

    @property
    def by_key(self) -> tuple[str, ...]:
        return ("-i", str(self._fronts.client.path), "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes")

    async def run(
        self, front: SshFront, *command: str, flags: tuple[str, ...] | None = None, typed: bytes = b"", **more: Any
    ) -> tuple[int | None, str, str]:
        words = self.arguments(front, *(self.by_key if flags is None else flags))
        process = await asyncio.create_subprocess_exec(
            *words, *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more
        )
        output, complaint = await process.communicate(typed)
        return process.returncode, output.decode(), complaint.decode()


@pytest.fixture
def openssh(tmp_path: Path, fronts: Fronts) -> OpenSsh:
    return OpenSsh(tmp_path, fronts)


async def test_openssh_runs_a_command_with_a_key(openssh: OpenSsh, fronts: Fronts) -> None:
    assert await openssh.run(await fronts.open(), "ping") == (0, f"{PONG}\n", "")


async def test_openssh_runs_a_command_with_a_password(openssh: OpenSsh, fronts: Fronts, tmp_path: Path) -> None:
    askpass = tmp_path / "askpass"
    askpass.write_text(f"#!/bin/sh\necho {PASSWORD}\n")
    askpass.chmod(0o700)
    environment = {**os.environ, "SSH_ASKPASS": str(askpass), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}
    flags = ("-o", "PubkeyAuthentication=no", "-o", "NumberOfPasswordPrompts=1")
    result = await openssh.run(await fronts.open(), "ping", flags=flags, env=environment)
    assert result == (0, f"{PONG}\n", "")


async def test_openssh_passes_the_exit_status_and_the_words_of_a_refusal(openssh: OpenSsh, fronts: Fronts) -> None:
    status, output, complaint = await openssh.run(await fronts.open(), "nonsense")
    assert status == 12
    assert "is not a command" in output + complaint


async def test_openssh_has_an_interactive_shell(openssh: OpenSsh, fronts: Fronts) -> None:
    typed = b"pinx\x7fg\rnonsense\rexit\r"
    status, output, _ = await openssh.run(await fronts.open(), flags=("-tt", *openssh.by_key), typed=typed)
    assert status == 12
    assert "north> " in output
    assert f"{PONG}\r\n" in output
    assert "is not a command" in output


async def test_openssh_runs_several_sessions_over_one_connection(
    openssh: OpenSsh, fronts: Fronts, tmp_path: Path
) -> None:
    front = await fronts.open()
    shared = ("-o", f"ControlPath={tmp_path}/c")
    master = await asyncio.create_subprocess_exec(
        *openssh.arguments(front, *openssh.by_key, *shared, "-M", "-N"), stdin=subprocess.DEVNULL
    )
    try:
        while not (tmp_path / "c").exists():
            await asyncio.sleep(0.01)
        results = await asyncio.gather(*(openssh.run(front, "ping", flags=shared) for _ in range(4)))
        assert [status for status, _, _ in results] == [0] * 4
        assert front.connections == 1
    finally:
        master.terminate()
        await master.wait()


@pytest.mark.parametrize(
    ("plan", "seen"),
    [
        (ConnectionPlan(kex=KexPlan.OTHER_HOST_KEY), "REMOTE HOST IDENTIFICATION HAS CHANGED"),
        (ConnectionPlan(kex=KexPlan.BAD_SIGNATURE), "incorrect signature"),
        (ConnectionPlan(cut=CutHow.CLOSE), "Connection closed by"),
        (ConnectionPlan(cut=CutHow.RESET), "Connection reset by"),
        (ChannelPlan(refuse=True), "open failed"),
        (ChannelPlan(exec_refuse=True), "exec request failed on channel 0"),
    ],
)
async def test_openssh_says_what_went_wrong(
    openssh: OpenSsh, fronts: Fronts, plan: ConnectionPlan | ChannelPlan, seen: str
) -> None:
    status, _, complaint = await openssh.run(await fronts.open(plan), "ping")
    assert status == 255
    assert seen in complaint


async def test_openssh_is_refused_by_a_closed_port(openssh: OpenSsh, fronts: Fronts) -> None:
    front = await fronts.open()
    front.close_port()
    status, _, complaint = await openssh.run(front, "ping")
    assert status == 255
    assert "Connection refused" in complaint


async def test_openssh_may_ask_for_forwarding_and_is_served_without(openssh: OpenSsh, fronts: Fronts) -> None:
    flags = ("-A", "-R", "0:127.0.0.1:9", *openssh.by_key)
    status, output, _ = await openssh.run(await fronts.open(), "ping", flags=flags)
    assert (status, output) == (0, f"{PONG}\n")


@pytest.mark.parametrize("flags", [("-W", "127.0.0.1:9"), ("-W", "[::1]:9")])
async def test_openssh_reads_that_a_forward_is_prohibited(
    openssh: OpenSsh, fronts: Fronts, flags: tuple[str, ...]
) -> None:
    status, _, complaint = await openssh.run(await fronts.open(), flags=(*flags, *openssh.by_key))
    assert status == 255
    assert "open failed: administratively prohibited: open failed" in complaint


@contextmanager
def _paramiko(front: SshFront, **login: Any) -> Iterator[paramiko.SSHClient]:
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    try:
        client.connect(*front.address, username=USER, allow_agent=False, look_for_keys=False, timeout=20, **login)
        yield client
    finally:
        client.close()


def _paramiko_exec(front: SshFront, count: int, **login: Any) -> list[tuple[int, str]]:
    with _paramiko(front, **login) as client:
        results = []
        for _ in range(count):
            _, output, _ = client.exec_command("ping", timeout=20)
            results.append((output.channel.recv_exit_status(), output.read().decode()))
        return results


def _paramiko_shell(front: SshFront) -> str:
    with _paramiko(front, password=PASSWORD) as client:
        shell = client.invoke_shell()
        shell.settimeout(20)
        shown = _shown_until(shell, lambda text: text.endswith("north> "))
        shell.send(b"ping\r")
        shown += _shown_until(shell, lambda text: text.endswith("north> "))
        shell.send(b"exit\r")
        shown += _shown_until(shell, lambda text: False)
        return f"{shown}[{shell.recv_exit_status()}]"


def _shown_until(shell: paramiko.Channel, enough: Callable[[str], bool]) -> str:
    shown = ""
    while not enough(shown):
        data = shell.recv(4096)
        if not data:
            break
        shown += data.decode()
    return shown


@pytest.mark.parametrize("by_key", [False, True])
async def test_paramiko_runs_commands_over_one_connection(fronts: Fronts, by_key: bool) -> None:
    front = await fronts.open()
    login = {"key_filename": str(fronts.client.path)} if by_key else {"password": PASSWORD}
    results = await asyncio.to_thread(_paramiko_exec, front, 3, **login)
    assert results == [(0, f"{PONG}\n")] * 3


async def test_paramiko_has_an_interactive_shell(fronts: Fronts) -> None:
    shown = await asyncio.to_thread(_paramiko_shell, await fronts.open())
    assert f"ping\r\n{PONG}\r\nnorth> " in shown
    assert shown.endswith("[0]")


async def test_asyncssh_runs_commands_with_a_key(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open(), password=None, client_keys=[fronts.client.path])
    results = [await connection.run("ping") for _ in range(3)]
    assert [(result.exit_status, result.stdout) for result in results] == [(0, f"{PONG}\n")] * 3
