"""What a connection's plan looks like from the client's end of the wire."""

import asyncio

import asyncssh
import pytest

from fake_clusters.plans import AuthPlan, BannerPlan, ConnectionPlan, CutHow, KexPlan
from fake_clusters.server.front import SshFront
from fake_clusters.server.options import ServerOptions
from tests.fake_clusters.server.conftest import Fronts
from tests.fake_clusters.server.raw import Raw

HELLO = b"SSH-2.0-raw\r\n"
KEXINIT = 20
SHORT = ServerOptions(anyone=True, login_grace=0.15)
"""A grace that ends what would otherwise wait for ever: the test then knows that nothing more came."""


def _now() -> float:
    return asyncio.get_running_loop().time()


async def test_a_normal_connection_identifies_itself_and_begins_the_key_exchange(fronts: Fronts) -> None:
    async with Raw(await fronts.open()) as raw:
        assert (await raw.line()).startswith(b"SSH-2.0-")
        raw.send(HELLO)
        assert (await raw.take(6))[5] == KEXINIT


async def test_a_silent_connection_sends_nothing_whatever_it_is_sent(fronts: Fronts) -> None:
    front = await fronts.open(ConnectionPlan(silent=True), ConnectionPlan(), options=SHORT)
    async with Raw(front) as silent, Raw(front) as witness:
        silent.send(HELLO * 1000)
        anything = asyncio.ensure_future(silent.take(1))
        await witness.rest()  # the witness's grace has run out: the silent one has none
        assert not anything.done()
        anything.cancel()
        assert front.connections == 1


async def test_a_silent_connection_is_forgotten_once_its_client_is_gone(fronts: Fronts) -> None:
    front = await fronts.open(ConnectionPlan(silent=True))
    async with Raw(front) as raw:
        raw.send(HELLO)
    while front.connections:
        await asyncio.sleep(0.05)


async def test_a_slow_banner_comes_no_sooner_than_the_plan_says(fronts: Fronts) -> None:
    front = await fronts.open(ConnectionPlan(banner_delay=0.1))
    began = _now()
    async with Raw(front) as raw:
        assert (await raw.line()).startswith(b"SSH-2.0-")
        assert _now() - began >= 0.1


async def test_a_slow_banner_loses_nothing_that_the_client_sent_meanwhile(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open(ConnectionPlan(banner_delay=0.05, kex_delay=0.05)))
    assert (await connection.run("ping")).exit_status == 0


async def test_without_a_banner_the_server_says_nothing_until_the_grace_is_over(fronts: Fronts) -> None:
    async with Raw(await fronts.open(ConnectionPlan(banner=BannerPlan.MISSING), options=SHORT)) as raw:
        raw.send(HELLO)
        assert await raw.rest() == b""


async def test_a_garbage_banner_is_no_identification(fronts: Fronts) -> None:
    front = await fronts.open(ConnectionPlan(banner=BannerPlan.GARBAGE), options=SHORT)
    async with Raw(front) as raw:
        line = await raw.line()
        assert not line.startswith((b"SSH-2.0-", b"SSH-1.99-"))
        assert b"\0" in line
    with pytest.raises(asyncssh.DisconnectError):
        await fronts.connect(front)


async def test_a_slow_key_exchange_begins_no_sooner_than_the_plan_says(fronts: Fronts) -> None:
    async with Raw(await fronts.open(ConnectionPlan(kex_delay=0.1))) as raw:
        assert await raw.line()
        began = _now()
        raw.send(HELLO)
        assert (await raw.take(6))[5] == KEXINIT
        assert _now() - began >= 0.1


async def test_a_stalled_key_exchange_comes_to_nothing_after_the_banner(fronts: Fronts) -> None:
    async with Raw(await fronts.open(ConnectionPlan(kex=KexPlan.STALL), options=SHORT)) as raw:
        assert (await raw.line()).startswith(b"SSH-2.0-")
        raw.send(HELLO)
        assert await raw.rest() == b""


