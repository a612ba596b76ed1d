"""Each way in which a server can fail a call: where it was stopped, why, and whether the client may be certain."""

import asyncio
import socket

import asyncssh
import pytest

from connector.codes import Code
from connector.dialects import AskedCommand
from connector.operations import Create, Ping, PingReply, Stamp, Verb
from connector.outcomes import Done, Failed, Outcome, Unknown
from connector.protocol import Refusal
from connector.sites import Site
from connector.ssh import SshConnector
from connector.targets import Target
from connector.values import replace
from tests.connector.ssh.servers import (
    AMPLE,
    HOST_KEY,
    NATIVE,
    OTHER_KEY,
    PONG,
    ServerSession,
    answer,
    ping,
    raw_server,
    reset,
    ssh_server,
)


def is_failed(outcome: Outcome, code: Code, site: Site, words: str) -> None:
    assert isinstance(outcome, Failed), outcome
    assert (outcome.code, outcome.site) == (code, site), outcome
    assert words in outcome.message


def is_unknown(outcome: Outcome, code: Code, site: Site, words: str) -> None:
    assert isinstance(outcome, Unknown), outcome
    assert (outcome.code, outcome.site) == (code, site), outcome
    assert words in outcome.message


async def test_a_healthy_server_answers() -> None:
    async with ssh_server() as (target, _):
        assert await ping(target) == Done(reply=PingReply())


# TCP


async def test_a_closed_port_is_a_definite_refusal() -> None:
    async with raw_server(_silent) as target:
        pass
    is_failed(await ping(target), Code.REFUSED, Site.SSH_CONNECT, "refused")


async def test_a_host_that_has_no_address_is_a_definite_refusal() -> None:
    async with raw_server(_silent) as target:
        outcome = await ping(replace(target, host="host.invalid"))
    is_failed(outcome, Code.REFUSED, Site.SSH_CONNECT, "network failed")


async def test_a_full_backlog_runs_into_the_connect_deadline() -> None:
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(address)
        target = Target(name="north", host=address[0], port=address[1], host_key="SHA256:x")
        outcome = await ping(target, replace(AMPLE, connect=0.2))
    is_failed(outcome, Code.TIMEOUT, Site.SSH_CONNECT, "within 0.2 s")


# Banner, key exchange, authentication


async def test_a_server_that_accepts_and_stays_silent_sends_no_banner() -> None:
    async with raw_server(_silent) as target:
        outcome = await ping(target, replace(AMPLE, login=0.2))
    is_failed(outcome, Code.TIMEOUT, Site.SSH_BANNER, "no banner within 0.2 s")


async def test_a_connection_reset_at_once_is_a_definite_refusal_at_the_banner() -> None:
    async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reset(writer)

    async with raw_server(resets) as target:
        is_failed(await ping(target), Code.REFUSED, Site.SSH_BANNER, "reset")


async def test_a_connection_closed_before_the_banner_is_a_definite_refusal() -> None:
    async def closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.close()

    async with raw_server(closes) as target:
        is_failed(await ping(target), Code.REFUSED, Site.SSH_BANNER, "closed")


@pytest.mark.parametrize(
    ("garbage", "words"),
    [(b"SSH-1.5-old\r\n", "another protocol"), (b"x" * 100_000, "protocol"), (b"SSH-2.0-\xff\xff\r\n", "broke")],
)
async def test_a_garbage_banner_is_a_definite_refusal(garbage: bytes, words: str) -> None:
    async def babbles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(garbage)
        await reader.read()

    async with raw_server(babbles) as target:
        is_failed(await ping(target), Code.REFUSED, Site.SSH_BANNER, words)


async def test_a_key_exchange_that_stalls_is_named() -> None:
    async def stalls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-stalls\r\n")
        await asyncio.Event().wait()

    async with raw_server(stalls) as target:
        outcome = await ping(target, replace(AMPLE, login=0.5))
    is_failed(outcome, Code.TIMEOUT, Site.SSH_KEX, "no key exchange within 0.5 s")


async def test_garbage_after_the_banner_breaks_the_key_exchange() -> None:
    async def babbles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-babbles\r\n" + b"\xff" * 1000)
        await reader.read()

    async with raw_server(babbles) as target:
        outcome = await ping(target)
    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.site) == (Code.REFUSED, Site.SSH_KEX)


async def test_an_authentication_that_stalls_is_named() -> None:
    async with ssh_server(auth=_never) as (target, seen):
        outcome = await ping(target, replace(AMPLE, login=1.5))
        assert seen.connections == 1
    is_failed(outcome, Code.TIMEOUT, Site.SSH_AUTH, "no answer to the login within 1.5 s")


