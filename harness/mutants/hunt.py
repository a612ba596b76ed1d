"""Hunts a seeded bug: plays its scenario with one seed after another until an invariant is broken."""

import logging
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from time import process_time

from harness.mutants.mutant import Mutant
from harness.mutants.table import MUTANTS
from harness.run import journal_of
from harness.virtual.world import VirtualWorld
from harness.world_name import WorldName
from reports.history import History, Purpose
from reports.verdicts import Verdict

__all__ = ["Caught", "Hunted", "hunt", "hunt_all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """The first run that showed a bug. broken: the invariants that told. strikes: faults, kills and pauses in it.

    arrivals: ops of its load.
    """

    seed: int
    broken: tuple[str, ...]
    strikes: int
    arrivals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunted:
    """What became of one bug. runs: played, with the one that caught it. seconds: of CPU time."""

    name: str
    runs: int
    seconds: float
    caught: Caught | None


def hunt(mutant: Mutant, *, seed: int, runs: int) -> Hunted:
    """Play at most `runs` seeds, from `seed` on. Raises `WorldError` where a run breaks by itself."""
    began = process_time()
    world = VirtualWorld(sampled=False, seams=mutant.seams)
    caught = None
    played = 0
    while caught is None and played < runs:
        caught = _caught(mutant, world, seed + played)
        played += 1
    return Hunted(name=mutant.name, runs=played, seconds=process_time() - began, caught=caught)


def hunt_all(
    names: Sequence[str], *, seed: int, runs: int, jobs: int, told: Callable[[Hunted], bool]
) -> tuple[Hunted, ...]:
    """Hunt several, each in one of `jobs` processes; in the order of `names`. told: of each at its end; True: stop."""
    found: dict[str, Hunted] = {}
    context = get_context("spawn")  # a fork would copy whatever threads the caller has
    with ProcessPoolExecutor(min(jobs, len(names)), mp_context=context, initializer=_be_quiet) as pool:
        for done in as_completed([pool.submit(_hunt_named, name, seed, runs) for name in names]):
            hunted = done.result()
            found[hunted.name] = hunted
            if told(hunted):
                pool.shutdown(cancel_futures=True)
                break
    return tuple(found[name] for name in names if name in found)


def _hunt_named(name: str, seed: int, runs: int) -> Hunted:
    return hunt(MUTANTS[name], seed=seed, runs=runs)


def _be_quiet() -> None:
    """Ctrl-C is for the process that asked; and what a pipeline with a bug complains of is no news."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)


def _caught(mutant: Mutant, world: VirtualWorld, seed: int) -> Caught | None:
    scenario = mutant.scenario
    played = world.play_now(scenario, seed=seed)
    journal = journal_of(
        scenario, played, seed=seed, world=WorldName.VIRTUAL, command=f"spoolproof mutants {mutant.name} --seed {seed}"
    )
    broken = tuple(row.invariant for row in journal.findings if row.judged and row.verdict is Verdict.INVALID)
    if not broken:
        return None
    return Caught(seed=seed, broken=broken, strikes=_strikes(played.history), arrivals=_arrivals(played.history))


def _strikes(history: History) -> int:
    return len(history.injections) + sum(row.action in {"kill", "pause", "crash"} for row in history.nemesis)


def _arrivals(history: History) -> int:
    return sum(op.purpose is not Purpose.POLL for op in history.ops)
