"""The proxy: what clients of three makes do reaches the device and the tape, whatever it is."""

import asyncio
import stat
from pathlib import Path

import asyncssh
import paramiko

from harness.contract.fakes import fake_target
from harness.tape.exchange import CutBy, TapedExchange
from harness.tape.tape_file import read_tape
from tests.harness.tape.parts import PASSWORD, USER, Proxy, client, device, openssh, recorder, until


def ends(exchanges: tuple[TapedExchange, ...]) -> dict[str, tuple[object, ...]]:
    return {
        each.asked: (each.stdin, each.stdout, each.stderr, each.status, each.signal, each.cut) for each in exchanges
    }


async def test_commands_stdin_errors_statuses_and_signals_reach_both(tmp_path: Path) -> None:
    async with device() as target, recorder(target, tmp_path / "t.toml") as proxy, client(proxy) as session:
        copied = await session.run("cat", input=b"one\ntwo", encoding=None)
        assert (copied.stdout, copied.exit_status) == (b"one\ntwo", 0)
        complained = await session.run("complain")
        assert (complained.stdout, complained.stderr, complained.exit_status) == ("out\n", "err\n", 7)
        assert (await session.run("binary", encoding=None)).stdout == bytes(range(256))
        died = await session.run("die")
        assert (died.exit_status, died.exit_signal[0]) == (-1, "KILL")
        async with session.create_process("wait") as waiting:
            assert await waiting.stdout.readline() == "waiting\n"
            waiting.send_signal("TERM")
            assert await waiting.stdout.read() == "got TERM\n"
        assert waiting.exit_status == 3
    tape = read_tape(tmp_path / "t.toml")
    assert ends(tape.exchanges) == {
        "cat": (b"one\ntwo", b"one\ntwo", b"", 0, None, None),
        "complain": (b"", b"out\n", b"err\n", 7, None, None),
        "binary": (b"", bytes(range(256)), b"", 0, None, None),
        "die": (b"", b"", b"", None, "KILL", None),
        "wait": (b"", b"waiting\ngot TERM\n", b"", 3, None, None),
    }
    assert {each.connection for each in tape.exchanges} == {1}
    assert [each.session for each in tape.exchanges] == [1, 2, 3, 4, 5]
    assert stat.S_IMODE((tmp_path / "t.toml").stat().st_mode) == 0o600


async def test_several_sessions_at_once_and_what_cuts_them(tmp_path: Path) -> None:
    async with device() as target, recorder(target, tmp_path / "t.toml") as proxy:
        async with client(proxy) as one, client(proxy) as two:
            said = await asyncio.gather(*(each.run(f"say {number}") for number in range(4) for each in (one, two)))
            assert sorted(each.stdout for each in said) == sorted("00112233")
            hanging = await one.create_process("hang")
            assert await hanging.stdout.readline() == "hanging\n"
            hanging.close()
            assert (await two.run("vanish")).stdout == "half"
            await two.wait_closed()
            still = await one.create_process("hang 2")
            assert await still.stdout.readline() == "hanging\n"
        await until(lambda: len(proxy.seen) == 11)
    tape = read_tape(tmp_path / "t.toml")
    cuts = {each.asked: each.cut for each in tape.exchanges if each.cut}
    assert cuts == {"hang": CutBy.CLIENT, "hang 2": CutBy.CLIENT, "vanish": CutBy.DEVICE}
    assert sorted(each.session for each in tape.exchanges) == list(range(1, 12))


async def test_what_is_under_way_when_the_recording_ends_is_written_as_cut_by_it(tmp_path: Path) -> None:
    async with device() as target:
        async with recorder(target, tmp_path / "t.toml") as proxy:
            opened = client(proxy)
            session = await opened.__aenter__()
            hanging = await session.create_process("hang")
            assert await hanging.stdout.readline() == "hanging\n"
        session.abort()
        await opened.__aexit__(None, None, None)
    (exchange,) = read_tape(tmp_path / "t.toml").exchanges
    assert (exchange.asked, exchange.stdout, exchange.cut) == ("hang", b"hanging\n", CutBy.RECORDING)


