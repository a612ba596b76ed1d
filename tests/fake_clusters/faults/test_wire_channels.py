"""Each fault of a channel, as a plain client meets it on a connection that is otherwise well."""

import asyncio

import asyncssh
import pytest

from tests.fake_clusters.faults.farms import PING, Opens, witnesses


@witnesses("channel_refused")
async def test_a_refused_channel_fails_to_open_and_leaves_the_connection_usable(with_faults: Opens) -> None:
    faulty = await with_faults("channel_refused", first=1)
    connection = await faulty.connect()
    with pytest.raises(asyncssh.ChannelOpenError):
        await connection.run(PING)
    assert (await faulty.run(PING, on=connection)).status == 0


@witnesses("channel_slow")
async def test_a_slow_channel_opens_no_sooner_than_its_delay_while_others_pass_it(with_faults: Opens) -> None:
    faulty = await with_faults("channel_slow", delay="300ms", first=1)
    connection = await faulty.connect()
    began = asyncio.get_running_loop().time()
    slow = asyncio.ensure_future(faulty.run(PING, on=connection))
    await faulty.cluster.wait_for_count("channels", 1, timeout=5)
    assert (await faulty.run(PING, on=connection)).status == 0
    assert not slow.done()
    assert (await slow).status == 0
    assert asyncio.get_running_loop().time() - began >= 0.3


@witnesses("exec_refused")
async def test_a_refused_exec_request_starts_nothing(with_faults: Opens) -> None:
    faulty = await with_faults("exec_refused", first=1)
    connection = await faulty.connect()
    with pytest.raises(asyncssh.ChannelOpenError):
        await connection.run(PING)
    assert faulty.cluster.counters()["commands"] == 0
    assert (await faulty.run(PING, on=connection)).status == 0
