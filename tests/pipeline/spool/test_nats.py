"""NATS as the spool: servers that come late, go, or lose everything; and settings that need one."""

import asyncio
import logging
from pathlib import Path

import pytest

from harness.servers.nats import serve_nats, serve_nats_cluster
from pipeline.errors import SettingsError
from pipeline.part_checks import check_settings
from pipeline.parts import Part
from pipeline.settings import Design, PipelineSettings
from pipeline.spool.broker import Broker
from pipeline.spool.nats_broker import open_nats_broker
from tests.pipeline.spool.brokers import message, next_of, nothing_of

STREAM = "spoolproof-test"


async def kept(broker: Broker, number: int) -> None:
    """Publish until the broker has it."""
    async with asyncio.timeout(60):
        while not await broker.publish([message(number)]):
            await asyncio.sleep(0.05)


async def test_a_server_that_is_not_there_keeps_nothing_and_has_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        async with open_nats_broker(["nats://127.0.0.1:1"], STREAM, place="nats://127.0.0.1:1") as broker:
            assert await broker.publish([message(1)]) == []
            assert await nothing_of(broker)
    assert [record.message.split(":")[0] for record in caplog.records] == ["nats"]  # said once


async def test_a_server_that_lost_its_store_is_used_again() -> None:
    """Its stream is gone with its messages, and made again; what nobody had taken is lost, as a hint may be."""
    async with serve_nats() as server:
        port = server.port
        async with open_nats_broker([server.url], STREAM, place=server.url) as broker:
            await kept(broker, 1)
            assert (await next_of(broker)).message == message(1)
            await kept(broker, 2)
            server.process.kill()
            await server.process.wait()
            assert await broker.publish([message(3)]) == []
            async with serve_nats(port=port):  # with a store of its own, which is empty
                await kept(broker, 4)
                assert (await next_of(broker)).message == message(4)
                assert await nothing_of(broker)


async def test_foreign_messages_in_the_stream_are_dropped() -> None:
    import nats

    async with serve_nats() as server, open_nats_broker([server.url], STREAM, place=server.url) as broker:
        await kept(broker, 1)
        client = await nats.connect(server.url)
        await client.jetstream().publish(STREAM, b"nonsense")
        await client.close()
        await kept(broker, 2)
        assert [(await next_of(broker)).message.number for _ in range(2)] == [1, 2]


@pytest.mark.soak
async def test_a_node_of_three_may_be_killed() -> None:
    async with serve_nats_cluster() as nodes:
        urls = [node.url for node in nodes]
        async with open_nats_broker(urls, STREAM, place=",".join(urls)) as broker:
            for number in range(1, 11):
                await kept(broker, number)
            nodes[0].process.kill()
            await nodes[0].process.wait()
            for number in range(11, 21):
                await kept(broker, number)
            seen = set[int]()
            while len(seen) < 20:
                delivery = await next_of(broker)
                seen.add(delivery.message.number)
                await delivery.ack()
    assert seen == set(range(1, 21))


def test_a_relay_needs_a_broker_and_a_design_with_a_spool() -> None:
    targets = Path("targets.json")
    with pytest.raises(SettingsError, match=r"^spool: a relay needs the URL"):
        check_settings(PipelineSettings(targets=targets), frozenset({Part.RELAY}))
    blocking = PipelineSettings(targets=targets, spool="nats://127.0.0.1:4222", design=Design.BLOCKING)
    with pytest.raises(SettingsError, match=r"^design: blocking has no relay; its parts: api, gateway$"):
        check_settings(blocking, frozenset({Part.RELAY}))
