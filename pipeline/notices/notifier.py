"""The notifier: takes up what is owed to each endpoint, sends it, and writes down how that ended."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Protocol

from pipeline.lasting import keep_on
from pipeline.notices.records import NoticeBatch, NoticeReply
from pipeline.notices.rules import NoticePolicy
from pipeline.notices.sender import NoticeSender
from pipeline.settings import NotifierSettings

__all__ = ["Notifier", "NotifierStore", "notifier", "policy_of"]


class NotifierStore(Protocol):
    """All of the store that a notifier uses; `pipeline.store.notices` says what each method promises."""

    async def due(self) -> Sequence[str]: ...

    async def take(self, id: str, *, owner: str, lease: float, most: int) -> NoticeBatch | None: ...

    async def settle(self, batch: NoticeBatch, replies: Sequence[NoticeReply], *, policy: NoticePolicy) -> bool: ...


def policy_of(settings: NotifierSettings) -> NoticePolicy:
    """The settings as the rules take them."""
    return NoticePolicy(
        retries=tuple(settings.retries),
        jitter=settings.jitter,
        first=settings.pause,
        longest=settings.longest_pause,
        patience=settings.patience,
        seed=settings.seed,
        keep=settings.keep,
    )


@asynccontextmanager
async def notifier(
    settings: NotifierSettings, *, store: NotifierStore, sender: NoticeSender, holder: str
) -> AsyncIterator[None]:
    """Notify while the context is open. On leaving: take nothing more; what is under way may end within the grace."""
    running = Notifier(settings, store=store, sender=sender, holder=holder)
    failure: Exception | None = None
    async with asyncio.TaskGroup() as group:
        looking = group.create_task(keep_on("notifier", lambda: running.turn(group), pause=settings.scan))
        try:
            yield
        except Exception as error:  # noqa: BLE001 - raised below: inside, the group would wrap it
            failure = error
        finally:
            looking.cancel()
            await running.finish()
    if failure is not None:
        raise failure


class Notifier:
    """Each endpoint has a task of its own while it has work, so that a dead one delays no other."""

    def __init__(self, settings: NotifierSettings, *, store: NotifierStore, sender: NoticeSender, holder: str) -> None:
        self._settings = settings
        self._policy = policy_of(settings)
        self._store = store
        self._sender = sender
        self._holder = holder
        self._busy: dict[str, asyncio.Task[None]] = {}

    async def turn(self, group: asyncio.TaskGroup) -> bool:
        """One look at what is due; always True."""
        for id in await self._store.due():
            if id not in self._busy and len(self._busy) < self._settings.endpoints:
                self._busy[id] = group.create_task(self._serve(id))
                self._busy[id].add_done_callback(partial(self._served, id))
        await asyncio.sleep(self._settings.scan)
        return True

    async def finish(self) -> None:
        """Wait for what is under way, as long as one request may take; then cancel it: it is sent again."""
        if not self._busy:
            return
        _, late = await asyncio.wait(self._busy.values(), timeout=self._settings.grace)
        for task in sorted(late, key=asyncio.Task.get_name):
            task.cancel()

    def _served(self, id: str, _: asyncio.Task[None]) -> None:
        del self._busy[id]

    async def _serve(self, id: str) -> None:
        """All that is due for one endpoint, batch after batch."""

        async def turn() -> bool:
            batch = await self._store.take(
                id, owner=self._holder, lease=self._settings.lease, most=self._settings.at_once
            )
            if batch is None:
                return False
            tries = (self._sender.send(batch.endpoint, delivery) for delivery, _ in batch.deliveries)
            replies = await asyncio.gather(*tries)
            await self._store.settle(batch, replies, policy=self._policy)
            return bool(batch.deliveries)

        await keep_on(f"notices to endpoint {id}", turn, pause=self._settings.scan)
