"""The transactions of notices: what a notifier takes up and settles, and what the API does with endpoints."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connector.clock import Clock
from pipeline.marks import StoreIdentity
from pipeline.notices import rules
from pipeline.notices.records import NoticeAttempt, NoticeBatch, NoticeDelivery, NoticeEndpoint, NoticeReply
from pipeline.notices.rules import NoticePolicy
from pipeline.store.tables import Reader, Tables, Writer

__all__ = ["FORGOTTEN_AT_ONCE", "LARGEST_REPLAY", "NoticeStore"]

_PAGE = 200
"""Events that are looked at in one transaction."""
FORGOTTEN_AT_ONCE = 200
"""The oldest deliveries and tries of an endpoint that one transaction looks at, and forgets where they are too old."""
LARGEST_REPLAY = 10_000
"""Events that one replay looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStore:
    """Every method is one transaction, durable when it returns.

    The outbox is the table of events, which are written in the transaction of the change of state: what is owed to an
    endpoint follows from them, by its cursor, and once only.
    """

    writer: Writer
    readers: Reader
    identity: StoreIdentity
    clock: Clock

    # The notifier's side

    async def due(self) -> Sequence[str]:
        """The ids of the endpoints for which there is work, and which nobody holds."""
        return await self.readers.read(_due)

    async def take(self, id: str, *, owner: str, lease: float, most: int) -> NoticeBatch | None:
        """Hold an endpoint, note what it is owed for the newest events, and begin what is due: most at once.

        None: it is gone, disabled, held by somebody else or resting.
        """
        return await self.writer.write(
            lambda tables: _take(tables, self.identity.id, id, owner=owner, seconds=lease, most=most)
        )

    async def settle(self, batch: NoticeBatch, replies: Sequence[NoticeReply], *, policy: NoticePolicy) -> bool:
        """Note how the tries of a batch ended, and give the endpoint back. False: somebody else holds it by now."""
        return await self.writer.write(lambda tables: _settle(tables, batch, replies, policy))

    # The API's side

    async def newest_event(self) -> int:
        """The number of the newest change of state; 0: there is none."""
        return await self.readers.read(lambda tables: tables.notices.newest_event())

    async def add(self, endpoint: NoticeEndpoint) -> NoticeEndpoint:
        """A new endpoint gets what happens from now on."""

        def work(tables: Tables) -> NoticeEndpoint:
            made = rules.new_from(endpoint, tables.notices.newest_event(), tables.now)
            tables.notices.insert(made)
            return made

        return await self.writer.write(work)

    async def endpoints(self) -> Sequence[NoticeEndpoint]:
        """All, in the order in which they were made."""
        return await self.readers.read(lambda tables: tables.notices.endpoints())

    async def find(self, id: str) -> NoticeEndpoint | None:
        """One, or None."""
        return await self.readers.read(lambda tables: tables.notices.find(id))

    async def remove(self, id: str) -> bool:
        """Remove it with all that is owed to it. False: there was none."""

        def work(tables: Tables) -> bool:
            found = tables.notices.find(id) is not None
            if found:
                tables.notices.delete(id)
            return found

        return await self.writer.write(work)

    async def rotate(self, id: str, secret: str, *, overlap: float) -> NoticeEndpoint | None:
        """Another secret signs from now on, and beside it the present one for `overlap` seconds."""
        return await self._change(id, lambda endpoint, now: rules.rotated(endpoint, secret, overlap=overlap, now=now))

    async def enable(self, id: str) -> NoticeEndpoint | None:
        """It is served again, from where it stopped."""
        return await self._change(id, rules.enabled)

    async def disable(self, id: str, reason: str) -> NoticeEndpoint | None:
        """Nothing is sent to it until it is enabled; what is under way may end."""
        return await self._change(id, lambda endpoint, _: rules.disabled(endpoint, reason))

    async def _change(
        self, id: str, changed: Callable[[NoticeEndpoint, float], NoticeEndpoint]
    ) -> NoticeEndpoint | None:
        def work(tables: Tables) -> NoticeEndpoint | None:
            endpoint = tables.notices.find(id)
            if endpoint is None:
                return None
            after = changed(endpoint, tables.now)
            tables.notices.change(after)
            return after

        return await self.writer.write(work)

    async def replay(self, id: str, *, first: int, last: int) -> int | None:
        """What the endpoint gets of these events is owed to it once more, under the same ids; how many that are.

        At most `LARGEST_REPLAY` events from the first on. None: there is no such endpoint.
        """
        return await self.writer.write(lambda tables: _replay(tables, self.identity.id, id, first, last))

    async def send_test(self, id: str, message: str) -> NoticeDelivery | None:
        """A message that tells of no share. None: there is no such endpoint."""

        def work(tables: Tables) -> NoticeDelivery | None:
            endpoint = tables.notices.find(id)
            if endpoint is None:
                return None
            delivery = rules.test_delivery(endpoint, message, tables.now)
            tables.notices.insert_deliveries([delivery])
            return delivery

        return await self.writer.write(work)

    async def deliveries(self, id: str, *, after: int = 0, limit: int = 1000) -> Sequence[NoticeDelivery]:
        """What is and was owed to an endpoint."""
        return await self.readers.read(lambda tables: tables.notices.deliveries(id, after, limit))

    async def attempts(self, id: str, *, after: int = 0, limit: int = 1000) -> Sequence[NoticeAttempt]:
        """What was tried."""
        return await self.readers.read(lambda tables: tables.notices.attempts(id, after, limit))


