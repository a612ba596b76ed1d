"""One of the two targets: plays sequences on it, and removes what they made."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from connector.clock import Clock, steady_clock
from connector.codes import Code
from connector.operations import (
    Create,
    Delete,
    DeleteSnapshot,
    ListSnapshots,
    Request,
    Show,
    SnapshotsReply,
    Stamp,
    Verb,
)
from connector.outcomes import Done, Failed, Outcome
from connector.protocol import Connector
from connector.ssh import SshConnector
from harness.contract.cleanup import list_names
from harness.contract.preflight import why_gone
from harness.contract.probe import SuiteBench
from harness.contract.suite import clean_up, open_bench
from harness.contract.target import ContractTarget
from harness.fidelity.observed import Observation, Play, StepSeen
from harness.fidelity.spelling import Speller, Vocabulary
from harness.fidelity.steps import PairOrder, SequenceCommand, SequenceStep, ShareSlot
from reports.contract.results import ShareCensus

__all__ = ["PlayedTarget", "open_side"]

_CONNECTIONS = 2
_SESSIONS = 8
_BUSY = 0.05
"""Seconds before the first repetition of a command that was refused as busy."""
_BUSY_TRIES = 8
_MISSING = frozenset({Code.NOT_FOUND, Code.INVALID, Code.UNSUPPORTED})


@dataclass(slots=True, kw_only=True)
class PlayedTarget:
    """connectors: two, each with a connection of its own. looks_at_snapshots: also at those of a share, at the end.
    unsettled: something was given up, and may still act.

    census: the shares before and after, once the side is closed.
    """

    target: ContractTarget
    bench: SuiteBench
    connectors: Sequence[Connector]
    vocabulary: Vocabulary
    clock: Clock
    looks_at_snapshots: bool = False
    unsettled: bool = False
    census: ShareCensus = field(default_factory=ShareCensus)

    async def play(self, steps: Sequence[SequenceStep]) -> Play:
        """Play a sequence on fresh names, and remove what it made. Never raises for what a target can do.

        Raises `OutputError` where names cannot be written down.
        """
        core = f"{self.bench.ledger.token}-{next(self.bench.numbers)}-"
        speller = Speller(vocabulary=self.vocabulary, core=core, register=self.bench.ledger.register, unix=self.clock)
        try:
            return await self._play(steps, speller)
        finally:
            await self._tidy(speller)

    async def why_gone(self) -> str | None:
        """One line where the target does not answer any more."""
        return await why_gone(self.target, self.connectors[0])

    async def _play(self, steps: Sequence[SequenceStep], speller: Speller) -> Play:
        seen: list[StepSeen] = []
        for step in steps:
            answers = await self._answers(step, speller)
            after = [await self._look(slot, speller) for slot in step.slots] if step.is_pair else []
            seen.append(StepSeen(answers=tuple(answers), after=tuple(after)))
            if (reason := _undecided(seen[-1].all)) is not None:
                self.unsettled = self.unsettled or any(not each.certain for each in seen[-1].all)
                return Play(steps=tuple(seen), undecided=reason)
        final = [(look, (await self._answers(look, speller))[0]) for look in self._looks(steps)]
        return Play(steps=tuple(seen), final=tuple(final), undecided=_undecided([each for _, each in final]))

    def _looks(self, steps: Sequence[SequenceStep]) -> list[SequenceStep]:
        """At each share that was used, after it all."""
        snapshots = [Verb.SNAPSHOT_LIST] if self.looks_at_snapshots else []
        slots = dict.fromkeys(slot for step in steps for slot in step.slots)
        return [
            SequenceStep(commands=(SequenceCommand(verb=verb, share=slot),))
            for slot in slots
            for verb in (Verb.SHOW, *snapshots)
        ]

    async def _answers(self, step: SequenceStep, speller: Speller) -> list[Observation]:
        def answer(command: SequenceCommand) -> "asyncio.Future[Observation]":
            asked = self._ask(speller.request(command), command.connection, speller)
            return asyncio.ensure_future(asked)

        if step.order is PairOrder.TOGETHER:
            return list(await asyncio.gather(*map(answer, step.commands)))
        if step.order is PairOrder.FIRST_SECOND:
            return [await answer(command) for command in step.commands]
        return [await answer(command) for command in step.commands[::-1]][::-1]

    async def _look(self, slot: ShareSlot, speller: Speller) -> Observation:
        return await self._ask(Show(name=speller.name(slot)), 0, speller)

    async def _ask(self, request: Request, connection: int, speller: Speller) -> Observation:
        return speller.observed(await self._patiently(request, connection))

    async def _patiently(self, request: Request, connection: int) -> Outcome:
        """What is refused as busy is tried again a few times."""
        connector, deadlines = self.connectors[connection], self.target.deadlines
        was_there = isinstance(request, Create) and request.name in self.bench.may_exist
        if isinstance(request, Create):
            self.bench.may_exist[request.name] = None
        outcome = await connector.perform(request, deadlines)
        for attempt in range(_BUSY_TRIES):
            if not (isinstance(outcome, Failed) and outcome.code is Code.BUSY):
                break
            await asyncio.sleep(_BUSY * 2**attempt)
            outcome = await connector.perform(request, deadlines)
        self._note(request, outcome, was_there=was_there)
        return outcome

    def _note(self, request: Request, outcome: Outcome, *, was_there: bool) -> None:
        """What certainly is not there need not be removed."""
        refused = isinstance(outcome, Failed) and outcome.code is not Code.ALREADY_EXISTS and not was_there
        if (isinstance(request, Create) and refused) or (isinstance(request, Delete) and isinstance(outcome, Done)):
            self.bench.may_exist.pop(request.name, None)

    async def _tidy(self, speller: Speller) -> None:
        """Remove what was made. What this misses, the end of the run finds."""
        for name in [name for name in speller.names if name in self.bench.may_exist]:
            outcome = await self._patiently(Delete(name=name, stamp=self._stamp()), 0)
            if isinstance(outcome, Failed) and outcome.code is Code.NOT_EMPTY:
                await self._remove_snapshots(name)
                outcome = await self._patiently(Delete(name=name, stamp=self._stamp()), 0)
            if isinstance(outcome, Done) or (isinstance(outcome, Failed) and outcome.code in _MISSING):
                self.bench.may_exist.pop(name, None)

    async def _remove_snapshots(self, name: str) -> None:
        listed = await self._patiently(ListSnapshots(name=name), 0)
        if isinstance(listed, Done) and isinstance(listed.reply, SnapshotsReply):
            for each in listed.reply.snapshots:
                await self._patiently(DeleteSnapshot(name=name, snapshot=each.snapshot, stamp=self._stamp()), 0)

    def _stamp(self) -> Stamp:
        return Stamp(request_id=f"{self.bench.ledger.token}-t{next(self.bench.numbers)}")


def _undecided(seen: Sequence[Observation]) -> str | None:
    """Why a sequence is not gone on with on this target."""
    lost = next((each for each in seen if not each.decides), None)
    return None if lost is None else f"{lost}: {lost.message}"


@asynccontextmanager
async def open_side(target: ContractTarget, folder: Path, vocabulary: Vocabulary) -> AsyncIterator[PlayedTarget]:
    """A target that answers, with a ledger in this folder; everything is removed at the end.

    Raises `ServiceUnavailable` where it cannot be tested at all, and `OutputError` for the ledger.
    """
    sessions = max(1, min(_SESSIONS, (target.limits.sessions or _SESSIONS) - 2))
    async with AsyncExitStack() as stack:
        bench, connector = await stack.enter_async_context(open_bench(target, folder))
        connectors = [
            await stack.enter_async_context(
                SshConnector(target.target, target.dialect, connections=1, sessions=sessions)
            )
            for _ in range(_CONNECTIONS)
        ]
        before = await list_names(connector, target.deadlines)
        side = PlayedTarget(
            target=target,
            bench=bench,
            connectors=connectors,
            vocabulary=vocabulary,
            clock=steady_clock(asyncio.get_running_loop()),
        )
        try:
            yield side
        finally:
            side.census = await clean_up(bench, connector, before, unsettled=side.unsettled)
