"""The fake from a tape: the same answers in the same order, with their timing; what is missing, what is not used."""

import asyncio
from pathlib import Path

import asyncssh
import pytest

from connector.dialects import DIALECTS, load_dialect
from connector.operations import Create, Delete, List, Request, Resize, Show, Stamp
from connector.outcomes import Done, Failed
from connector.protocol import Deadlines
from connector.ssh import SshConnector
from connector.targets import Target
from harness.contract.fakes import fake_target
from harness.tape.tape_file import read_tape
from tests.harness.tape.parts import client, device, recorder, replay, until

HEAD = "format = 1\nbegan = 2026-01-02T00:00:00Z\n"
TWO = (
    HEAD
    + """
[[exchanges]]
session = 1
exec = "volume show home"
stdout = "home\\n"
took = 1

[[exchanges]]
session = 2
at = 2
exec = "volume delete home --tag 7"
stderr = "no\\n"
status = 3
"""
)


async def test_everything_a_device_did_is_done_again(tmp_path: Path) -> None:
    tape = tmp_path / "t.toml"
    async with device() as target, recorder(target, tape) as proxy, client(proxy) as session:
        await _ask_all(session)
        await until(lambda: len(proxy.seen) == 12)
    async with replay(tape) as (fake, deck), client(fake) as session:
        assert deck.unused
        await _ask_all(session)
        assert deck.misses == []
        assert deck.unused == ()


async def _ask_all(session: asyncssh.SSHClientConnection) -> None:
    """Twelve exchanges."""
    assert (await session.run("cat", input="abc")).stdout == "abc"
    complained = await session.run("complain")
    assert (complained.stdout, complained.stderr, complained.exit_status) == ("out\n", "err\n", 7)
    assert (await session.run("binary", encoding=None)).stdout == bytes(range(256))
    assert (await session.run("die")).exit_signal[0] == "KILL"  # type: ignore[index]  # it has one
    async with session.create_process("wait") as waiting:
        assert await waiting.stdout.readline() == "waiting\n"
        waiting.send_signal("TERM")
        assert await waiting.stdout.read() == "got TERM\n"
    async with session.create_process("echo-lines") as lines:
        for line in ("one\n", "two\n"):
            lines.stdin.write(line)
            assert await lines.stdout.readline() == f"heard {line}"
        lines.stdin.write_eof()
        await lines.wait_closed()
    async with session.create_process(term_type="vt100", term_size=(80, 24)) as shell:
        await shell.stdout.readuntil("> ")
        shell.stdin.write("list\r")
        await shell.stdout.readuntil("did list\r\n> ")
        shell.stdin.write("enable\r")
        await shell.stdout.readuntil("Password: ")
        shell.stdin.write("some password\r")
        await shell.stdout.readuntil("thanks\r\n> ")
        shell.stdin.write("exit\r")
        await shell.wait_closed()
    assert shell.exit_status == 5
    assert (await session.run("unheard of")).exit_status == 127


@pytest.mark.parametrize("name", DIALECTS)
async def test_a_session_of_each_dialect_is_replayed_to_its_client(name: str, tmp_path: Path) -> None:
    tape = tmp_path / "t.toml"
    known = tmp_path / "known_hosts"
    keys = tmp_path / "keys"
    async with fake_target(dialect=name, keys=keys) as fake, recorder(fake.target, tape, ignore=["r-[0-9]+"]) as proxy:
        known.write_text(proxy.front.known_hosts)
        first = await _work(name, proxy.front.port, known, fake.target.client_key)
    async with replay(tape) as (played, deck):
        known.write_text(played.front.known_hosts)
        again = await _work(name, played.front.port, known, None)
        assert (again, deck.misses, deck.unused) == (first, [], ())
    resized = Failed if name == "usershare" else Done
    assert [type(each) for each in first] == [Done, Failed, Done, resized, Done, Done, Failed]


