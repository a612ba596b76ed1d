"""One run of the fast path, in the stages of every world."""

from connector.operations import Verb
from connector.values import replace
from fake_clusters.profile import Profile
from harness.attribution import attribute
from harness.garbage import rarely_collected
from harness.model.environment import FastEnvironment
from harness.model.fast.eligible import NotEligible
from harness.model.fast.parts import Parts, width_of
from harness.model.fast.records import Records
from harness.model.fast.routing import Routing
from harness.model.fast.rows import Rows
from harness.model.fast.share import FastCluster, Share
from harness.model.fast.slow_path import SlowPath
from harness.model.fast.stream import stream
from harness.model.fast.struck import StruckShares
from harness.model.fast.struck_rows import Shown
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
from harness.service.reference import deadlines_of, settings_of
from harness.workload.names import share_name
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


def _routing(scenario: Scenario, seed: int, patience: float) -> Routing:
    names = [cluster.name for cluster in scenario.clusters]
    return Routing(scenario.faults, names, seed=seed, reach=2 * patience + 1.0)


class FastRun:
    """A calm scenario, but for the shares that a fault may strike. every: one share in so many is recorded in full."""

    def __init__(self, scenario: Scenario, *, seed: int, pace: ModelPace, every: int = 1) -> None:
        settings = settings_of(scenario)
        width = width_of(settings)
        self.env = FastEnvironment()
        self.tally = Tally(every)
        self.clusters = {
            spec.name: FastCluster(spec.name, spec.limits.commands, width, _lifted(scenario, spec.profile), seed=seed)
            for spec in scenario.clusters
        }
        routing = _routing(scenario, seed, deadlines_of(settings.command).command) if scenario.faults else None
        load = stream(scenario.workload, self.clusters, seed=seed, phases=scenario.phases, routing=routing)
        self.quick = Parts(self.env, settings, self.clusters, self.tally, load)
        records = Records(settings, seed=seed)
        self.slow_path = SlowPath(self.quick, records, settings, seed=seed)
        self._rows = rows = Rows(scenario, records, self.tally)
        self.quick.creates.ended = self.quick.calm.ended = rows.ended
        self.slow_path.removed = lambda share: rows.removed(share, self.env.now)
        self._struck = None if routing is None else self._open_struck(scenario, records, routing, seed)
        self._rested = 0.0
        self._at_rest: Shown = {}
        self._log = NemesisLog(lambda: self.env.now)
        self._scenario = scenario
        self._pace = pace
        self._load_ends = 0.0

    def _open_struck(self, scenario: Scenario, records: Records, routing: Routing, seed: int) -> StruckShares:
        """The general path for what a fault may strike; all else is asked whether it still is calm."""
        quick, env = self.quick, self.env
        specs = [replace(spec, profile=_lifted(scenario, spec.profile)) for spec in scenario.clusters]
        struck = StruckShares(quick, specs, scenario.faults, records, seed)

        def create(share: Share) -> None:
            if share.is_struck:
                struck.work(share)
            else:
                quick.creates.create(share)

        def check(share: Share, verb: Verb, attempt: int = 1) -> None:
            name = share_name(seed, share.number)
            if routing.strikes(share.cluster.name, name, verb, attempt, env.now):
                raise NotEligible(f"a fault strikes share {share.number}, which was taken for calm")

        quick.claims.accept, quick.claims.create = struck.accept, create
        quick.creates.check, quick.creates.checked_from = check, routing.late_from
        quick.claims.most_full = len(specs) - 1
        self.slow_path.check = check
        quick.upkeep.strikes = lambda cluster, number: routing.may_strike_list(cluster.name, number, env.now)
        return struck

    def play(self) -> RunResult:
        """Run, and what every world leaves of a run. Raises `NotEligible`."""
        try:
            with rarely_collected():
                self.run()
                return self.played()
        finally:
            if self._struck is not None:
                self._struck.close()

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
        if self._struck is not None:
            self._heal(self._struck)
        self._pace.enter(Stage.QUIESCE, of=scenario.settle)
        ends = env.now + scenario.settle
        while env.now < ends and not self._is_at_rest() and not self._pace.stopped:
            env.run(until=min(ends, env.now + 0.1))
            quick.calm.catch_up()
        if self._struck is not None:
            self._fence(self._struck)
        quick.finish()
        return tally

    def _is_at_rest(self) -> bool:
        tally, struck = self.tally, self._struck
        return tally.active + tally.removed >= tally.asked and (struck is None or struck.is_idle)

    def _heal(self, struck: StruckShares) -> None:
        self._log.note("heal", "all", "no more faults; what is down comes back")
        struck.heal()
        self._log.note("healed", "all")

    def _fence(self, struck: StruckShares) -> None:
        """Until nothing of theirs can take effect any more."""
        env, rules = self.env, self._scenario.faults
        self._log.note("quiesce", "all", "at rest" if self._is_at_rest() else "not at rest")
        self._rested, self._at_rest = env.now, struck.shown()
        due = last_effect_due(rules, struck.injections)
        ends = fence_ends(self._scenario, (), now=env.now, effects_due=due, deadlines=struck.unclear)
        self._pace.enter(Stage.FENCE, of=ends - env.now)
        if ends > env.now and not self._pace.stopped:
            env.run(until=ends)
            self.quick.calm.catch_up()
        struck.finish()

    def played(self) -> RunResult:
        """What every world leaves: the recorded shares as a history, and the exact counts as a note."""
        scenario, tally = self._scenario, self.tally
        notes = [tally.words(scenario.client.poll_every)]
        if tally.every > 1:
            notes.insert(0, f"one share in {tally.every} is recorded in full, and judged; counts in gates are of these")
        struck = None if self._struck is None else self._struck.rows(self._rested, self._at_rest, self._log.actions)
        if struck is not None:
            notes.append(f"a fault might strike {len(struck.lives)} shares: all of these are recorded in full")
        return RunResult(
            history=attribute(self._rows.history(self.env.now, self.clusters, self.quick.upkeep.asked, struck)),
            began=0.0,
            load_ends=self._load_ends,
            ends=self.env.now,
            interrupted=self._pace.stopped,
            phases=spans(scenario, (), self._load_ends),
            limits=limits_of(scenario),
            skipped=tuple(unsupported_toxics(scenario, (), WorldName.MODEL)),
            notes=tuple(notes),
        )
