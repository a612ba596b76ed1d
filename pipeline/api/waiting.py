"""Requests that prefer to wait for an operation's end rather than to ask again."""

import asyncio
from dataclasses import dataclass

from pydantic_core import from_json, to_json

from pipeline.api.answers import Answers
from pipeline.api.event_tail import EventTail
from pipeline.api.preference import applied_wait
from pipeline.record import ShareRecord
from pipeline.states import RESTING, ShareState
from pipeline.store.acceptances import Finished, StoredAnswer
from pipeline.store.protocol import ReadStore

__all__ = ["Waiting", "applied"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """longest: seconds that one request waits at most."""

    reads: ReadStore
    answers: Answers
    tail: EventTail
    longest: float

    async def begin(self) -> int:
        """Where to look from: to be asked before the operation."""
        return await self.tail.newest()

    async def created(self, accepted: StoredAnswer, begun: int, seconds: float) -> StoredAnswer:
        """The answer to a create that was accepted: 201 once it is active, else the share as it is by then.

        One that has failed is shown as failing, with its reason, also where its record is gone already.
        """
        share: dict[str, object] = from_json(accepted.body)
        location, name, id = (str(share[key]) for key in ("location", "name", "id"))
        record = await self._settled(location, name, id, {ShareState.PENDING}, seconds)
        if record is None:
            answer = await self._failed(share, accepted, begun)
        elif record.state is ShareState.ACTIVE:
            answer = self.answers.render(Finished(record=record))
        else:
            answer = self.answers.accepted(record)
        return applied(answer, seconds)

    async def until_settled(self, record: ShareRecord, seconds: float) -> None:
        """Until the share is active, lost or gone, or the time is over."""
        await self._settled(record.location, record.name, record.id, set(ShareState) - RESTING, seconds)

    async def _failed(self, share: dict[str, object], accepted: StoredAnswer, begun: int) -> StoredAnswer:
        """The share as it was when its record was removed."""
        while events := await self.reads.events(after=begun):
            begun = events[-1].number
            for event in events:
                if event.share == share["id"] and event.after is None:
                    share |= {"state": ShareState.FAILING, "reason": event.reason}
        return StoredAnswer(status=accepted.status, headers=accepted.headers, body=to_json(share))

    async def _settled(
        self, location: str, name: str, id: str, passing: set[ShareState], seconds: float
    ) -> ShareRecord | None:
        """The record once it is in none of these states, or when the time is over; None: it is gone, also where its
        name is another's by now."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while True:
            seen = await self.tail.newest()
            record = await self.reads.get(location, name)
            if record is None or record.id != id:
                return None
            if record.state not in passing:
                return record
            if not await self.tail.wait_behind(seen, ends - loop.time()):
                return record


def applied(answer: StoredAnswer, seconds: float) -> StoredAnswer:
    """The answer of a request that was ready to wait for so long."""
    return StoredAnswer(
        status=answer.status, headers=(*answer.headers, applied_wait(seconds)), body=answer.body, kept=answer.kept
    )
