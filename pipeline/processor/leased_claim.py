"""One claim in hand: its heartbeat, and every write that names its fence and state."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connector.operations import Verb
from connector.outcomes import Outcome
from connector.values import replace
from pipeline import transitions
from pipeline.record import AttemptRow, Claim, Command, SharePart, ShareRecord
from pipeline.states import ShareState
from pipeline.store.protocol import JobStore

__all__ = ["LeaseLostError", "LeasedClaim", "holding"]


class LeaseLostError(Exception):
    """The record is someone else's by now: whoever gets this writes nothing more."""


class LeasedClaim:
    """A claim while it is worked on. Its writes take turns with the heartbeat, since each names the state it saw. What
    is noted goes along with the next of them, so that a job has fewer commits."""

    def __init__(self, jobs: JobStore, claim: Claim, *, lease: float) -> None:
        self._jobs = jobs
        self._claim = claim
        self._lease = lease
        self._turn = asyncio.Lock()
        self._notes: tuple[AttemptRow, ...] = ()

    @property
    def record(self) -> ShareRecord:
        return self._claim.record

    async def begin(self, verb: Verb, *, seconds: float) -> Command:
        """Make the command durable. Raises `LeaseLostError`."""
        async with self._turn:
            command = await self._jobs.begin(self._with_notes(), verb, seconds=seconds)
            if command is None:
                raise LeaseLostError(self._claim.record.id)
            self._claim = command.claim
            return command

    async def end(self, command: Command, outcome: Outcome) -> None:
        await self._jobs.end(command, outcome)

    def note_probe(self, verb: Verb, *, began_at: float, outcome: Outcome, at: float) -> None:
        """A command that only reads began and ended at these instants, Unix seconds."""
        probe = transitions.probe(self._claim, verb, began_at=began_at, outcome=outcome, now=at)
        self._notes = (*self._notes, probe)

    async def move(
        self,
        to: ShareState,
        *,
        reason: str | None = None,
        confirmed_size: int | None = None,
        parts: tuple[SharePart, ...] | None = None,
    ) -> None:
        """Change the state. Raises `LeaseLostError`."""
        async with self._turn:
            moved = await self._jobs.move(
                self._with_notes(), to, reason=reason, confirmed_size=confirmed_size, parts=parts
            )
            self._kept(moved)

    async def give_up(self, *, size: int, reason: str) -> None:
        """Note that the update is given up. Raises `LeaseLostError`."""
        async with self._turn:
            self._kept(await self._jobs.give_up(self._with_notes(), size=size, reason=reason))

    async def release(
        self,
        *,
        due_in: float,
        error: str | None,
        settled: bool = False,
        refund: bool = False,
        inconclusive: bool = False,
    ) -> None:
        """Give the record back; where it is no longer ours there is nothing to give."""
        async with self._turn:
            await self._jobs.release(
                self._with_notes(),
                due_in=due_in,
                error=error,
                settled=settled,
                refund=refund,
                inconclusive=inconclusive,
            )

    async def remove(self) -> None:
        """Remove the record. Raises `LeaseLostError`."""
        async with self._turn:
            if not await self._jobs.remove(self._with_notes()):
                raise LeaseLostError(self._claim.record.id)

    @property
    def rhythm(self) -> float:
        """Seconds from one heartbeat to the next: a third of the lease."""
        return self._lease / 3

    async def beat(self) -> None:
        """Renew now, and again and again. Raises `LeaseLostError`."""
        while True:
            async with self._turn:
                self._kept(await self._jobs.renew(self._with_notes(), lease=self._lease))
            await asyncio.sleep(self.rhythm)

    def _with_notes(self) -> Claim:
        """The claim as it is written."""
        notes, self._notes = self._notes, ()
        return replace(self._claim, notes=notes) if notes else self._claim

    def _kept(self, claim: Claim | None) -> Claim:
        if claim is None:
            raise LeaseLostError(self._claim.record.id)
        self._claim = claim
        return claim


@asynccontextmanager
async def holding(held: LeasedClaim) -> AsyncIterator[LeasedClaim]:
    """Keep the lease alive during the body, which is cancelled when it is lost (a group with `LeaseLostError`).

    The heartbeats have a task from the first on: most work is over before one is due. A body that is cancelled from
    outside gives the record back: the next processor need not wait for the lease's end.
    """
    hearts: list[asyncio.Task[None]] = []
    try:
        async with asyncio.TaskGroup() as group:
            loop = asyncio.get_running_loop()
            first = loop.call_later(held.rhythm, lambda: hearts.append(group.create_task(held.beat())))
            try:
                yield held
            finally:
                first.cancel()
                for heart in hearts:
                    heart.cancel()
    except asyncio.CancelledError:
        await held.release(due_in=0.0, error="the processor was stopped")
        raise
