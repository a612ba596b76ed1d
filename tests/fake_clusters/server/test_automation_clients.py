"""Clients of network automation against clusters with exec and with a prompt alone."""

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import netmiko
import paramiko
import pytest
import scrapli

from fake_clusters.plans import CommandPlan, OutputPlan
from fake_clusters.server.front import SshFront
from fake_clusters.spec import Algorithms, ClusterSpec, InitialShare, LoginSpec
from tests.fake_clusters.server.conftest import PASSWORD, USER, Fronts
from tests.real_parts import need
from tests.shell_dialects import PERSONALITIES, with_shell

PONG = '{"done": "ping"}'
TYPED = {name: keys for name, keys in PERSONALITIES.items() if "pty = false" not in keys and "echo = false" not in keys}
"""Shells that show what is typed, as automation clients expect it of a terminal."""


async def _front(fronts: Fronts, folder: Path, keys: str | None, *plans: CommandPlan, **spec: Any) -> SshFront:
    """A cluster with such a shell alone; keys None: with exec, and the plain shell."""
    dialect = "native" if keys is None else with_shell(folder, keys)
    cluster = ClusterSpec(name="north", dialect=dialect, algorithms=Algorithms.WIDE, **spec)
    return await fronts.open(*plans, spec=cluster)


def _known_hosts(front: SshFront, folder: Path) -> str:
    path = folder / f"known_hosts.{front.port}"
    path.write_text(front.known_hosts)
    return str(path)


def _netmiko(front: SshFront, folder: Path, **more: Any) -> Any:
    return netmiko.ConnectHandler(
        device_type="generic",
        host=front.address[0],
        port=front.port,
        username=USER,
        password=PASSWORD,
        ssh_strict=True,
        alt_host_keys=True,
        alt_key_file=_known_hosts(front, folder),
        auth_timeout=20,
        banner_timeout=20,
        **more,
    )


@pytest.mark.parametrize("name", [None, *TYPED])
async def test_netmiko_sends_commands_at_the_prompt(fronts: Fronts, tmp_path: Path, name: str | None) -> None:
    motd = LoginSpec(motd="Maintenance on Sunday.", banner="Authorised staff only.\n")
    front = await _front(fronts, tmp_path, TYPED[name] if name else None, login=motd)

    def talk() -> list[str]:
        with _netmiko(front, tmp_path) as device:
            return [device.send_command(line) for line in ("ping", "share show none", "ping")]

    first, refused, last = await asyncio.to_thread(talk)
    assert first.strip() == last.strip() == PONG
    assert "not-found" in refused


async def test_netmiko_answers_the_pager(fronts: Fronts, tmp_path: Path) -> None:
    shares = tuple(InitialShare(name=f"s{number}", size=1024) for number in range(9))
    keys = 'prompt = "{cluster}# "\npager = { lines = 3 }\nsetup = [{ command = "rows 0", stops_pager = true }]\n'
    dialect = with_shell(tmp_path, keys, "filer")
    front = await fronts.open(spec=ClusterSpec(name="north", dialect=dialect, shares=shares))
    command = "volume show -vserver svm1"

    def talk() -> tuple[str, str]:
        with _netmiko(front, tmp_path) as device:
            paged = device.send_command_timing(command, strip_prompt=False)
            shown = paged
            while "--More--" in paged:
                paged = device.send_command_timing(" ", normalize=False, strip_prompt=False, strip_command=False)
                shown += paged
            device.send_command("rows 0")
            return shown, device.send_command(command)

    paged, whole = await asyncio.to_thread(talk)
    assert all(f"s{number}" in paged for number in range(9))
    assert "9 entries were displayed." in paged
    assert paged.count("--More--") >= 3
    assert "--More--" not in whole
    assert whole.count("online") == 9


