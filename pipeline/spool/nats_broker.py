"""A broker in NATS JetStream: a stream that keeps what nobody has acknowledged, and one pull consumer for all."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from nats.aio.msg import Msg
from nats.js.api import Header
from nats.js.client import JetStreamContext

from pipeline.record import Message
from pipeline.spool.nats_link import FAILURES, NatsLink
from pipeline.spool.pulling import PullStalledError, pull
from pipeline.spool.wire import decode, encode
from pipeline.store.delivery import Delivery

__all__ = ["NatsBroker", "open_nats_broker"]

_LOG = logging.getLogger(__name__)

_KEPT = 2.0
"""Seconds until the server must have said that it keeps a message."""
_ACK_WAIT = 30.0
_LIFETIME = 3600.0
_WINDOW = 120.0


@asynccontextmanager
async def open_nats_broker(
    servers: Sequence[str], stream: str, *, place: str, ack_wait: float = _ACK_WAIT
) -> AsyncIterator["NatsBroker"]:
    """The broker while the context lasts; it need not be there yet. Any number of processes may open it.

    servers: URLs of one server or of the nodes of a cluster; from three on, the stream has three replicas. stream: one
    for each store. place: the servers for messages, without passwords. ack_wait: seconds within which a message is
    acknowledged, or it comes again.
    """
    link = NatsLink(servers, stream, place=place, ack_wait=ack_wait, lifetime=_LIFETIME, window=_WINDOW)
    try:
        yield NatsBroker(link)
    finally:
        await link.close()


class NatsBroker:
    """See `Broker`."""

    def __init__(self, link: NatsLink) -> None:
        self._link = link
        self._subscribed: tuple[JetStreamContext, JetStreamContext.PullSubscription] | None = None

    async def publish(self, messages: Sequence[Message]) -> Sequence[Message]:
        """See `Broker.publish`."""
        context = await self._link.context()
        if context is None:
            return []
        async with asyncio.TaskGroup() as group:
            publishing = [(message, group.create_task(self._publish(context, message))) for message in messages]
        return [message for message, task in publishing if task.result()]

    async def take(self, *, owner: str, lease: float, wait: float, limit: int) -> Sequence[Delivery]:
        """See `Spool.take`. The consumer's time to acknowledge stands for `lease`. One at most: nats-py holds the first
        of several back until the last has come or the time is over."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + wait
        while True:
            context = await self._link.context()
            try:
                delivery = None if context is None else await self._next(context, ends - loop.time())
            except (*FAILURES, PullStalledError) as error:
                self._link.drop(error)
                context = delivery = None
            if delivery is not None or loop.time() >= ends:
                return [] if delivery is None else [delivery]
            if context is None:
                await asyncio.sleep(min(0.1, ends - loop.time()))

    async def _publish(self, context: JetStreamContext, message: Message) -> bool:
        identity = {Header.MSG_ID.value: str(message.number)}
        try:
            await context.publish(self._link.stream, encode(message), timeout=_KEPT, headers=identity)
        except FAILURES as error:
            self._link.drop(error)
            return False
        return True

    async def _next(self, context: JetStreamContext, wait: float) -> Delivery | None:
        if self._subscribed is None or self._subscribed[0] is not context:
            self._subscribed = context, await self._link.subscribe(context)
        message = await pull(self._subscribed[1].fetch, wait)
        if message is None:
            return None
        told = decode(message.data)
        if told is None:
            _LOG.warning("%s: a message that no relay wrote is dropped", self._link.stream)
            await message.term()
            return None
        return _NatsDelivery(told, message)


@dataclass(frozen=True, slots=True)
class _NatsDelivery:
    """See `Delivery`. What cannot be said to the server is not said: the message comes again."""

    message: Message
    handle: Msg

    async def extend(self, seconds: float) -> None:
        """Hide it for the consumer's time to acknowledge, from now on."""
        await _said(self.handle.in_progress())

    async def ack(self) -> None:
        """See `Delivery.ack`."""
        await _said(self.handle.ack())

    async def nack(self, delay: float) -> None:
        """See `Delivery.nack`."""
        await _said(self.handle.nak(delay=delay or None))


async def _said(saying: Awaitable[None]) -> None:
    try:
        await saying
    except FAILURES as error:
        _LOG.debug("not said to the broker: %s", error)