async def _work(dialect: str, port: int, known_hosts: Path, key: str | None) -> list[object]:
    target = Target(
        name="tape",
        host="127.0.0.1",
        port=port,
        known_hosts=str(known_hosts),
        client_key=key,
        password=None if key else "x",
    )
    deadlines = Deadlines(connect=60.0, login=60.0, channel=60.0, command=60.0)
    size = 1 << 30
    requests: list[Request] = [
        Create(name="home", size=size, stamp=Stamp(request_id="r-1")),
        Create(name="home", size=2 * size, stamp=Stamp(request_id="r-2")),
        Show(name="home"),
        Resize(name="home", size=2 * size, stamp=Stamp(request_id="r-3")),
        List(),
        Delete(name="home", stamp=Stamp(request_id="r-4")),
        Show(name="home"),
    ]
    async with SshConnector(target, load_dialect(dialect), connections=1) as connector:
        return [await connector.perform(request, deadlines) for request in requests]


async def test_a_miss_names_the_nearest_exchange_and_what_differs(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(TWO)
    async with replay(tmp_path / "t.toml") as (fake, deck), client(fake) as session:
        other = await session.run("volume show house")
        assert other.exit_status == 125
        assert (
            "nearest: line 4: 'volume show home', which differs in exec: 'home' is recorded, and 'house'"
            in other.stderr
        )
        early = await session.run("volume delete home --tag 7")
        assert "differs in order: line 4, 'volume show home', comes first" in str(early.stderr)
        assert (await session.run("volume show home")).stdout == "home\n"
        assert "differs in use: it has been used already" in str((await session.run("volume show home")).stderr)
        assert "differs in exec: nothing" not in str((await session.run("volume delete home")).stderr)
        shell = await session.create_process(term_type="vt100")
        assert "the tape has no session at a prompt" in await shell.stderr.read()
        assert [each.asked for each in deck.unused] == ["volume delete home --tag 7"]
        assert [each.field for each in deck.misses] == ["exec", "order", "use", "exec", "exec"]


async def test_stdin_and_typed_lines_that_differ_are_misses(tmp_path: Path) -> None:
    tape = tmp_path / "t.toml"
    tape.write_text(
        HEAD
        + """
[[exchanges]]
session = 1
exec = "load"
stdin = "size = 1"

[[exchanges]]
session = 2
typed = ""
stdout = "> "

[[exchanges]]
session = 2
typed = "list\\r"
stdout = "nothing\\r\\n> "
"""
    )
    async with replay(tape, any_order=True) as (fake, deck), client(fake) as session:
        wrong = await session.run("load", input="size = 2")
        assert "differs in stdin: '1' is recorded, and '2' was asked" in str(wrong.stderr)
        shell = await session.create_process(term_type="vt100")
        await shell.stdout.readuntil("> ")
        shell.stdin.write("lost\r")
        assert "line 14: 'list" in await shell.stderr.read()
        assert [each.field for each in deck.misses] == ["stdin", "typed"]


async def test_any_order_and_what_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(TWO.replace("began", "ignore = ['--tag \\d+']\nbegan"))
    async with replay(tmp_path / "t.toml", any_order=True) as (fake, deck), client(fake) as session:
        deleted = await session.run("volume delete home --tag 8")
        assert (deleted.exit_status, deleted.stderr) == (3, "no\n")
        assert (await session.run("volume show home")).exit_status is None
        assert (deck.misses, deck.unused) == ([], ())


async def test_what_went_on_at_once_may_come_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(TWO.replace("at = 2", "at = 0.5"))
    async with replay(tmp_path / "t.toml") as (fake, deck), client(fake) as session:
        assert (await session.run("volume delete home --tag 7")).exit_status == 3
        assert (await session.run("volume show home")).stdout == "home\n"
        assert deck.misses == []


async def test_timing_is_kept_and_scaled(tmp_path: Path) -> None:
    events = 'events = [[0.1, "stdout", 4], [0.6, "stdout", 1]]\n'
    (tmp_path / "t.toml").write_text(TWO.replace("took = 1\n", f"took = 1\n{events}"))
    loop = asyncio.get_running_loop()
    async with replay(tmp_path / "t.toml", speed=2.0) as (fake, _), client(fake) as session:
        began = loop.time()
        process = await session.create_process("volume show home")
        assert await process.stdout.read(4) == "home"
        assert loop.time() - began >= 0.05
        assert await process.stdout.read(1) == "\n"
        assert loop.time() - began >= 0.3
        await process.wait_closed()
        assert loop.time() - began >= 0.5


async def test_a_miss_is_asked_of_the_device_behind_and_added_to_the_tape(tmp_path: Path) -> None:
    tape = tmp_path / "t.toml"
    tape.write_text(TWO)
    async with device() as target, replay(tape, behind=target) as (fake, deck), client(fake) as session:
        assert (await session.run("volume show home")).stdout == "home\n"
        assert (await session.run("cat", input="fresh")).stdout == "fresh"
        assert (await session.run("complain")).exit_status == 7
        assert [each.field for each in deck.misses] == ["exec", "exec"]
    grown = read_tape(tape)
    assert [each.asked for each in grown.exchanges] == [
        "volume show home",
        "volume delete home --tag 7",
        "cat",
        "complain",
    ]
    assert [each.session for each in grown.exchanges] == [1, 2, 3, 4]
    async with replay(tape) as (fake, deck), client(fake) as session:
        assert (await session.run("volume show home")).stdout == "home\n"
        assert (await session.run("volume delete home --tag 7")).exit_status == 3
        assert (await session.run("cat", input="fresh")).stdout == "fresh"


async def test_a_session_at_a_prompt_that_the_tape_lacks_is_asked_of_the_device_and_added(tmp_path: Path) -> None:
    tape = tmp_path / "t.toml"
    tape.write_text(TWO)
    async with device() as target, replay(tape, behind=target) as (fake, deck), client(fake) as session:
        async with session.create_process(term_type="vt100", term_size=(80, 24)) as shell:
            shell.stdin.write("list\r")  # at once, before anybody shows a prompt
            await shell.stdout.readuntil("did list\r\n> ")
            shell.stdin.write("exit\r")
            await shell.wait_closed()
        assert shell.exit_status == 5
        assert [(each.asked, each.captured) for each in deck.misses] == [("", True)]
    typed = [each for each in read_tape(tape).exchanges if each.typed is not None]
    assert [each.asked.rstrip("\r") for each in typed if each.asked] == ["list", "exit"]
    assert (typed[-1].session, typed[-1].status) == (3, 5)
    async with replay(tape, any_order=True) as (fake, deck), client(fake) as session:
        async with session.create_process(term_type="vt100", term_size=(80, 24)) as shell:
            shell.stdin.write("list\r")
            await shell.stdout.readuntil("did list\r\n> ")
        assert [each.asked.rstrip("\r") for each in deck.unused if each.typed is not None] == ["exit"]
        assert deck.misses == []


async def test_a_line_that_the_tape_lacks_in_mid_session_goes_to_no_device(tmp_path: Path) -> None:
    tape = tmp_path / "t.toml"
    tape.write_text(
        HEAD
        + '[[exchanges]]\nsession = 1\ntyped = ""\nstdout = "> "\n'
        + '[[exchanges]]\nsession = 1\nat = 1\ntyped = "enter\\r"\nstdout = "in> "\n'
    )
    async with device() as target, replay(tape, behind=target) as (fake, deck), client(fake) as session:
        async with session.create_process(term_type="vt100") as shell:
            await shell.stdout.readuntil("> ")
            shell.stdin.write("list\r")
            assert "differs in typed: 'enter' is recorded, and 'list' was asked" in await shell.stderr.read()
            await shell.wait_closed()
        assert shell.exit_status == 125
        assert [each.captured for each in deck.misses] == [False], "the device never heard the lines before it"
    assert len(read_tape(tape).exchanges) == 2