def _due(tables: Tables) -> Sequence[str]:
    notices, newest = tables.notices, tables.notices.newest_event()
    return [
        endpoint.id
        for endpoint in notices.endpoints()
        if rules.is_free(endpoint, tables.now) and (newest > endpoint.cursor or notices.due(endpoint.id, tables.now, 1))
    ]


def _take(tables: Tables, store: str, id: str, *, owner: str, seconds: float, most: int) -> NoticeBatch | None:
    endpoint = tables.notices.find(id)
    if endpoint is None or not rules.is_free(endpoint, tables.now):
        return None
    held = rules.lease(endpoint, owner=owner, seconds=seconds, now=tables.now)
    held, deliveries = rules.fan_out(held, tables.events(held.cursor, _PAGE), store, tables.now)
    tables.notices.insert_deliveries(deliveries)
    tables.notices.hold(held)
    begun: list[tuple[NoticeDelivery, int]] = []
    for delivery in tables.notices.due(id, tables.now, rules.width(held, most)):
        after, attempt = rules.begin(delivery, tables.now)
        tables.notices.update_delivery(after)
        begun.append((after, tables.notices.insert_attempt(attempt)))
    return NoticeBatch(endpoint=held, deliveries=tuple(begun))


def _settle(tables: Tables, batch: NoticeBatch, replies: Sequence[NoticeReply], policy: NoticePolicy) -> bool:
    """How a try ended is noted in any case: it is what happened."""
    for (_, number), reply in zip(batch.deliveries, replies, strict=True):
        tables.notices.end_attempt(number, reply, tables.now)
    endpoint = tables.notices.find(batch.endpoint.id)
    if endpoint is None or not rules.is_held(endpoint, batch.endpoint):
        return False
    for (delivery, _), reply in zip(batch.deliveries, replies, strict=True):
        tables.notices.update_delivery(rules.end(delivery, reply, policy, tables.now))
    tables.notices.forget(endpoint.id, tables.now - policy.keep, FORGOTTEN_AT_ONCE)
    tables.notices.hold(rules.after_tries(endpoint, replies, policy, tables.now))
    return True


def _replay(tables: Tables, store: str, id: str, first: int, last: int) -> int | None:
    endpoint = tables.notices.find(id)
    if endpoint is None:
        return None
    last = min(last, first + LARGEST_REPLAY - 1, endpoint.cursor)
    known = tables.notices.of_events(id, first, last)
    for delivery in known:
        tables.notices.update_delivery(rules.replayed(delivery, tables.now))
    told = {delivery.event for delivery in known}
    new: list[NoticeDelivery] = []
    after = first - 1
    while after < last and (events := tables.events(after, min(_PAGE, last - after))):
        after = events[-1].number
        for event in events:
            if event.number <= last and event.number not in told:
                owed = rules.owed(endpoint, event, store, tables.now)
                new += [] if owed is None else [owed]
    tables.notices.insert_deliveries(new)
    return len(known) + len(new)
