"""What a shell bears: garbage, lines without end, keys at the wrong moment, half-closed channels, slow readers."""

import asyncio
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from psutil import Process

from fake_clusters.plans import CommandPlan, OutputPlan
from fake_clusters.spec import ClusterSpec, InitialShare
from tests.fake_clusters.server.conftest import Fronts
from tests.shell_dialects import PERSONALITIES, with_shell

PONG = '{"done": "ping"}'
PAGED = 'prompt = "{cluster}# "\npager = { lines = 3 }\n'
NINE = tuple(InitialShare(name=f"s{number}", size=1024) for number in range(9))
LIST = "volume show -vserver svm1\r"


async def _shell(
    fronts: Fronts, folder: Path, keys: str, *plans: CommandPlan, base: str = "native", pty: bool = True, **spec: Any
) -> tuple[asyncssh.SSHClientConnection, "asyncssh.SSHClientProcess[bytes]"]:
    cluster = ClusterSpec(name="north", dialect=with_shell(folder, keys, base), **spec)
    connection = await fronts.connect(await fronts.open(*plans, spec=cluster))
    terminal = {"term_type": "vt100", "term_size": (80, 24)} if pty else {}
    return connection, await connection.create_process(encoding=None, **terminal)


async def _until(process: "asyncssh.SSHClientProcess[bytes]", text: str) -> str:
    async with asyncio.timeout(30):
        return (await process.stdout.readuntil(text.encode())).decode(errors="replace")


@pytest.mark.parametrize("kind", ["terminal", "no terminal, CR"])
async def test_garbage_is_refused_line_by_line_and_a_command_after_it_is_answered(
    fronts: Fronts, tmp_path: Path, kind: str
) -> None:
    _, process = await _shell(fronts, tmp_path, PERSONALITIES[kind], pty=kind == "terminal")
    process.stdin.write(bytes(byte for byte in range(256) if byte not in {0x03, 0x04, 0x0A, 0x0D, 0x1B}) * 20 + b"\r")
    process.stdin.write(b"ping\r")
    assert PONG in await _until(process, PONG)


@pytest.mark.parametrize("kind", ["terminal", "no terminal, CR"])
async def test_a_megabyte_without_a_line_end_costs_nothing_and_the_next_line_is_answered(
    fronts: Fronts, tmp_path: Path, kind: str
) -> None:
    _, process = await _shell(fronts, tmp_path, PERSONALITIES[kind], pty=kind == "terminal")
    before = Process().memory_info().rss
    for _ in range(64):
        process.stdin.write(b"x" * 16_384)
    process.stdin.write(b"\rping\r")
    assert PONG in await _until(process, PONG)
    assert Process().memory_info().rss - before < 50_000_000


async def test_many_commands_pasted_at_once_are_answered_in_order(fronts: Fronts, tmp_path: Path) -> None:
    _, process = await _shell(fronts, tmp_path, PERSONALITIES["no terminal, CR"], pty=False)
    process.stdin.write(b"".join(b"share show none-%d\r" % number for number in range(300)) + b"exit\r")
    async with asyncio.timeout(30):
        shown = (await process.stdout.read()).decode()
    found = [shown.index(f"none-{number}'") for number in range(300)]
    assert found == sorted(found)


async def test_a_half_closed_channel_is_answered_to_its_end(fronts: Fronts, tmp_path: Path) -> None:
    slow = CommandPlan(service=0.05)
    _, process = await _shell(fronts, tmp_path, PERSONALITIES["no terminal, CR"], slow, pty=False)
    process.stdin.write(b"ping\rping\r")
    process.stdin.write_eof()
    async with asyncio.timeout(30):
        shown = (await process.stdout.read()).decode()
    assert shown.count(PONG) == 2
    assert (await process.wait()).exit_status == 0


@pytest.mark.parametrize(("key", "left"), [(b"q", 3), (b"\x03", 3), (b"\rq", 4), (b" q", 6)])
async def test_a_pager_is_left_by_its_keys(fronts: Fronts, tmp_path: Path, key: bytes, left: int) -> None:
    _, process = await _shell(fronts, tmp_path, PAGED, base="filer", shares=NINE)
    await _until(process, "north# ")
    process.stdin.write(LIST.encode())
    shown = await _until(process, "--More--")
    for one in key[:-1]:
        process.stdin.write(bytes([one]))
        shown += await _until(process, "--More--")
    process.stdin.write(key[-1:])
    shown += await _until(process, "north# ")
    lines = [line for line in shown.replace("\r", "\n").split("\n") if line.startswith(("Vserver", "---", "svm1"))]
    assert len(lines) == left
    process.stdin.write(b"system node ping\r")
    assert "Node is alive." in await _until(process, "north# ")


async def test_a_client_that_leaves_in_the_midst_of_a_page_frees_its_place(fronts: Fronts, tmp_path: Path) -> None:
    connection, process = await _shell(fronts, tmp_path, PAGED, base="filer", shares=NINE)
    await _until(process, "north# ")
    process.stdin.write(LIST.encode())
    await _until(process, "--More--")
    process.channel.abort()
    again = await connection.create_process(encoding=None, term_type="vt100")
    await _until(again, "north# ")
    again.stdin.write(b"system node ping\r")
    assert "Node is alive." in await _until(again, "north# ")


async def test_a_resized_window_and_a_break_change_nothing(fronts: Fronts, tmp_path: Path) -> None:
    _, process = await _shell(fronts, tmp_path, PERSONALITIES["terminal"])
    await _until(process, "north cli% ")
    for columns in (1, 0, 65_535):
        process.change_terminal_size(columns, 1)
    process.send_break(100)
    process.stdin.write(b"ping\r")
    assert PONG in await _until(process, "north cli% ")


async def test_a_slow_reader_of_a_paged_flood_holds_the_flood_back(fronts: Fronts, tmp_path: Path) -> None:
    flood = CommandPlan(output=OutputPlan(extra=50_000_000))
    _, process = await _shell(fronts, tmp_path, PAGED, flood, CommandPlan())
    await _until(process, "north# ")
    before = Process().memory_info().rss
    process.stdin.write(b"ping\r")
    await _until(process, "--More--")
    await asyncio.sleep(0)
    assert Process().memory_info().rss - before < 30_000_000
    process.stdin.write(b"q")
    await _until(process, "north# ")
    process.stdin.write(b"ping\r")
    assert PONG in await _until(process, "north# ")


@pytest.mark.parametrize("answer", ["n\r", "\r", "Y\r", "yes\r", "\x03"])
async def test_a_question_that_is_answered_otherwise_changes_nothing(
    fronts: Fronts, tmp_path: Path, answer: str
) -> None:
    keys = PERSONALITIES["asks before it deletes"]
    _, process = await _shell(fronts, tmp_path, keys, shares=(InitialShare(name="a", size=1024),))
    process.stdin.write(b"share delete a --request-id r-1\r")
    await _until(process, "(y/n) [n] ")
    process.stdin.write(answer.encode())
    await _until(process, "north$ ")
    process.stdin.write(b"share show a\r")
    assert '"name": "a"' in await _until(process, "}")
    process.stdin.write(b"share delete a --request-id r-2\ry\r")
    assert '{"done": "delete"}' in await _until(process, '"}')
