"""The same scenario with one seed after another, on all cores: how sure the figures of a run are, and whether the
pipeline keeps its promises in all of them."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from harness.confidence import Interval, interval
from harness.journal import journal_of
from harness.measure import MeasureWindow, measure
from harness.model.fast.tally import Tally
from harness.model.runner import ModelRunner
from harness.processes import spawned
from harness.scenario.scenario import Percentile, Scenario, Statistic
from harness.world_name import WorldName
from reports.history import History
from reports.journal import Journal
from reports.measures import quantile
from reports.verdicts import Verdict

__all__ = ["FIGURES", "Judged", "Replication", "Replications", "judged", "replicate", "replication_of", "words"]

FIGURES = (
    "mean seconds to active",
    "p50 seconds to active",
    "p99 seconds to active",
    "timeouts per command",
)
_GRAVEST_FIRST = sorted(Verdict, key=lambda verdict: -verdict.rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of one replication. broken: the invariants that make the verdict what it is. failed: its gates."""

    verdict: Verdict
    broken: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def gravity(self) -> tuple[int, bool]:
        """The gravest is the greatest: a failed gate matters least."""
        return self.verdict.rank, bool(self.failed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replication:
    """One of them. figures: in the order of `FIGURES`; None where there was nothing to measure."""

    judged: Judged
    figures: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replications:
    """figures: by name, the value of each replication that has one. judged: by seed, in the order of the values."""

    judged: Mapping[int, Judged]
    figures: Mapping[str, tuple[float, ...]]

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(self.judged)

    @property
    def gravest(self) -> int | None:
        """The first seed of the gravest verdict; None where none was played."""
        return max(self.judged, key=lambda seed: self.judged[seed].gravity, default=None)

    @property
    def intervals(self) -> Mapping[str, Interval]:
        """The 95 % interval of each figure's mean."""
        return {name: interval(values) for name, values in self.figures.items() if values}


def replicate(
    scenario: Scenario, *, seed: int, count: int, jobs: int | None = None, told: Callable[[int], bool] | None = None
) -> Replications:
    """Play and judge it with the seeds from `seed` on, in processes of their own.

    told: how many are done; True: stop.
    """
    found: dict[int, Replication] = {}
    with spawned(min(count, jobs or os.cpu_count() or 1)) as pool:
        playing = {pool.submit(replication_of, scenario, each): each for each in range(seed, seed + count)}
        for done in as_completed(playing):
            found[playing[done]] = done.result()
            if told is not None and told(len(found)):
                break
    kept = {each: found[each] for each in sorted(found)}
    columns = zip(*(each.figures for each in kept.values()), strict=True)
    return Replications(
        judged={each: one.judged for each, one in kept.items()},
        figures={
            name: tuple(value for value in column if value is not None)
            for name, column in zip(FIGURES, columns, strict=True)
        },
    )


def replication_of(scenario: Scenario, seed: int) -> Replication:
    """Play and judge one. Where the fast path records only a part of the shares, that part is judged, and the figures
    are those of all."""
    played, tally = ModelRunner().run_counted(scenario, seed=seed)
    journal = journal_of(scenario, played, seed=seed, world=WorldName.MODEL, command="")
    return Replication(judged=judged(journal), figures=_observed(played.history) if tally is None else _counted(tally))


def judged(journal: Journal) -> Judged:
    """What became of a run."""
    verdict = journal.verdict
    grave = [row.invariant for row in journal.findings if row.judged and row.verdict is verdict]
    return Judged(
        verdict=verdict,
        broken=() if verdict is Verdict.VALID else tuple(grave),
        failed=tuple(gate.expression for gate in journal.gates if not gate.passed),
    )


def words(replications: Replications) -> tuple[str, ...]:
    """What became of all, then one line per figure."""
    count = len(replications.judged)
    return (
        *_verdicts(replications.judged),
        *(
            f"{name}: {found.mean:.4g} ± {found.half:.2g} (95 % interval of {count} replications)"
            for name, found in replications.intervals.items()
        ),
    )


def _verdicts(rows: Mapping[int, Judged]) -> Iterator[str]:
    """How many came to which verdict, then the seeds of those that are not valid, or failed a gate, by the reason."""
    counts = {verdict: sum(row.verdict is verdict for row in rows.values()) for verdict in _GRAVEST_FIRST}
    tally = ", ".join(f"{number} {verdict}" for verdict, number in counts.items() if number)
    yield f"{len(rows)} replications were judged: {tally or 'none'}"
    seeds: dict[tuple[str, str], list[int]] = defaultdict(list)
    for seed, row in rows.items():
        if row.verdict is not Verdict.VALID:
            seeds[row.verdict, ", ".join(row.broken) or "nothing was judged"].append(seed)
        elif row.failed:
            seeds["valid, and failed", ", ".join(row.failed)].append(seed)
    for (verdict, why), those in seeds.items():
        yield f"{verdict} ({why}): {len(those)} of {len(rows)} replications, with --seed {_ranges(those)}"


def _ranges(seeds: Sequence[int]) -> str:
    """Rising numbers, those that follow each other as one range."""
    runs: list[list[int]] = []
    for seed in seeds:
        if runs and runs[-1][-1] == seed - 1:
            runs[-1][1:] = [seed]
        else:
            runs.append([seed])
    return ", ".join(" to ".join(map(str, run)) for run in runs)


def _counted(tally: Tally) -> tuple[float | None, ...]:
    """From the exact counts of a fast run."""
    ordered = sorted(tally.after)
    commands = sum(tally.commands.values())
    return (
        fmean(ordered) if ordered else None,
        *(quantile(ordered, share) for share in (0.5, 0.99)),
        tally.timeouts / commands if commands else None,
    )


def _observed(history: History) -> tuple[float | None, ...]:
    """From the history. What never came to active counts as long as it was watched."""
    whole = MeasureWindow(begins=0.0, ends=float("inf"), whole=True)
    found = [
        measure(statistic, "create.active", history, whole)
        for statistic in (Statistic.MEAN, Percentile(percent=Decimal(50)), Percentile(percent=Decimal(99)))
    ]
    commands = {row.number for row in history.attempts if row.is_command}
    late = sum(row.attempt in commands for row in history.timeouts)
    return (*(None if figure is None else figure.shown for figure in found), late / len(commands) if commands else None)
