"""Measures a connector: its logins and each of its verbs, with so many under way at once, within bounds."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from connector.dialects import DIALECTS, Talk
from connector.operations import Capability, Create, Delete, Request, Verb
from connector.outcomes import Done, Outcome
from connector.pooled.link import Answer
from connector.pooled.stops import CallStopped
from connector.protocol import WireReply, WireTimes
from connector.sites import Site
from connector.ssh import SshConnector
from connector.ssh.login import log_in
from connector.ssh.trust import options_of
from connector.values import replace
from fake_clusters.profile import LoginPhase
from harness.calibrate.questions import questions
from harness.calibrate.samples import MeasuredSample
from harness.contract.cleanup import list_names
from harness.contract.fakes import fake_target
from harness.contract.preflight import why_gone
from harness.contract.probe import SuiteBench
from harness.contract.suite import clean_up, open_bench
from harness.contract.target import ContractTarget
from harness.contract.wording import outcome_words
from harness.errors import ServiceUnavailable
from reports.contract.results import ShareCensus

__all__ = ["MeasureBounds", "Measurement", "Phase", "measure", "measured_floor"]

Phase = LoginPhase | Verb

_LOGIN: Mapping[Site, LoginPhase] = {
    Site.SSH_BANNER: LoginPhase.BANNER,
    Site.SSH_KEX: LoginPhase.KEX,
    Site.SSH_AUTH: LoginPhase.AUTH,
}
_FLOOR = 20
_SESSIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureBounds:
    """count: of logins, and of commands of each verb, at each concurrency. seconds: the longest that it may take."""

    count: int = 30
    concurrency: tuple[int, ...] = (1, 2, 4, 8)
    seconds: float = 300.0


@dataclass(slots=True, kw_only=True)
class Measurement:
    """samples: of each phase and verb, without the `floor`. connect: seconds of TCP connections; no profile has them.

    refused: how many, by verb and code. shares: before and after. stopped: why the target was given up. late: the time
    was up before all was asked.
    """

    samples: list[MeasuredSample] = field(default_factory=list)
    connect: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    floor: Mapping[Phase, float] = field(default_factory=dict)
    capabilities: frozenset[Capability] = frozenset()
    shares: ShareCensus = field(default_factory=ShareCensus)
    stopped: str | None = None
    late: bool = False
    interrupted: bool = False


async def measure(
    target: ContractTarget,
    bounds: MeasureBounds,
    *,
    ledger: Path,
    stop: asyncio.Event,
    floor: Mapping[Phase, float] | None = None,
    on_sample: Callable[[str], None] = lambda what: None,
) -> Measurement:
    """Measure, and remove all that was made. floor: what to take off each time; None: nothing. on_sample: called after
    each login and command, with its name.

    Raises `ServiceUnavailable` where the target cannot be reached or takes no share, and `OutputError` for the ledger.
    """
    async with open_bench(target, ledger) as (bench, connector):
        before = await list_names(connector, target.deadlines)
        run = _MeasureRun(bench, bounds, on_sample)
        await _play(run, bounds.seconds, stop)
        found = run.found
        unsettled = found.interrupted or found.late or found.stopped is not None
        found.shares = await clean_up(bench, connector, before, unsettled=unsettled)
    if run.cannot is not None:
        raise ServiceUnavailable(f"{target.title}: cannot be measured: {run.cannot}")
    found.capabilities = bench.claims
    found.floor = {} if floor is None else floor
    found.samples = [_without(sample, found.floor) for sample in found.samples]
    return found


async def measured_floor(dialect: str, *, ledger: Path, stop: asyncio.Event) -> Mapping[Phase, float]:
    """The median that each phase and verb of an instant fake takes here: any fake adds it to what its profile says.

    dialect: a dialect that is not shipped is taken for the native one.
    """
    bounds = MeasureBounds(count=_FLOOR, concurrency=(1,), seconds=60.0)
    async with fake_target(dialect=dialect if dialect in DIALECTS else "native") as target:
        found = await measure(target, bounds, ledger=ledger, stop=stop)
    times: dict[Phase, list[float]] = {}
    for sample in found.samples:
        times.setdefault(sample.phase, []).append(sample.seconds)
    return {phase: sorted(each)[len(each) // 2] for phase, each in times.items()}


def _without(sample: MeasuredSample, floor: Mapping[Phase, float]) -> MeasuredSample:
    return replace(sample, seconds=max(0.0, sample.seconds - floor.get(sample.phase, 0.0)))


async def _play(run: "_MeasureRun", seconds: float, stop: asyncio.Event) -> None:
    """Until it is over, the time is up, or it is to stop."""
    async with asyncio.TaskGroup() as group:
        playing = group.create_task(run.play())
        stopping = group.create_task(stop.wait())
        await asyncio.wait({playing, stopping}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        run.found.interrupted = stop.is_set()
        run.found.late = not playing.done() and not stop.is_set()
        playing.cancel()
        stopping.cancel()


class _MeasureRun:
    """cannot: why nothing can be measured at all."""

    def __init__(self, bench: SuiteBench, bounds: MeasureBounds, on_sample: Callable[[str], None]) -> None:
        self._bench = bench
        self._target = bench.target
        self._options = options_of(bench.target.target)
        self._bounds = bounds
        self._on_sample = on_sample
        self._times: dict[asyncio.Task[object] | None, list[tuple[Verb, WireTimes]]] = {}
        self.found = Measurement()
        self.cannot: str | None = None

    async def play(self) -> None:
        for level in self._bounds.concurrency:
            await self._at_once(level, [partial(self._log_in, level)] * self._bounds.count)
            async with self._connector(level) as connector:
                for requests in questions(self._bench, self._bounds.count, alone=level == 1):
                    if not await self._verb(connector, requests, level):
                        return

    def _connector(self, level: int) -> SshConnector:
        limit = self._target.limits.sessions
        sessions = _SESSIONS if limit is None else max(1, min(_SESSIONS, limit - 2))
        return SshConnector(
            self._target.target,
            self._target.dialect,
            connections=-(-level // sessions),
            sessions=sessions,
            watch=self._watch,
            timed=True,
        )

    async def _verb(self, connector: SshConnector, requests: Sequence[Request], level: int) -> bool:
        """Whether to go on."""
        outcomes: list[Outcome] = []
        full = len(requests) - level  # those after it end in less company
        ask = [
            partial(self._command, connector, each, level if index <= full else None, outcomes)
            for index, each in enumerate(requests)
        ]
        await self._at_once(level, ask)
        failed = [each for each in outcomes if not isinstance(each, Done)]
        if any(each.site is not Site.CONNECTOR_EXEC for each in failed):
            self.found.stopped = await why_gone(self._target, connector)
        if isinstance(requests[0], Create) and len(failed) == len(outcomes) and self.found.stopped is None:
            self.cannot = f"no share could be made: {outcome_words(failed[0])}"
        return self.cannot is None and self.found.stopped is None

    async def _at_once(self, level: int, work: Sequence[Callable[[], Awaitable[None]]]) -> None:
        """So many of it under way, the next one as soon as one has ended."""
        waiting = iter(work)

        async def worker() -> None:
            for each in waiting:
                await each()

        async with asyncio.TaskGroup() as group:
            for _ in range(min(level, len(work))):
                group.create_task(worker())

    async def _log_in(self, level: int) -> None:
        target = self._target
        try:
            connection, login = await log_in(self._options, target.target, target.deadlines, timed=True)
        except CallStopped as stopped:
            self.found.refused[f"login: {stopped.code}"] += 1
            return
        connection.close()
        await connection.wait_closed()
        if level == 1:
            self.found.connect.append(login.times[Site.SSH_CONNECT])
        for site, phase in _LOGIN.items():
            self._note(phase, login.times[site], level)
        self._on_sample("login")

    async def _command(
        self, connector: SshConnector, request: Request, level: int | None, outcomes: list[Outcome]
    ) -> None:
        """level: None for a command that is no sample."""
        times = self._times[asyncio.current_task()] = []
        if isinstance(request, Create):
            self._bench.may_exist[request.name] = None
        outcome = await connector.perform(request, self._target.deadlines)
        outcomes.append(outcome)
        if not isinstance(outcome, Done):
            self.found.refused[f"{request.verb}: {outcome.code}"] += 1
            return
        if isinstance(request, Delete):
            self._bench.may_exist.pop(request.name, None)
        for verb, each in times if level is not None else ():
            if each.channel is not None:
                self._note(LoginPhase.CHANNEL, each.channel, level)
            self._note(verb, each.command, level)
        self._on_sample(request.verb.value)

    def _watch(self, talk: Talk, heard: Answer) -> None:
        """Told of each command of an operation, by the task that asked for it."""
        if isinstance(heard, WireReply) and heard.times is not None:
            self._times[asyncio.current_task()].append((talk.ask.verb, heard.times))

    def _note(self, phase: Phase, seconds: float, level: int | None) -> None:
        assert level is not None
        self.found.samples.append(MeasuredSample(phase=phase, seconds=seconds, concurrency=level))
