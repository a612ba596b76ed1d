"""A connection to NATS that comes back, and the stream and the consumer on it."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from itertools import count

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import APIError, BadRequestError

__all__ = ["FAILURES", "NatsLink"]

_LOG = logging.getLogger(__name__)

FAILURES = (NatsError, OSError, TimeoutError)
"""All that a call of nats-py raises where a server is away, or has lost what it had."""

_CONNECT = 2
"""Seconds for one attempt to connect."""
_PAUSE = 0.5
"""Seconds between two attempts: whoever asks meanwhile is told that the broker is away."""
_ANSWER = 0.5
"""Seconds for one answer to what makes the stream: the first question may be lost before a cluster has a leader, and
to ask again costs less than to wait."""
_TRIES = 10
_CONSUMER = "processors"
_ENOUGH_FOR_REPLICAS = 3


class NatsLink:
    """servers: URLs, tried in turn. stream: its name, and that of its one subject. ack_wait: seconds within which a
    message is acknowledged, or it comes again. lifetime: seconds after which a message is of no use. window: seconds
    within which one that comes again is known.
    """

    def __init__(
        self, servers: Sequence[str], stream: str, *, place: str, ack_wait: float, lifetime: float, window: float
    ) -> None:
        self._servers = servers
        self._place = place
        self._turns = count()
        self._door = asyncio.Lock()
        self._client: Client | None = None
        self._context: JetStreamContext | None = None
        self._again_at = 0.0
        self._is_away = False
        self.stream = stream
        replicas = _ENOUGH_FOR_REPLICAS if len(servers) >= _ENOUGH_FOR_REPLICAS else 1
        self._stream_config = StreamConfig(
            name=stream,
            subjects=[stream],
            retention=RetentionPolicy.WORK_QUEUE,
            storage=StorageType.FILE,
            num_replicas=replicas,
            max_age=lifetime,
            duplicate_window=window,
        )
        self._consumer_config = ConsumerConfig(
            durable_name=_CONSUMER, ack_policy=AckPolicy.EXPLICIT, ack_wait=ack_wait, max_deliver=-1, max_ack_pending=-1
        )

    async def context(self) -> JetStreamContext | None:
        """JetStream, with stream and consumer made; None while no server is there."""
        async with self._door:
            if self._client is not None and self._client.is_connected and self._context is not None:
                return self._context
            now = asyncio.get_running_loop().time()
            if now < self._again_at:
                return None
            await self._close()
            try:
                self._context = await self._opened()
            except FAILURES as error:
                self._again_at = asyncio.get_running_loop().time() + _PAUSE
                self._note_away(error)
                await self._close()
                return None
            if self._is_away:
                _LOG.warning("%s: reached again", self._place)
            self._is_away = False
            return self._context

    async def subscribe(self, context: JetStreamContext) -> JetStreamContext.PullSubscription:
        """To the consumer."""
        return await context.pull_subscribe_bind(consumer=_CONSUMER, stream=self.stream)

    def drop(self, error: BaseException) -> None:
        """Connect anew when next asked: stream or consumer are gone, or the connection is of no use."""
        self._note_away(error)
        self._context = None

    async def close(self) -> None:
        """Close the connection."""
        async with self._door:
            await self._close()

    async def _opened(self) -> JetStreamContext:
        server = self._servers[next(self._turns) % len(self._servers)]
        # Lost connections are made anew here, to the next server: what was asked meanwhile must not lie in a buffer.
        async with asyncio.timeout(2 * _CONNECT):
            self._client = await nats.connect(
                server,
                name="spoolproof",
                allow_reconnect=False,
                max_reconnect_attempts=1,  # else a server that refuses is asked for two minutes, whatever is allowed
                reconnect_time_wait=0,
                connect_timeout=_CONNECT,
                error_cb=self._note_error,
            )
        context = self._client.jetstream(timeout=_ANSWER)
        for left in reversed(range(_TRIES)):
            try:
                await self._make(context)
                break
            except TimeoutError:
                if not left:
                    raise
        return context

    async def _make(self, context: JetStreamContext) -> None:
        """Stream and consumer, unless they are there. Those that somebody made otherwise stay as they are."""
        for make in (
            partial(context.add_stream, self._stream_config),
            partial(context.add_consumer, self.stream, self._consumer_config),
        ):
            try:
                await make()
            except BadRequestError as error:
                _LOG.debug("%s: %s", self._place, error)
        await context.consumer_info(self.stream, _CONSUMER)

    async def _close(self) -> None:
        client, self._client, self._context = self._client, None, None
        if client is not None and not client.is_closed:
            try:
                await client.close()
            except FAILURES as error:
                _LOG.debug("%s: %s", self._place, error)

    async def _note_error(self, error: Exception) -> None:
        """Without this, nats-py prints tracebacks."""
        _LOG.debug("%s: %s", self._place, error)

    def _note_away(self, error: BaseException) -> None:
        """Once for each time that it is away: the scan does its work meanwhile."""
        if not self._is_away:
            said = error.description if isinstance(error, APIError) else str(error)
            _LOG.warning("%s: away, so that records wait for the scan: %s", self._place, said or type(error).__name__)
        self._is_away = True
