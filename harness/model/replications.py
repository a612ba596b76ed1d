"""The same scenario with one seed after another, on all cores: how sure the figures of a run are."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import as_completed
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from harness.measure import Window, measure
from harness.model.pace import Pace
from harness.model.scale.plain import NotCalm, objection
from harness.model.scale.run import MANY, QuickRun
from harness.model.student import Interval, interval
from harness.model.twin.course import Course
from harness.processes import spawned
from harness.scenario.scenario import Percentile, Scenario, Statistic
from reports.history import History
from reports.measures import quantile

__all__ = ["FIGURES", "Replications", "replicate", "words"]

FIGURES = (
    "mean seconds to active",
    "p50 seconds to active",
    "p99 seconds to active",
    "timeouts per command",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replications:
    """figures: by name, the value of each replication that has one. seeds: in the order of the values."""

    seeds: tuple[int, ...]
    figures: Mapping[str, tuple[float, ...]]

    @property
    def intervals(self) -> Mapping[str, Interval]:
        """The 95 % interval of each figure's mean."""
        return {name: interval(values) for name, values in self.figures.items() if values}


def replicate(
    scenario: Scenario, *, seed: int, count: int, jobs: int | None = None, told: Callable[[int], bool] | None = None
) -> Replications:
    """Play it with the seeds from `seed` on, in processes of their own. told: how many are done; True: stop."""
    seeds = tuple(range(seed, seed + count))
    found: dict[int, tuple[float | None, ...]] = {}
    workers = min(count, jobs or os.cpu_count() or 1)
    with spawned(workers) as pool:
        playing = {pool.submit(figures_of, scenario, each): each for each in seeds}
        for done in as_completed(playing):
            found[playing[done]] = done.result()
            if told is not None and told(len(found)):
                break
    kept = tuple(each for each in seeds if each in found)
    columns = zip(*(found[each] for each in kept), strict=True)
    return Replications(
        seeds=kept,
        figures={
            name: tuple(value for value in column if value is not None)
            for name, column in zip(FIGURES, columns, strict=True)
        },
    )


def figures_of(scenario: Scenario, seed: int) -> tuple[float | None, ...]:
    """The figures of one replication, in the order of `FIGURES`; None where there was nothing to measure."""
    if scenario.workload.rate * scenario.workload.duration > MANY and objection(scenario) is None:
        run = QuickRun(scenario, seed=seed, pace=Pace(), every=1 << 60)
        try:
            return _counted(run)
        except NotCalm:
            pass
    return _observed(Course(scenario, seed=seed, pace=Pace()).run().history)


def words(replications: Replications) -> tuple[str, ...]:
    """One line per figure."""
    count = len(replications.seeds)
    return tuple(
        f"{name}: {found.mean:.4g} ± {found.half:.2g} (95 % interval of {count} replications)"
        for name, found in replications.intervals.items()
    )


def _counted(run: QuickRun) -> tuple[float | None, ...]:
    """From the exact counts of a quick run."""
    tally = run.run()
    ordered = sorted(tally.after)
    commands = sum(tally.commands.values())
    return (
        fmean(ordered) if ordered else None,
        *(quantile(ordered, share) for share in (0.5, 0.99)),
        tally.timeouts / commands if commands else None,
    )


def _observed(history: History) -> tuple[float | None, ...]:
    """From the history. What never came to active counts as long as it was watched."""
    whole = Window(begins=0.0, ends=float("inf"), whole=True)
    found = [
        measure(statistic, "create.active", history, whole)
        for statistic in (Statistic.MEAN, Percentile(percent=Decimal(50)), Percentile(percent=Decimal(99)))
    ]
    commands = {row.number for row in history.attempts if row.is_command}
    late = sum(row.attempt in commands for row in history.timeouts)
    return (*(None if figure is None else figure.shown for figure in found), late / len(commands) if commands else None)