@pytest.mark.parametrize("password", [None, "wrong"])
async def test_a_login_that_is_rejected_is_a_definite_refusal(password: str | None) -> None:
    async with ssh_server(auth=True) as (target, _):
        outcome = await ping(replace(target, password=password))
    is_failed(outcome, Code.REFUSED, Site.SSH_AUTH, "user spool")


async def test_the_right_password_logs_in() -> None:
    async with ssh_server(auth=True) as (target, _):
        assert isinstance(await ping(replace(target, password="right")), Done)


async def test_another_host_key_than_the_pinned_one_is_not_trusted_and_both_are_named() -> None:
    async with ssh_server(key=OTHER_KEY) as (target, seen):
        outcome = await ping(target)
        assert seen.commands == []
    is_failed(outcome, Code.UNTRUSTED, Site.SSH_KEX, OTHER_KEY.get_fingerprint())
    assert isinstance(outcome, Failed)
    assert str(target.host_key) in outcome.message


async def test_a_host_key_whose_owner_cannot_sign_with_it_is_not_trusted() -> None:
    forged = asyncssh.load_keypairs([HOST_KEY])[0]
    forged.sign = lambda data: OTHER_KEY.sign(data, b"ssh-ed25519")  # type: ignore[method-assign]  # a thief's
    async with ssh_server(key=forged) as (target, _):
        outcome = await ping(target)
    is_failed(outcome, Code.UNTRUSTED, Site.SSH_KEX, "did not prove")


# Channel


async def test_a_session_that_is_refused_is_definite() -> None:
    async with ssh_server(opens=False) as (target, seen):
        outcome = await ping(target)
        assert seen.commands == []
    is_failed(outcome, Code.REFUSED, Site.SSH_CHANNEL, "no more sessions")


async def test_a_session_that_is_never_answered_runs_into_the_channel_deadline() -> None:
    async with ssh_server(opens=_never_opens) as (target, seen):
        outcome = await ping(target, replace(AMPLE, channel=0.2))
        assert seen.commands == []
    is_failed(outcome, Code.TIMEOUT, Site.SSH_CHANNEL, "no session within 0.2 s")


# Exec and reply: from here on, nothing is certain but what the other side says


async def test_an_exec_request_that_is_refused_is_definite() -> None:
    async with ssh_server(runs=False) as (target, _):
        is_failed(await ping(target), Code.REFUSED, Site.CONNECTOR_EXEC, "refused to run")


async def test_a_command_without_any_reply_is_unknown() -> None:
    async with ssh_server(lambda session: None) as (target, _):
        outcome = await ping(target, replace(AMPLE, command=0.5))
    is_unknown(outcome, Code.TIMEOUT, Site.CONNECTOR_REPLY, "no exit status within 0.5 s, after 0 bytes")


async def test_a_reply_without_an_exit_status_is_unknown_and_its_length_is_told() -> None:
    async with ssh_server(lambda session: session.channel.write(b"{")) as (target, _):
        outcome = await ping(target, replace(AMPLE, command=0.5))
    is_unknown(outcome, Code.TIMEOUT, Site.CONNECTOR_REPLY, "after 1 bytes")


async def test_a_channel_closed_before_the_exit_status_is_unknown() -> None:
    async with ssh_server(lambda session: session.channel.close()) as (target, _):
        is_unknown(await ping(target), Code.LOST, Site.CONNECTOR_REPLY, "closed without an exit status")


async def test_a_connection_reset_after_exec_is_unknown() -> None:
    async with ssh_server(_reset_connection) as (target, _):
        outcome = await ping(target)
    assert isinstance(outcome, Unknown)
    assert outcome.code is Code.LOST
    assert outcome.site in {Site.CONNECTOR_EXEC, Site.CONNECTOR_REPLY}


async def test_a_connection_closed_after_exec_is_unknown() -> None:
    async with ssh_server(lambda session: session.server.connection.close()) as (target, _):
        outcome = await ping(target)
    assert isinstance(outcome, Unknown)
    assert outcome.code is Code.LOST


async def test_a_connection_that_ends_instead_of_an_answer_to_exec_is_unknown_since_the_command_was_sent() -> None:
    class Leaves(ServerSession):
        def exec_requested(self, command: str) -> bool:
            self.server.connection.abort()
            return True

    async with ssh_server(session_class=Leaves) as (target, _):
        is_unknown(await ping(target), Code.LOST, Site.CONNECTOR_EXEC, "clos")


async def test_a_channel_that_is_closed_instead_of_an_answer_to_exec_is_unknown() -> None:
    class Closes(ServerSession):
        def exec_requested(self, command: str) -> bool:
            self.channel.close()
            return True

    async with ssh_server(session_class=Closes) as (target, _):
        is_unknown(await ping(target), Code.LOST, Site.CONNECTOR_EXEC, "closed without an exit status")


