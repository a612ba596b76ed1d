"""A whole comparison: sequences on both targets, several at once; each new difference confirmed, the first shrunk."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connector.clock import steady_clock
from connector.operations import Capability
from harness.contract.target import ContractTarget
from harness.errors import InputProblems
from harness.fidelity.declared import IntendedDifference
from harness.fidelity.differences import AnswerDifference
from harness.fidelity.drawing import SequenceDrawing
from harness.fidelity.examine import Sides, examine
from harness.fidelity.expected import ContractModel, ContractSituation
from harness.fidelity.findings import FidelityFindings, KindOfDifference
from harness.fidelity.shrink import shrink_sequence
from harness.fidelity.shrunk_row import shrunk_row
from harness.fidelity.side import open_side
from harness.fidelity.spelling import Vocabulary
from harness.fidelity.steps import SequenceStep
from harness.versions import product
from reports.fidelity.results import DifferenceRow, FidelityReport, ShrunkSequence

__all__ = ["FidelityOptions", "replay_sequence", "run_fidelity"]

_TRIES = 3
"""Plays of a sequence that was not decided, or of a difference that is to come again."""
_SHRINKING = 200
"""Plays that shrinking may take."""
_CONFIRMED = 20
"""Kinds of differences that are played again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FidelityOptions:
    """sequences: how many to play, chosen from a pool of so many; what comes in the pool is what can come. declared:
    intended differences. ledgers: folders of names, of either target. fail_fast: end with the first difference.
    command: that plays it again.
    """

    sequences: int = 200
    pool: int = 2_000
    seed: int = 1
    jobs: int = 4
    declared: tuple[IntendedDifference, ...] = ()
    ledgers: tuple[Path, Path]
    fail_fast: bool = False
    command: str = ""


async def run_fidelity(
    real: ContractTarget,
    fake: ContractTarget,
    options: FidelityOptions,
    *,
    on_sequence: Callable[[int], None],
    stop: asyncio.Event,
) -> FidelityReport:
    """on_sequence: called after each, with how many differences are known. stop: begin none any more, cut those that
    run.

    Raises `InputProblems` for targets that cannot be compared, `ServiceUnavailable` where one cannot be reached, and
    `OutputError` for the ledgers.
    """
    begun = _Begun.now()
    async with _open(real, fake, options) as sides:
        run = _Run(sides, options, on_sequence, stop)
        await run.play()
        differences, unconfirmed = await run.confirm()
        shrunk = await run.shrink(differences)
    found = run.findings
    return FidelityReport(
        **_facts(real, fake, options, begun),
        asked=options.sequences,
        played=found.played,
        commands=found.commands,
        pairs=found.pairs,
        free=found.free,
        differences=tuple(each.row() for each in differences),
        intended=found.intended_rows(),
        unconfirmed=unconfirmed,
        stale=() if run.is_cut else found.stale(),
        undecided=tuple(found.undecided),
        situations=found.situation_rows(),
        shrunk=shrunk,
        shares=(sides.real.census, sides.fake.census),
        interrupted=stop.is_set(),
        stopped=run.stopped,
    )


async def replay_sequence(
    real: ContractTarget,
    fake: ContractTarget,
    steps: Sequence[SequenceStep],
    options: FidelityOptions,
) -> FidelityReport:
    """Play one sequence on both. Raises as `run_fidelity`."""
    begun = _Begun.now()
    async with _open(real, fake, options) as sides:
        found = await examine(sides, steps)
        gone = None if found.undecided is None else await sides.why_gone()
    findings = FidelityFindings(declared=options.declared, foreseen=())
    findings.note(0, found, {})
    return FidelityReport(
        **_facts(real, fake, options, begun),
        asked=1,
        played=1,
        commands=findings.commands,
        pairs=findings.pairs,
        free=findings.free,
        differences=tuple(finding.row() for finding in findings.open.values()),
        intended=findings.intended_rows(),
        undecided=tuple(findings.undecided),
        shrunk=shrunk_row(found, minimal=False, plays=0),
        shares=(sides.real.census, sides.fake.census),
        stopped=gone,
        replayed=True,
    )


@dataclass(frozen=True, slots=True)
class _Begun:
    at: str
    started: float

    @classmethod
    def now(cls) -> "_Begun":
        loop = asyncio.get_running_loop()
        at = datetime.fromtimestamp(steady_clock(loop)(), UTC).isoformat(timespec="seconds")
        return cls(at, loop.time())


def _facts(real: ContractTarget, fake: ContractTarget, options: FidelityOptions, begun: _Begun) -> dict[str, Any]:
    return {
        "real": real.title,
        "fake": fake.title,
        "dialect": real.dialect.name,
        "seed": options.seed,
        "began": begun.at,
        "seconds": asyncio.get_running_loop().time() - begun.started,
        "product": product(),
        "command": options.command,
    }


@asynccontextmanager
async def _open(real: ContractTarget, fake: ContractTarget, options: FidelityOptions) -> AsyncIterator[Sides]:
    if real.dialect.name != fake.dialect.name:
        raise InputProblems(
            f"spoolproof: {real.title} speaks {real.dialect.name} and {fake.title} {fake.dialect.name}: "
            "two connectors can be compared only in one dialect"
        )
    vocabulary = Vocabulary.of(real)
    async with (
        open_side(real, options.ledgers[0], vocabulary) as one,
        open_side(fake, options.ledgers[1], vocabulary) as other,
    ):
        one.looks_at_snapshots = other.looks_at_snapshots = Capability.SNAPSHOTS in one.bench.claims
        yield Sides(real=one, fake=other)


