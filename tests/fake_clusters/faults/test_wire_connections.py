"""Each fault of a connection, as a plain client meets it."""

import asyncio
from pathlib import Path

import asyncssh
import pytest

from tests.fake_clusters.faults.farms import CREATE, PATIENCE, PING, SILENCE, Faulty, Opens, fault, witnesses

HELLO = b"SSH-2.0-plain\r\n"
KEX_INIT = 20


def now() -> float:
    return asyncio.get_running_loop().time()


async def how_it_ends(faulty: Faulty) -> str:
    """A reset may be so quick that already the connecting meets it."""
    try:
        return await (await faulty.raw()).ending()
    except ConnectionResetError:
        return "reset"


@witnesses("refused")
async def test_refused_closes_the_port_within_its_window_and_leaves_open_connections_alone(key_directory: Path) -> None:
    async with Faulty.open(key_directory) as faulty:
        connection = await faulty.connect()
        begins = faulty.cluster.now + 0.05
        faulty.cluster.add_fault(fault("refused", between=[begins, begins + 0.3]))

        await faulty.cluster.wait_for(lambda cluster: not cluster.is_open, timeout=PATIENCE)
        with pytest.raises(ConnectionRefusedError):
            await faulty.raw()
        assert faulty.cluster.now >= begins
        assert (await faulty.run(PING, on=connection)).status == 0
        await faulty.cluster.wait_for(lambda cluster: cluster.is_open, timeout=PATIENCE)
        assert faulty.cluster.now >= begins + 0.3
        assert (await faulty.run(PING)).status == 0


@witnesses("connection_silent")
async def test_a_silent_connection_is_accepted_and_then_nothing(with_faults: Opens) -> None:
    raw = await (await with_faults("connection_silent")).raw()
    raw.send(HELLO)
    assert await raw.says_nothing()


@witnesses("connection_reset")
@pytest.mark.parametrize("after", ["0s", "60ms"])
async def test_a_reset_connection_ends_by_a_reset(with_faults: Opens, after: str) -> None:
    faulty = await with_faults("connection_reset", after=after)
    began = now()
    assert await how_it_ends(faulty) == "reset"
    assert now() - began >= (0.06 if after == "60ms" else 0)


async def test_a_connection_reset_in_mid_command_leaves_the_effect_where_it_was(with_faults: Opens) -> None:
    faulty = await with_faults("connection_reset", after="800ms")
    faulty.cluster.add_fault(fault("slow_service", add="1s"))

    assert (await faulty.run(CREATE)).lost
    await faulty.cluster.wait_for_count("effects", 1, timeout=5)
    assert faulty.kinds() == ["created"]


@witnesses("half_close")
@pytest.mark.parametrize("after", ["0s", "60ms"])
async def test_a_half_closed_connection_ends_by_an_end_of_file_and_still_takes_bytes(
    with_faults: Opens, after: str
) -> None:
    raw = await (await with_faults("half_close", after=after)).raw()
    assert await raw.ending() == "end of file"
    raw.send(HELLO)
    await asyncio.sleep(0.05)
    raw.send(HELLO)  # a socket that was closed both ways would have answered the first with a reset
    assert await raw.ending() == "end of file"


@witnesses("banner_slow")
async def test_a_slow_banner_comes_no_sooner_than_its_delay(with_faults: Opens) -> None:
    faulty = await with_faults("banner_slow", delay="120ms")
    began = now()
    raw = await faulty.raw()
    assert (await raw.line()).startswith(b"SSH-2.0-")
    assert now() - began >= 0.12


@witnesses("banner_missing")
async def test_a_missing_banner_never_comes_though_the_client_identifies_itself(with_faults: Opens) -> None:
    raw = await (await with_faults("banner_missing")).raw()
    raw.send(HELLO)
    assert await raw.says_nothing()


@witnesses("banner_garbage")
async def test_a_garbage_banner_is_a_line_that_is_no_identification(with_faults: Opens) -> None:
    raw = await (await with_faults("banner_garbage")).raw()
    line = await raw.line()
    assert line
    assert not line.startswith(b"SSH-2.0-")


@witnesses("kex_slow")
async def test_a_slow_key_exchange_begins_no_sooner_than_its_delay(with_faults: Opens) -> None:
    raw = await (await with_faults("kex_slow", delay="120ms")).raw()
    assert (await raw.line()).startswith(b"SSH-2.0-")
    began = now()
    raw.send(HELLO)
    assert await raw.packet_type() == KEX_INIT
    assert now() - began >= 0.12


@witnesses("kex_stall")
async def test_a_stalled_key_exchange_says_nothing_after_the_banner(with_faults: Opens) -> None:
    raw = await (await with_faults("kex_stall")).raw()
    assert (await raw.line()).startswith(b"SSH-2.0-")
    raw.send(HELLO)
    assert await raw.says_nothing()


@witnesses("bad_signature")
async def test_a_bad_signature_fails_the_key_exchange_though_the_key_is_known(with_faults: Opens) -> None:
    faulty = await with_faults("bad_signature")
    with pytest.raises(asyncssh.KeyExchangeFailed, match="hash mismatch"):
        await faulty.connect()


@witnesses("host_key_changed")
async def test_a_changed_host_key_is_not_the_known_one_but_a_valid_one(with_faults: Opens) -> None:
    faulty = await with_faults("host_key_changed")
    with pytest.raises(asyncssh.HostKeyNotVerifiable):
        await faulty.connect()
    shown = await asyncssh.get_server_host_key(faulty.target.host, faulty.target.port)
    assert shown is not None
    assert shown.get_fingerprint() != faulty.target.host_key


@witnesses("auth_rejected")
async def test_a_rejected_login_refuses_the_right_key(with_faults: Opens) -> None:
    faulty = await with_faults("auth_rejected")
    with pytest.raises(asyncssh.PermissionDenied):
        await faulty.connect()


@witnesses("auth_slow")
async def test_a_slow_login_succeeds_no_sooner_than_its_delay(with_faults: Opens) -> None:
    faulty = await with_faults("auth_slow", delay="120ms")
    began = now()
    assert (await faulty.run(PING)).status == 0
    assert now() - began >= 0.12


@witnesses("auth_stall")
async def test_a_stalled_login_is_not_answered_after_the_key_exchange(with_faults: Opens) -> None:
    faulty = await with_faults("auth_stall")
    exchanged = asyncio.Event()

    class Client(asyncssh.SSHClient):
        def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
            exchanged.set()
            return True

    login = asyncio.ensure_future(
        asyncssh.connect(
            faulty.target.host,
            faulty.target.port,
            username="spool",
            client_keys=[faulty.target.client_key],
            known_hosts=b"",
            client_factory=Client,
            config=None,
        )
    )
    async with asyncio.timeout(PATIENCE):
        await exchanged.wait()
    await asyncio.wait({login}, timeout=SILENCE)
    assert not login.done()
    login.cancel()
    await asyncio.wait({login})
