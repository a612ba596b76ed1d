"""The brokers that pass the conformance suite: a new one is one more line here."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from harness.servers.nats import serve_nats
from pipeline.record import Message
from pipeline.spool.broker import Broker
from pipeline.spool.memory_broker import MemoryBroker
from pipeline.spool.nats_broker import open_nats_broker
from pipeline.store.delivery import Delivery

__all__ = ["ACK_WAIT", "BROKERS", "message", "next_of", "nothing_of"]

ACK_WAIT = 1.0
_LONG = 20.0
"""Seconds for what comes: a machine with much to do is slow."""
_SHORT = 0.2


@asynccontextmanager
async def in_memory() -> AsyncIterator[Broker]:
    yield MemoryBroker()


@asynccontextmanager
async def in_nats() -> AsyncIterator[Broker]:
    async with (
        serve_nats() as server,
        open_nats_broker([server.url], "spoolproof-test", place=server.url, ack_wait=ACK_WAIT) as broker,
    ):
        yield broker


BROKERS: dict[str, Callable[[], AbstractAsyncContextManager[Broker]]] = {"memory": in_memory, "nats": in_nats}


def message(number: int) -> Message:
    return Message(number=number, share=f"share-{number}", generation=1)


async def next_of(broker: Broker, *, owner: str = "one") -> Delivery:
    """What comes next, however long it takes."""
    (delivery,) = await broker.take(owner=owner, lease=ACK_WAIT, wait=_LONG, limit=1)
    return delivery


async def nothing_of(broker: Broker) -> bool:
    """Whether nothing comes now."""
    return not await broker.take(owner="nobody", lease=ACK_WAIT, wait=_SHORT, limit=1)