def _scrapli(front: SshFront, folder: Path, transport: str) -> scrapli.Cli:
    """scrapli with OpenSSH's client, or with the libssh2 that it brings."""
    definition = folder / "definition.yaml"
    definition.write_text(
        "---\nprompt_pattern: '^\\S*(?: cli%|::>|>|#|\\$)\\s?$'\ndefault_mode: default\nmodes:\n  - name: default\n"
        "    prompt_pattern: '^\\S*(?: cli%|::>|>|#|\\$)\\s?$'\n    accessible_modes: []\n"
    )
    known = _known_hosts(front, folder)
    options = {
        "system": scrapli.TransportBinOptions(
            known_hosts_path=known, enable_strict_key=True, ssh_config_path=os.devnull, term_width=255, term_height=255
        ),
        "libssh2": scrapli.TransportSsh2Options(known_hosts_path=known),
    }
    return scrapli.Cli(
        front.address[0],
        port=front.port,
        definition_file_or_name=str(definition),
        auth_options=scrapli.AuthOptions(username=USER, password=PASSWORD),
        session_options=scrapli.SessionOptions(operation_timeout_s=30),
        transport_options=options[transport],
    )


@pytest.mark.parametrize("transport", ["system", "libssh2"])
@pytest.mark.parametrize("name", [None, *TYPED])
async def test_scrapli_sends_commands_at_the_prompt(
    fronts: Fronts, tmp_path: Path, transport: str, name: str | None
) -> None:
    if transport == "system":
        need("ssh")
    front = await _front(fronts, tmp_path, TYPED[name] if name else None)

    def talk() -> list[str]:
        with _scrapli(front, tmp_path, transport) as device:
            return [device.send_input(line).result for line in ("ping", "share show none")]

    first, refused = await asyncio.to_thread(talk)
    assert first.strip() == PONG
    assert "not-found" in refused


def _paramiko(front: SshFront, folder: Path) -> paramiko.SSHClient:
    client = paramiko.SSHClient()
    client.load_host_keys(_known_hosts(front, folder))
    client.connect(*front.address, USER, PASSWORD, allow_agent=False, look_for_keys=False, timeout=20)
    return client


async def test_paramiko_types_at_a_prompt_and_is_refused_exec_there(fronts: Fronts, tmp_path: Path) -> None:
    front = await _front(fronts, tmp_path, PERSONALITIES["terminal"])

    def talk() -> str:
        with _paramiko(front, tmp_path) as client:
            with pytest.raises(paramiko.SSHException, match="Channel closed"):
                client.exec_command("ping")
            channel = client.invoke_shell(width=200)
            channel.settimeout(20)
            channel.send(b"ping\nexit\n")
            shown = b""
            while piece := channel.recv(4096):
                shown += piece
            return shown.decode()

    shown = await asyncio.to_thread(talk)
    # As behind any terminal, what is typed ahead is shown at once.
    assert shown == f"Welcome to north.\r\nnorth cli% ping\r\nexit\r\n{PONG}\r\nnorth cli% "


async def test_paramiko_that_waits_for_the_status_before_it_reads_a_large_reply_hangs(
    fronts: Fronts, tmp_path: Path
) -> None:
    """Its window fills up, so the status never leaves the server: as against a real sshd. Reading first is the cure."""
    large = CommandPlan(output=OutputPlan(extra=4 << 20))
    front = await _front(fronts, tmp_path, None, large, CommandPlan())

    def talk() -> tuple[bool, int, int]:
        with _paramiko(front, tmp_path) as client:
            _, stdout, _ = client.exec_command("ping")
            came = stdout.channel.status_event.wait(2)
            size = len(stdout.read())
            return came, size, stdout.channel.recv_exit_status()

    came, size, status = await asyncio.to_thread(talk)
    assert (came, status) == (False, 0)
    assert size == (4 << 20) + len(PONG) + 1


