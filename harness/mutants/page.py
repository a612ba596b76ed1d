"""The table of seeded bugs as a page of docs/, with the figures of one hunt."""

from collections.abc import Sequence

from harness.mutants.hunt import Hunted
from harness.mutants.table import MUTANTS

__all__ = ["mutants_markdown"]

_OPENING = """# Seeded bugs

Pipelines with one bug each, from classes of real incidents. `spoolproof mutants` hunts each of them: it plays a small
scenario in the virtual world with one seed after another, until a checker finds an invariant broken. The same scenarios
played by the pipeline without the bug are valid; the tests see to that.

*Needs* is what the scenario brings, *caught by* the invariants that found an anomaly, *after* the number of runs,
*strikes* the faults, kills and pauses of the run that showed it, and *arrivals* the ops of its load. The seconds are of
CPU time and depend on the machine; everything else follows from the seed.

Written by `spoolproof mutants --docs docs/mutants.md`, seed {seed}.

| bug | what it does | needs | caught by | after | CPU s | strikes | arrivals |
|---|---|---|---|---:|---:|---:|---:|
"""


def mutants_markdown(hunted: Sequence[Hunted], *, seed: int) -> str:
    """The whole page."""
    return _OPENING.format(seed=seed) + "".join(map(_row, hunted))


def _row(row: Hunted) -> str:
    mutant, caught = MUTANTS[row.name], row.caught
    found = (
        ["**not found**", f"{row.runs}", f"{row.seconds:.1f}", "", ""]
        if caught is None
        else [", ".join(caught.broken), f"{row.runs}", f"{row.seconds:.1f}", f"{caught.strikes}", f"{caught.arrivals}"]
    )
    return f"| {' | '.join([f'`{row.name}`', mutant.does, mutant.needs, *found])} |\n"
