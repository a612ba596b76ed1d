"""A device that does what storage seldom does, the proxy in front of it, a fake from a tape, and clients for them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncssh

from connector.protocol import Deadlines
from connector.targets import Target
from harness.tape.device import Device
from harness.tape.exchange import TapedExchange
from harness.tape.front import TapeFront, host_key_of
from harness.tape.matching import Deck, Miss
from harness.tape.record import open_recorder
from harness.tape.redaction import Redactor
from harness.tape.replay import Capture, open_replay
from harness.tape.tape_file import read_tape
from harness.tape.writer import TapeWriter

PASSWORD = "correct horse"
USER = "admin"
_DEADLINES = Deadlines(connect=60.0, login=60.0, channel=60.0, command=60.0)


@dataclass
class Proxy:
    """front: where clients log in. seen: exchanges or misses, as they were told."""

    front: TapeFront
    seen: list[Any] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class _Server(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


async def _process(process: asyncssh.SSHServerProcess[bytes]) -> None:
    """The commands of the device."""
    if process.command is None:
        await _prompt(process)
        return
    word, _, rest = process.command.partition(" ")
    await _COMMANDS.get(word, _unknown)(process, rest)
    process.exit(0)


async def _cat(process: Any, rest: str) -> None:
    process.stdout.write(await process.stdin.read())


async def _say(process: Any, rest: str) -> None:
    process.stdout.write(rest.encode())


async def _echo_lines(process: Any, rest: str) -> None:
    async for line in process.stdin:
        process.stdout.write(b"heard " + line)


async def _complain(process: Any, rest: str) -> None:
    process.stdout.write(b"out\n")
    process.stderr.write(b"err\n")
    process.exit(7)


async def _binary(process: Any, rest: str) -> None:
    process.stdout.write(bytes(range(256)))


async def _die(process: Any, rest: str) -> None:
    process.exit_with_signal("KILL", msg="killed")


async def _wait(process: Any, rest: str) -> None:
    process.stdout.write(b"waiting\n")
    try:
        await process.stdin.read()
    except asyncssh.SignalReceived as received:
        process.stdout.write(f"got {received.signal}\n".encode())
        process.exit(3)


async def _drip(process: Any, rest: str) -> None:
    for piece in rest.split():
        process.stdout.write(piece.encode())
        await asyncio.sleep(0.03)


async def _hang(process: Any, rest: str) -> None:
    process.stdout.write(b"hanging\n")
    await process.wait_closed()


async def _vanish(process: Any, rest: str) -> None:
    process.stdout.write(b"half")
    await asyncio.sleep(0.05)
    process.channel.get_connection().abort()


async def _unknown(process: Any, rest: str) -> None:
    process.stderr.write(b"unknown command\n")
    process.exit(127)


_COMMANDS: dict[str, Callable[[Any, str], Coroutine[Any, Any, None]]] = {
    "binary": _binary,
    "cat": _cat,
    "complain": _complain,
    "die": _die,
    "drip": _drip,
    "echo-lines": _echo_lines,
    "hang": _hang,
    "say": _say,
    "vanish": _vanish,
    "wait": _wait,
}


async def _prompt(process: asyncssh.SSHServerProcess[bytes]) -> None:
    """A prompt that shows what is typed, but for what it asks as a password."""
    terminal = process.term_type is not None
    secret, line = False, b""
    process.stdout.write(b"Welcome\r\n> ")
    while data := await process.stdin.read(1):
        if data not in {b"\r", b"\n"}:
            line += data
            process.stdout.write(data if terminal and not secret else b"")
            continue
        process.stdout.write(b"\r\n" if terminal else b"")
        if secret:
            process.stdout.write(b"thanks\r\n> ")
            secret = False
        elif line == b"enable":
            process.stdout.write(b"Password: ")
            secret = True
        elif line == b"exit":
            process.exit(5)
            return
        else:
            process.stdout.write(b"did " + line + b"\r\n> ")
        line = b""
    process.exit(0)


@asynccontextmanager
async def device() -> AsyncIterator[Target]:
    """It is reached with a password, which the target does not know."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    listener = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=_Server,
        server_host_keys=[key],
        process_factory=_process,
        encoding=None,
        line_editor=False,
        config=[],
    )
    async with listener:
        yield Target(
            name="device", host="127.0.0.1", port=listener.get_port(), username=USER, host_key=key.get_fingerprint()
        )


@asynccontextmanager
async def recorder(
    target: Target, tape: Path, *, secrets: dict[str, str] | None = None, ignore: Sequence[str] = ()
) -> AsyncIterator[Proxy]:
    redactor = Redactor(secrets or {})
    seen: list[TapedExchange] = []
    problems: list[str] = []
    began = datetime(2026, 1, 2, tzinfo=UTC)
    with TapeWriter.create(tape, redactor, device="a device", began=began, ignore=ignore, force=False) as writer:
        opened = open_recorder(
            Device(target, _DEADLINES, ()),
            writer,
            port=0,
            host_key=host_key_of(None),
            on_exchange=seen.append,
            on_problem=problems.append,
        )
        async with opened as (front, failed):
            yield Proxy(front, seen, problems)
        assert not failed.done()


@asynccontextmanager
async def replay(
    tape: Path, *, any_order: bool = False, speed: float | None = None, behind: Target | None = None
) -> AsyncIterator[tuple[Proxy, Deck]]:
    deck = Deck(read_tape(tape), Redactor({}), any_order=any_order)
    misses: list[Miss] = []
    with TapeWriter.extend(tape, deck.redactor) as writer:
        capture = None
        if behind is not None:
            capture = Capture(device=Device(behind, _DEADLINES, ()), writer=writer, on_exchange=lambda exchange: None)
        opened = open_replay(
            deck,
            port=0,
            host_key=host_key_of(None),
            speed=speed,
            capture=capture,
            on_miss=misses.append,
            on_problem=lambda problem: None,
        )
        async with opened as (front, _):
            yield Proxy(front, misses), deck


@asynccontextmanager
async def client(proxy: Proxy, *, key: str | None = None, user: str = USER) -> AsyncIterator[Any]:
    connection = await asyncssh.connect(
        "127.0.0.1",
        proxy.front.port,
        username=user,
        password=PASSWORD,
        client_keys=[key] if key else None,
        known_hosts=asyncssh.import_known_hosts(proxy.front.known_hosts),
        config=[],
        agent_path=None,
    )
    async with connection:
        yield connection


async def openssh(proxy: Proxy, folder: Path, key: str, *command: str, user: str = "spool", stdin: bytes = b"") -> Any:
    """Status, stdout and stderr."""
    known_hosts = folder / f"known_hosts-{proxy.front.port}"
    known_hosts.write_text(proxy.front.known_hosts)
    options = [f"UserKnownHostsFile={known_hosts}", "StrictHostKeyChecking=yes", f"IdentityFile={key}", "BatchMode=yes"]
    words = [word for option in (*options, "LogLevel=ERROR", "IdentitiesOnly=yes") for word in ("-o", option)]
    process = await asyncio.create_subprocess_exec(
        "ssh", "-F", "none", "-p", str(proxy.front.port), *words, f"{user}@127.0.0.1", *command,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    stdout, stderr = await process.communicate(stdin)
    return process.returncode, stdout, stderr


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)