async def test_openssh_types_at_a_prompt_with_and_without_a_terminal(fronts: Fronts, tmp_path: Path) -> None:
    front = await _front(fronts, tmp_path, PERSONALITIES["terminal"])
    ssh = [
        need("ssh"),
        "-F",
        "none",
        "-o",
        f"UserKnownHostsFile={_known_hosts(front, tmp_path)}",
        "-p",
        str(front.port),
    ]
    login = {**os.environ, "SSH_ASKPASS": str(_askpass(tmp_path)), "SSH_ASKPASS_REQUIRE": "force"}

    async def run(*words: str, typed: bytes = b"") -> tuple[int | None, bytes, bytes]:
        process = await asyncio.create_subprocess_exec(
            *ssh, "-l", USER, *words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=login
        )
        output, complaint = await asyncio.wait_for(process.communicate(typed), 60)
        return process.returncode, output, complaint

    _, shown, _ = await run("-tt", front.address[0], typed=b"ping\nexit\n")
    assert shown.decode().endswith(f"north cli% ping\r\nexit\r\n{PONG}\r\nnorth cli% ")
    _, shown, _ = await run("-T", front.address[0], typed=b"ping\nexit\n")
    assert shown.decode() == f"Welcome to north.\nnorth cli% {PONG}\nnorth cli% "
    status, _, complaint = await run(front.address[0], "ping")
    assert status == 255
    assert b"exec request failed on channel 0" in complaint


def _askpass(folder: Path) -> Path:
    path = folder / "askpass"
    path.write_text(f"#!/bin/sh\necho {PASSWORD}\n")
    path.chmod(0o700)
    return path


@pytest.mark.parametrize("keys", [None, PERSONALITIES["terminal"]], ids=["exec", "prompt"])
async def test_ansible_s_raw_module_runs_a_command_where_there_is_exec(
    fronts: Fronts, tmp_path: Path, keys: str | None
) -> None:
    """It checks the host key. A connector with a prompt alone is out of its reach, and it says so."""
    need("ssh")
    front = await _front(fronts, tmp_path, keys)
    host, port = front.address
    inventory = tmp_path / "inventory.ini"
    inventory.write_text(
        f"[clusters]\nnorth ansible_host={host} ansible_port={port} ansible_user={USER} "
        f"ansible_ssh_private_key_file={fronts.client.path}\n"
    )
    words = [sys.executable, "-m", "ansible", "adhoc", "-i", str(inventory), "clusters", "-m", "raw", "-a", "ping"]
    configuration = tmp_path / "ansible.cfg"
    configuration.write_text("[defaults]\n")
    common = f"-F none -o UserKnownHostsFile={_known_hosts(front, tmp_path)} -o ControlMaster=no -o IdentitiesOnly=yes"
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "ANSIBLE_CONFIG": str(configuration),
        "ANSIBLE_HOST_KEY_CHECKING": "True",
        "ANSIBLE_LOCAL_TEMP": str(tmp_path),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_SSH_ARGS": common,
        "LC_ALL": "C.UTF-8",
    }
    process = await asyncio.create_subprocess_exec(
        *words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
    )
    output, _ = await asyncio.wait_for(process.communicate(), 120)
    shown = output.decode()
    if keys is None:
        assert process.returncode == 0, shown
        assert "rc=0" in shown
        assert PONG in shown
    else:
        assert process.returncode != 0
        assert "exec request failed" in shown


async def test_asyncssh_runs_and_types(fronts: Fronts, tmp_path: Path) -> None:
    connection = await fronts.connect(await _front(fronts, tmp_path, None))
    assert (await connection.run("ping")).stdout == f"{PONG}\n"
    connection = await fronts.connect(await _front(fronts, tmp_path, PERSONALITIES["no terminal, CR"]))
    process = await connection.create_process()
    process.stdin.write("ping\rexit\r")
    assert await process.stdout.read() == f"3PAR-like> {PONG}\r\n3PAR-like> "


def test_these_clients_leave_no_thread_behind() -> None:
    """paramiko's transports end with their `with` statements."""
    assert not [thread for thread in threading.enumerate() if isinstance(thread, paramiko.Transport)]
