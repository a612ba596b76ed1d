"""The live judge: the checkers of a run, on what has happened so far.

While something is under way, only what is wrong already is told: the promises about what must never be, judged on the
history up to an instant that every log has reached. At rest, the sides are read as at the end of a run, and everything
is judged that a run without a schedule decides.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module

from harness.errors import WorldError
from harness.run.run import Run
from harness.sandbox.played import played_scenario
from harness.sandbox.sandbox import Sandbox
from reports.history import Reading
from reports.verdicts import Finding, Verdict, worst

__all__ = ["LiveJudge", "LiveVerdict", "judged"]

_EVERY = 1.0
_SHARE = 5
"""Judging takes at most about this part of the time,"""
_WITHIN = 8.0
"""but what can be told is told within so many seconds, unless judging alone takes longer."""
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
        await asyncio.to_thread(import_module, "harness.sandbox.findings")  # every checker: a start needs none of them
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._judge()
            except WorldError as error:  # a log that cannot be read while its service is down
                self._tell(LiveVerdict(verdict=Verdict.UNKNOWN, note=str(error), at=self._sandbox.world.clock.now()))
                self._same = 0
            took = loop.time() - began
            await asyncio.sleep(max(_EVERY, min(_SHARE * took, _WITHIN - took)))

    async def _judge(self) -> None:
        from harness.sandbox.findings import findings_at_rest, findings_so_far

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
        scenario = played_scenario(sandbox.scenario, history, sandbox.by_hand.faults.switched, sandbox.inbox.played())
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
