"""The live judge: the checkers of a run, on what has happened so far.

While something is under way, only what is wrong already is told: the promises about what must never be, judged on the
history up to an instant that every log has reached. At rest, the sides are read as at the end of a run, and everything
is judged that a run without a schedule decides.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from connector.values import replace
from harness.checkers.run_checkers import CHECKERS, run_checkers
from harness.errors import WorldError
from harness.journal import bounds_of
from harness.run.result import RunResult
from harness.run.run import Run
from harness.sandbox.played import played_scenario
from harness.sandbox.sandbox import Sandbox
from harness.sandbox.until import history_until
from harness.scenario.scenario import Scenario
from reports.history import History, Reading
from reports.verdicts import Finding, Verdict, worst

__all__ = ["SO_FAR", "LiveJudge", "LiveVerdict", "findings_at_rest", "findings_so_far", "judged"]

SO_FAR = frozenset({"S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S11", "S12"})
"""The invariants that an unfinished history can break: the others tell of an end, or need the whole."""
_AT_REST = SO_FAR | {"S10", "L1", "L2", "L3", "N1"}
_EVERY = 1.0
_SHARE = 5
"""Judging takes at most about this part of the time."""
_SETTLED = 2
_BEHIND = 0.5
"""Seconds by which the judged history lies behind, so that every log has reached its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveVerdict:
    """findings: those that were judged, broken ones first. at: until which instant. final: judged at rest."""

    verdict: Verdict = Verdict.VALID
    findings: tuple[Finding, ...] = ()
    at: float = 0.0
    final: bool = False
    note: str = ""

    @property
    def broken(self) -> Sequence[Finding]:
        return [finding for finding in self.findings if finding.verdict is Verdict.INVALID]


def findings_so_far(scenario: Scenario, result: RunResult, at: float) -> tuple[Finding, ...]:
    """What is broken already, of a history that goes on. at: the instant up to which it is judged."""
    history = history_until(result.history, at)
    unread = tuple(_unread(number, side, at) for number, side in enumerate(("api", *_clusters(scenario)), start=1))
    return _judged(scenario, result, replace(history, readings=unread), SO_FAR)


def findings_at_rest(scenario: Scenario, result: RunResult) -> tuple[Finding, ...]:
    """What a history says that has come to rest, and whose sides were read."""
    return _judged(scenario, result, result.history, _AT_REST)


def _judged(scenario: Scenario, result: RunResult, history: History, which: frozenset[str]) -> tuple[Finding, ...]:
    checkers = [checker for checker in CHECKERS if checker.invariant in which]
    findings = run_checkers(history, bounds_of(scenario, result), checkers)
    return tuple(sorted(findings, key=lambda row: (row.verdict is not Verdict.INVALID, row.invariant)))


def _clusters(scenario: Scenario) -> Sequence[str]:
    return [cluster.name for cluster in scenario.clusters]


def _unread(number: int, side: str, at: float) -> Reading:
    """Nothing was read while it goes on; the logs alone are judged."""
    return Reading(number=number, at=at, side=side, round=1, ok=False)


@asynccontextmanager
async def judged(sandbox: Sandbox) -> AsyncIterator["LiveJudge"]:
    """The judge of a sandbox, who judges while the context is open."""
    judge = LiveJudge(sandbox, sandbox.changed.set)
    async with asyncio.TaskGroup() as group:
        judging = group.create_task(judge.run())
        yield judge
        judging.cancel()


class LiveJudge:
    """Judges a sandbox again and again. changed: called at each new verdict."""

    def __init__(self, sandbox: Sandbox, changed: Callable[[], None]) -> None:
        self._sandbox = sandbox
        self._changed = changed
        self._seen: object = None
        self._same = 0
        """How often nothing had happened since the time before."""
        self.verdict = LiveVerdict()

    async def run(self) -> None:
        """Without end."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._judge()
            except WorldError as error:  # a log that cannot be read while its service is down
                self._tell(LiveVerdict(verdict=Verdict.UNKNOWN, note=str(error), at=self._sandbox.world.clock.now()))
                self._same = 0
            await asyncio.sleep(max(_EVERY, _SHARE * (loop.time() - began)))

    async def _judge(self) -> None:
        sandbox = self._sandbox
        activity = sandbox.activity()
        self._same = self._same + 1 if activity == self._seen else 0
        self._seen = activity
        if self._same and self.verdict.final:
            return
        at = sandbox.world.clock.now() - _BEHIND
        readings = await self._read_at_rest() if self._same else ()
        if not readings and self._same > _SETTLED:
            return
        history, notes = await sandbox.history(readings)
        if sandbox.scenario.pipeline is not None and not history.has_changes:
            raise WorldError("; ".join(notes) or "the log of the service cannot be read at the moment")
        scenario = played_scenario(sandbox.scenario, history, sandbox.by_hand)
        result = sandbox.result(history, notes, scenario)
        if readings and sandbox.activity() == activity:
            findings = await asyncio.to_thread(findings_at_rest, scenario, result)
        else:
            readings = ()
            findings = await asyncio.to_thread(findings_so_far, scenario, result, at)
        judged = [finding.verdict for finding in findings if finding.judged]
        broken = Verdict.INVALID in judged
        verdict = worst(judged) if readings or broken else Verdict.VALID
        self._tell(LiveVerdict(verdict=verdict, findings=findings, at=at, final=bool(readings)))

    async def _read_at_rest(self) -> tuple[Reading, ...]:
        """The readings of the end of a run, where nothing is under way or has been stuck for too long; else none."""
        sandbox = self._sandbox
        if not await sandbox.at_rest():
            return ()
        run = Run(sandbox.world)
        activity = sandbox.activity()
        first = await run.read(1)
        ends = await run.fence_ends(first)
        while sandbox.world.clock.now() < ends:
            await asyncio.sleep(0.1)
            if sandbox.activity() != activity:
                return ()
        return (*first, *await run.read(2))

    def _tell(self, verdict: LiveVerdict) -> None:
        self.verdict = verdict
        self._changed()