async def test_lines_at_a_prompt_are_exchanges_and_a_typed_password_is_none(tmp_path: Path) -> None:
    async with device() as target, recorder(target, tmp_path / "t.toml") as proxy, client(proxy) as session:
        async with session.create_process(term_type="vt100", term_size=(80, 24)) as shell:
            await shell.stdout.readuntil("> ")
            for key in "list\r":  # key by key, as people type
                shell.stdin.write(key)
                await asyncio.sleep(0)
            await shell.stdout.readuntil("did list\r\n> ")
            shell.stdin.write("enable\r")
            await shell.stdout.readuntil("Password: ")
            shell.stdin.write("pw1\r")
            await shell.stdout.readuntil("thanks\r\n> ")
            shell.stdin.write("exit\r")
            await shell.wait_closed()
        assert shell.exit_status == 5
    exchanges = read_tape(tmp_path / "t.toml").exchanges
    assert [(each.typed, each.stdout, each.status) for each in exchanges] == [
        ("", b"Welcome\r\n> ", None),
        ("list\r", b"list\r\ndid list\r\n> ", None),
        ("enable\r", b"enable\r\nPassword: ", None),
        ("[secret typed]\r", b"\r\nthanks\r\n> ", None),
        ("exit\r", b"exit\r\n", 5),
    ]
    assert [each.terminal for each in exchanges] == ["vt100 80x24", None, None, None, None]
    assert "pw1" not in (tmp_path / "t.toml").read_text()


def _with_paramiko(proxy: Proxy, folder: Path) -> tuple[bytes, int, bytes]:
    known_hosts = folder / "known_hosts"
    known_hosts.write_text(proxy.front.known_hosts)
    connection = paramiko.SSHClient()
    connection.load_host_keys(str(known_hosts))
    with connection:
        connection.connect(
            "127.0.0.1", proxy.front.port, USER, PASSWORD, allow_agent=False, look_for_keys=False, timeout=60
        )
        stdin, stdout, stderr = connection.exec_command("cat")
        stdin.write(b"from paramiko")
        stdin.channel.shutdown_write()
        found = stdout.read(), stdout.channel.recv_exit_status(), stderr.read()
        shell = connection.invoke_shell()
        shell.sendall(b"exit\r")
        while shell.recv(1024):
            pass
        return found


async def test_paramiko_goes_through_it(tmp_path: Path) -> None:
    async with device() as target, recorder(target, tmp_path / "t.toml") as proxy:
        assert await asyncio.to_thread(_with_paramiko, proxy, tmp_path) == (b"from paramiko", 0, b"")
    exchanges = read_tape(tmp_path / "t.toml").exchanges
    assert [(each.asked, each.status) for each in exchanges] == [("cat", 0), ("", None), ("exit\r", 5)]


async def test_openssh_goes_through_it_with_the_key_of_the_target(tmp_path: Path) -> None:
    async with fake_target(keys=tmp_path / "keys") as fake:
        key = str(fake.target.client_key)
        async with recorder(fake.target, tmp_path / "t.toml") as proxy:
            done = await openssh(proxy, tmp_path, key, "share create s1 --size 1024 --request-id r1")
            assert done == (0, b'{"done": "create"}\n', b"")
            other = tmp_path / "other"
            other.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
            other.chmod(0o600)
            status, _, words = await openssh(proxy, tmp_path, str(other), "share list")
            assert (status, b"Permission denied" in words) == (255, True)
            status, _, words = await openssh(proxy, tmp_path, key, "share list", user="root")
            assert (status, b"Permission denied" in words) == (255, True)
    (exchange,) = read_tape(tmp_path / "t.toml").exchanges
    assert (exchange.exec, exchange.status) == ("share create s1 --size 1024 --request-id r1", 0)


async def test_a_wrong_password_and_a_device_that_is_away_let_nobody_in(tmp_path: Path) -> None:
    async with device() as target, recorder(target, tmp_path / "t.toml") as proxy:
        for user, password in (("admin", "wrong password"), ("root", PASSWORD)):
            try:
                async with asyncssh.connect(
                    "127.0.0.1", proxy.front.port, username=user, password=password, known_hosts=None, config=[],
                    client_keys=None, agent_path=None,
                ):  # fmt: skip
                    raise AssertionError("it was let in")
            except asyncssh.PermissionDenied:
                pass
        assert proxy.problems == []
    async with recorder(target, tmp_path / "u.toml") as proxy:
        try:
            async with client(proxy):
                raise AssertionError("it was let in")
        except asyncssh.PermissionDenied:
            pass
        assert "the connection was refused" in proxy.problems[0]
    for name in ("t.toml", "u.toml"):
        assert "password" not in (tmp_path / name).read_text().replace("[secret password]", "")
        assert read_tape(tmp_path / name).exchanges == ()