@dataclass
class _Run:
    """stopped: why the run ended early."""

    sides: Sides
    options: FidelityOptions
    on_sequence: Callable[[int], None]
    stop: asyncio.Event
    stopped: str | None = None
    findings: FidelityFindings = field(init=False)
    _doubtful: list[KindOfDifference] = field(default_factory=list)

    def __post_init__(self) -> None:
        real = self.sides.real
        self._drawing = SequenceDrawing(real.target.dialect, real.target.limits, seed=self.options.seed)
        self._model = ContractModel(real.target, real.bench.claims, real.vocabulary)
        pool = [self._situations(number) for number in range(max(self.options.pool, self.options.sequences))]
        foreseen = sorted({each for situations in pool for each in situations.values()})
        self._numbers = list(_chosen(pool, self.options.sequences))
        self.findings = FidelityFindings(declared=self.options.declared, foreseen=foreseen)

    @property
    def is_cut(self) -> bool:
        """Whether it ended before all was played."""
        return self.stop.is_set() or self.stopped is not None or self._has_enough

    @property
    def _has_enough(self) -> bool:
        return self.options.fail_fast and bool(self.findings.open)

    async def play(self) -> None:
        """To its end, or to the first difference that comes again where that is enough."""
        waiting = iter(self._numbers)
        await self._play(waiting)
        while self._has_enough and not self.stop.is_set() and self.stopped is None:
            if (await self.confirm())[0]:
                return
            self._doubtful += self.findings.open.values()
            self.findings.open.clear()
            await self._play(waiting)

    async def _play(self, waiting: Iterator[int]) -> None:
        async def work() -> None:
            for number in waiting:
                if self.is_cut:
                    return
                await self._one(number)
                self.on_sequence(len(self.findings.open))

        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(work()) for _ in range(min(self.options.jobs, len(self._numbers)))]
            stopping = group.create_task(self._cut(workers))
            await asyncio.wait(workers)
            stopping.cancel()

    async def confirm(self) -> tuple[list[KindOfDifference], tuple[DifferenceRow, ...]]:
        """The differences that come again, with nothing else under way; and those that did not."""
        sure: list[KindOfDifference] = []
        unsure = [finding.row(confirmed=False) for finding in self._doubtful]
        for finding in sorted(self.findings.open.values(), key=lambda each: each.number):
            if len(sure) < _CONFIRMED and not self.stop.is_set() and await self._recurs(finding):
                sure.append(finding)
            else:
                unsure.append(finding.row(confirmed=False))
        return sure, tuple(unsure)

    async def shrink(self, differences: Sequence[KindOfDifference]) -> ShrunkSequence | None:
        """The first difference, in as few steps as may be."""
        if not differences or self.stop.is_set():
            return None
        first, plays = differences[0], 0
        loop = asyncio.get_running_loop()

        def fails(steps: Sequence[SequenceStep]) -> bool:
            nonlocal plays
            if self.stop.is_set() or plays >= _SHRINKING:
                return False
            plays += 1
            return asyncio.run_coroutine_threadsafe(self._shows(steps, first.first), loop).result()

        left = await asyncio.to_thread(shrink_sequence, first.steps, fails)
        minimal = not self.stop.is_set() and plays < _SHRINKING
        found = await examine(self.sides, left)
        for _ in range(_TRIES):
            if found.differences:
                break
            found = await examine(self.sides, left)
        return shrunk_row(found, minimal=minimal, plays=plays)

    async def _one(self, number: int) -> None:
        steps, tries = self._drawing.sequence(number), 0
        found = await examine(self.sides, steps)
        while found.undecided is not None:
            tries += 1
            if (gone := await self.sides.why_gone()) is not None:
                self.stopped = self.stopped or gone
                return
            if found.differences or tries == _TRIES:
                break
            found = await examine(self.sides, steps)
        self.findings.note(number, found, self._situations(number))

    async def _recurs(self, finding: KindOfDifference) -> bool:
        for _ in range(_TRIES):
            if await self._shows(finding.steps, finding.first):
                return True
        return False

    async def _shows(self, steps: Sequence[SequenceStep], wanted: AnswerDifference) -> bool:
        found = await examine(self.sides, steps)
        return any(each.is_as(wanted) and not self.findings.is_intended(each) for each in found.differences)

    def _situations(self, number: int) -> dict[int, ContractSituation]:
        return dict(self._model.situations(self._drawing.sequence(number)))

    async def _cut(self, workers: "Sequence[asyncio.Task[None]]") -> None:
        await self.stop.wait()
        for side in (self.sides.real, self.sides.fake):
            side.unsettled = True
        for worker in workers:
            worker.cancel()


def _chosen(pool: Sequence[dict[int, ContractSituation]], number: int) -> Iterator[int]:
    """The numbers to play: first those in which something comes that did not come before them, then the others."""
    met: set[ContractSituation] = set()
    fresh: list[int] = []
    for index, situations in enumerate(pool):
        if not met.issuperset(situations.values()):
            met.update(situations.values())
            fresh.append(index)
    rest = (index for index in range(len(pool)) if index not in set(fresh))
    yield from [*fresh, *rest][:number]