async def test_another_host_key_than_the_known_one_is_shown(fronts: Fronts) -> None:
    front = await fronts.open(ConnectionPlan(kex=KexPlan.OTHER_HOST_KEY), ConnectionPlan())
    with pytest.raises(asyncssh.HostKeyNotVerifiable):
        await fronts.connect(front)
    assert (await (await fronts.connect(front)).run("ping")).exit_status == 0


async def test_a_bad_signature_does_not_verify_though_the_key_is_the_known_one(fronts: Fronts) -> None:
    front = await fronts.open(ConnectionPlan(kex=KexPlan.BAD_SIGNATURE))
    with pytest.raises(asyncssh.KeyExchangeFailed, match="Key exchange hash mismatch"):
        await fronts.connect(front)


async def test_a_slow_login_succeeds_no_sooner_than_the_plan_says(fronts: Fronts) -> None:
    front = await fronts.open(ConnectionPlan(auth_delay=0.1))
    began = _now()
    connection = await fronts.connect(front)
    assert _now() - began >= 0.1
    assert (await connection.run("ping")).exit_status == 0


@pytest.mark.parametrize("anyone", [True, False])
async def test_a_rejected_login_turns_away_the_right_password_and_key(fronts: Fronts, anyone: bool) -> None:
    options = ServerOptions(users={"spool": "secret"}, authorized_keys=(fronts.client.public,), anyone=anyone)
    front = await fronts.open(ConnectionPlan(auth=AuthPlan.REJECT), options=options)
    with pytest.raises(asyncssh.PermissionDenied):
        await fronts.connect(front)
    with pytest.raises(asyncssh.PermissionDenied):
        await fronts.connect(front, password=None, client_keys=[fronts.client.path])


async def test_a_stalled_login_is_neither_accepted_nor_refused(fronts: Fronts) -> None:
    front = await fronts.open(ConnectionPlan(auth=AuthPlan.STALL), options=SHORT)
    with pytest.raises(asyncssh.ConnectionLost):
        await fronts.connect(front)


async def _how_it_ends(front: SshFront) -> str:
    try:
        async with Raw(front) as raw:
            await raw.rest()
    except ConnectionResetError:
        return "reset"
    return "end of file"


@pytest.mark.parametrize(
    ("how", "seen"),
    [(CutHow.RESET, "reset"), (CutHow.CLOSE, "end of file"), (CutHow.HALF_CLOSE, "end of file")],
)
@pytest.mark.parametrize("after", [0.0, 0.05])
async def test_each_cut_is_seen_as_what_it_is(fronts: Fronts, how: CutHow, seen: str, after: float) -> None:
    front = await fronts.open(ConnectionPlan(cut=how, cut_after=after))
    assert await _how_it_ends(front) == seen


async def test_a_cut_at_once_comes_before_any_byte(fronts: Fronts) -> None:
    async with Raw(await fronts.open(ConnectionPlan(cut=CutHow.CLOSE))) as raw:
        raw.send(HELLO)
        assert await raw.rest() == b""


async def test_a_half_closed_connection_still_takes_what_the_client_sends(fronts: Fronts) -> None:
    front = await fronts.open(ConnectionPlan(cut=CutHow.HALF_CLOSE))
    async with Raw(front) as raw:
        assert await raw.rest() == b""
        raw.send(HELLO)
        await raw.taken()
        assert front.connections == 1
    while front.connections:
        await asyncio.sleep(0.01)


async def test_a_closed_connection_counts_as_gone_at_once(fronts: Fronts) -> None:
    front = await fronts.open(ConnectionPlan(cut=CutHow.CLOSE))
    async with Raw(front) as raw:
        assert await raw.rest() == b""
        raw.send(HELLO)
        with pytest.raises(ConnectionResetError):
            await raw.reset()
