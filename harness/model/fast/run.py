"""One run of the fast path, in the stages of every world."""

from connector.values import replace
from fake_clusters.profile import Profile
from harness.attribution import attribute
from harness.garbage import rarely_collected
from harness.model.environment import FastEnvironment
from harness.model.fast.parts import Parts, width_of
from harness.model.fast.records import Records
from harness.model.fast.rows import Rows
from harness.model.fast.share import FastCluster
from harness.model.fast.slow_path import SlowPath
from harness.model.fast.stream import stream
from harness.model.fast.tally import Tally
from harness.model.pace import ModelPace
from harness.run.hops import limits_of
from harness.run.progress import Stage
from harness.run.result import RunResult
from harness.run.spans import spans
from harness.run.unsupported import unsupported_toxics
from harness.scenario.scenario import Scenario
from harness.service.reference import settings_of
from harness.world_name import WorldName

__all__ = ["MANY", "FastRun"]

MANY = 20_000
"""Creates beyond which a calm scenario is played by the fast path."""

_SLICES = 100


def _lifted(scenario: Scenario, profile: Profile) -> Profile:
    """Latency phases end with the load, as where they are lifted then: here all that is to come must be known ahead."""
    ends = scenario.workload.duration
    return replace(
        profile, latency_phases=tuple(phase.cut(ends) for phase in profile.latency_phases if phase.begins < ends)
    )


class FastRun:
    """A calm scenario. every: one share in so many is recorded in full."""

    def __init__(self, scenario: Scenario, *, seed: int, pace: ModelPace, every: int = 1) -> None:
        settings = settings_of(scenario)
        width = width_of(settings)
        self.env = FastEnvironment()
        self.tally = Tally(every)
        self.clusters = {
            spec.name: FastCluster(spec.name, spec.limits.commands, width, _lifted(scenario, spec.profile), seed=seed)
            for spec in scenario.clusters
        }
        load = stream(scenario.workload, self.clusters, seed=seed, phases=scenario.phases)
        self.quick = Parts(self.env, settings, self.clusters, self.tally, load)
        records = Records(settings, seed=seed)
        self.slow_path = SlowPath(self.quick, records, settings, seed=seed)
        self._rows = rows = Rows(scenario, records, self.tally)
        self.quick.creates.ended = self.quick.calm.ended = rows.ended
        self.slow_path.removed = lambda share: rows.removed(share, self.env.now)
        self._scenario = scenario
        self._pace = pace
        self._load_ends = 0.0

    def play(self) -> RunResult:
        """Run, and what every world leaves of a run."""
        with rarely_collected():
            self.run()
            return self.played()

    def run(self) -> Tally:
        """Load, then rest, for at most the time to settle."""
        scenario, env, tally, quick = self._scenario, self.env, self.tally, self.quick
        quick.start()
        duration = scenario.workload.duration
        self._pace.enter(Stage.LOAD, of=duration)
        for step in range(1, _SLICES + 1):
            env.run(until=duration * step / _SLICES if step < _SLICES else duration)
            if self._pace.is_heard:  # else none needs to know, and each slice would ask every cluster
                quick.calm.catch_up()
            if self._pace.tell(env.now, tally.active):
                break
        quick.close()
        quick.calm.catch_up()
        self._load_ends = env.now
        self._pace.enter(Stage.QUIESCE, of=scenario.settle)
        ends = env.now + scenario.settle
        while env.now < ends and tally.active + tally.removed < tally.asked and not self._pace.stopped:
            env.run(until=min(ends, env.now + 0.1))
            quick.calm.catch_up()
        quick.finish()
        return tally

    def played(self) -> RunResult:
        """What every world leaves: the recorded shares as a history, and the exact counts as a note."""
        scenario, tally = self._scenario, self.tally
        notes = [tally.words(scenario.client.poll_every)]
        if tally.every > 1:
            notes.insert(0, f"one share in {tally.every} is recorded in full, and judged; counts in gates are of these")
        return RunResult(
            history=attribute(self._rows.history(self.env.now, self.clusters, self.quick.upkeep.asked)),
            began=0.0,
            load_ends=self._load_ends,
            ends=self.env.now,
            interrupted=self._pace.stopped,
            phases=spans(scenario, (), self._load_ends),
            limits=limits_of(scenario),
            skipped=tuple(unsupported_toxics(scenario, (), WorldName.MODEL)),
            notes=tuple(notes),
        )
