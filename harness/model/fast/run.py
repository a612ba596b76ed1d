"""One run of the fast path, in the stages of every world."""

from harness.attribution import attribute
from harness.garbage import rarely_collected
from harness.model.fast.lives import OnClusters
from harness.model.fast.parts import Parts
from harness.model.fast.rows import Rows
from harness.model.fast.struck import StruckShares
from harness.model.fast.tally import Tally
from harness.model.pace import ModelPace
from harness.nemesis.nemesis import NemesisLog
from harness.run.clusters import last_effect_due
from harness.run.fence import fence_ends
from harness.run.hops import limits_of
from harness.run.progress import Stage
from harness.run.result import RunResult
from harness.run.spans import spans
from harness.run.unsupported import unsupported_toxics
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName

__all__ = ["MANY", "FastRun"]

MANY = 20_000
"""Creates beyond which a calm scenario is played by the fast path."""

_SLICES = 100


class FastRun:
    """A calm scenario, but for the shares that a fault may strike. every: one share in so many is recorded in full."""

    def __init__(self, scenario: Scenario, *, seed: int, pace: ModelPace, every: int = 1) -> None:
        self.parts = parts = Parts(scenario, seed=seed, every=every)
        self.env, self.tally = parts.env, parts.tally
        self._rows = Rows(scenario, parts.records, self.tally)
        parts.creates.ended = parts.calm.ended = self._rows.ended
        self._struck = StruckShares(parts, scenario, seed=seed)
        self._rested = 0.0
        self._at_rest: OnClusters = {}
        self._log = NemesisLog(lambda: self.env.now)
        self._scenario = scenario
        self._pace = pace
        self._load_ends = 0.0

    def play(self) -> RunResult:
        """Run, and what every world leaves of a run. Raises `NotEligible`."""
        try:
            with rarely_collected():
                self.run()
                return self.played()
        finally:
            self._struck.close()

    def run(self) -> Tally:
        """Load, then rest, for at most the time to settle."""
        scenario, env, tally, parts = self._scenario, self.env, self.tally, self.parts
        parts.start()
        duration = scenario.workload.duration
        self._pace.enter(Stage.LOAD, of=duration)
        for step in range(1, _SLICES + 1):
            env.run(until=duration * step / _SLICES if step < _SLICES else duration)
            if self._pace.is_heard:  # else none needs to know, and each slice would ask every cluster
                parts.calm.catch_up()
            if self._pace.tell(env.now, tally.active):
                break
        tally.asked = parts.spool.close(env.now)
        parts.calm.catch_up()
        self._load_ends = env.now
        if scenario.faults:
            self._log.note("heal", "all", "no more faults; what is down comes back")
            self._struck.heal()
            self._log.note("healed", "all")
        self._pace.enter(Stage.QUIESCE, of=scenario.settle)
        ends = env.now + scenario.settle
        while env.now < ends and not self._is_at_rest() and not self._pace.stopped:
            env.run(until=min(ends, env.now + 0.1))
            parts.calm.catch_up()
        self._rested, self._at_rest = env.now, self._struck.on_clusters()
        if scenario.faults or self._struck.shares:
            self._fence()
        parts.finish()
        return tally

    def _is_at_rest(self) -> bool:
        return self.tally.active + self.tally.removed >= self.tally.asked and self._struck.is_idle

    def _fence(self) -> None:
        """Until nothing of theirs can take effect any more."""
        env, rules, struck = self.env, self._scenario.faults, self._struck
        self._log.note("quiesce", "all", "at rest" if self._is_at_rest() else "not at rest")
        due = last_effect_due(rules, struck.injections.rows())
        ends = fence_ends(self._scenario, (), now=env.now, effects_due=due, deadlines=struck.unclear)
        self._pace.enter(Stage.FENCE, of=ends - env.now)
        if ends > env.now and not self._pace.stopped:
            env.run(until=ends)
            self.parts.calm.catch_up()
        struck.finish()

    def played(self) -> RunResult:
        """What every world leaves: the recorded shares as a history, and the exact counts as a note."""
        scenario, tally = self._scenario, self.tally
        notes = [tally.words(scenario.client.poll_every)]
        if tally.every > 1:
            notes.insert(0, f"one share in {tally.every} is recorded in full, and judged; counts in gates are of these")
        now = self.env.now
        shown = ((self._rested, self._at_rest), (now, self._struck.on_clusters()))
        struck = self._struck.told()
        history = self._rows.history(now, self.parts.upkeep.asked, *struck, shown=shown, nemesis=self._log.actions)
        if self._struck.shares:
            notes.append(f"a fault or a deadline might strike {len(self._struck.shares)} shares: all are recorded")
        return RunResult(
            history=attribute(history),
            began=0.0,
            load_ends=self._load_ends,
            ends=now,
            interrupted=self._pace.stopped,
            phases=spans(scenario, (), self._load_ends),
            limits=limits_of(scenario),
            skipped=tuple(unsupported_toxics(scenario, (), WorldName.MODEL)),
            notes=tuple(notes),
        )