async def test_a_command_whose_exec_request_is_never_answered_is_unknown_since_it_was_sent() -> None:
    class Mute(ServerSession):
        def exec_requested(self, command: str) -> bool:
            self.server.connection.send_packet = lambda *args, **options: None  # type: ignore[method-assign]  # mute
            return True

    async with ssh_server(session_class=Mute) as (target, _):
        outcome = await ping(target, replace(AMPLE, command=0.2))
    is_unknown(outcome, Code.TIMEOUT, Site.CONNECTOR_EXEC, "the command was not taken within 0.2 s")


async def test_a_connection_that_ends_after_the_status_but_before_the_end_of_output_is_unknown() -> None:
    def leaves(session: ServerSession) -> None:
        session.channel.write(PONG)
        send_status(session)
        transport = session.server.connection._transport
        assert transport is not None
        transport.close()

    async with ssh_server(leaves) as (target, _):
        is_unknown(await ping(target), Code.LOST, Site.CONNECTOR_REPLY, "closed")


async def test_a_command_ended_by_a_signal_is_unknown() -> None:
    async with ssh_server(lambda session: session.channel.exit_with_signal("TERM")) as (target, _):
        is_unknown(await ping(target), Code.INTERRUPTED, Site.CONNECTOR_REPLY, "signal TERM")


@pytest.mark.parametrize("data", [b"", PONG[:-4], b"\xff\xfe", b"hello", b"[" * 50_000])
async def test_success_with_a_reply_that_is_none_is_unknown(data: bytes) -> None:
    async with ssh_server(lambda session: answer(session, data)) as (target, _):
        is_unknown(await ping(target), Code.UNREADABLE, Site.CONNECTOR_REPLY, "")


@pytest.mark.parametrize("status", [1, 127, 255])
async def test_an_exit_status_that_the_dialect_does_not_know_is_unknown(status: int) -> None:
    async with ssh_server(lambda session: answer(session, b"", status)) as (target, _):
        is_unknown(await ping(target), Code.UNREADABLE, Site.CONNECTOR_REPLY, "")


async def test_a_reply_beyond_all_bounds_is_cut_off_at_once_and_unknown() -> None:
    endless = ssh_server(lambda session: session.channel.write(b" " * 5000))
    async with endless as (target, _), SshConnector(target, NATIVE, reply_limit=4096) as connector:
        outcome = await connector.perform(Ping(), AMPLE)
    is_unknown(outcome, Code.UNREADABLE, Site.CONNECTOR_REPLY, "more than 4096 bytes")


async def test_a_long_reply_within_the_bounds_is_read_whole() -> None:
    async with ssh_server(lambda session: answer(session, b" " * 5_000_000 + PONG)) as (target, _):
        assert isinstance(await ping(target), Done)


@pytest.mark.parametrize(("code", "kind"), [(Code.ALREADY_EXISTS, Failed), (Code.INTERNAL, Unknown)])
async def test_what_the_connector_itself_refuses_is_as_definite_as_the_catalogue_says(
    code: Code, kind: type[Failed | Unknown]
) -> None:
    def refuses(session: ServerSession) -> None:
        wire = NATIVE.render(AskedCommand(verb=Verb.PING), Refusal(code=code, message="because"))
        session.channel.write_stderr(wire.stderr.encode())
        session.channel.exit(wire.status or 0)

    async with ssh_server(refuses) as (target, _):
        outcome = await ping(target)
    assert outcome == kind(code=code, site=Site.CONNECTOR_EXEC, message="because")


async def test_an_exit_status_and_an_end_of_output_are_enough_even_if_the_channel_stays_open() -> None:
    def lingers(session: ServerSession) -> None:
        session.channel.write(PONG)
        session.channel.write_eof()
        send_status(session)

    async with ssh_server(lingers) as (target, _):
        assert isinstance(await ping(target), Done)


# What never reaches the wire


async def test_a_name_that_cannot_be_spelled_is_refused_before_it_is_sent() -> None:
    async with ssh_server() as (target, seen):
        async with SshConnector(target, NATIVE) as connector:
            create = Create(name="a\0b", size=1, stamp=Stamp(request_id="r"))
            is_failed(await connector.perform(create, AMPLE), Code.INVALID, Site.CONNECTOR_EXEC, "NUL")
        assert seen.connections == 0


async def _silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def _never() -> bool:
    await asyncio.Event().wait()
    return True


async def _never_opens() -> None:
    await asyncio.Event().wait()


def send_status(session: ServerSession) -> None:
    """The exit status alone: `exit` of asyncssh closes the channel with it, which a server need not do."""
    session.channel._send_request(b"exit-status", (0).to_bytes(4, "big"))


def _reset_connection(session: ServerSession) -> None:
    sock = session.server.connection.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, (1).to_bytes(4, "little") + (0).to_bytes(4, "little"))
    session.server.connection.abort()
