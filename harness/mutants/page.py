"""The table of seeded bugs as a page of docs/, with the figures of one hunt."""

from collections.abc import Sequence

from harness.mutants.hunt import Hunted
from harness.mutants.table import MUTANTS

__all__ = ["mutants_markdown"]

_OPENING = """# Seeded bugs

Pipelines with one bug each, from classes of real incidents. `spoolproof mutants` hunts each of them in the virtual
world: it explores, schedule after schedule of faults, kills, pauses and repeated messages over one small scenario,
until a checker finds an invariant broken, and shrinks that run to what the bug needs. The tests show each bug by a run
of its own too, and that the same run of the pipeline without it is valid.

*Caught by*: the invariants that the first failing run broke, or that it was a livelock, which the world itself
reports and which is not shrunk. *After*: the runs explored until then. *Left*: the events
that no smaller run could do without, and how many arrivals; none where the load alone is enough. A star: exploring
began with a scenario that brings what the bug needs, since that is seldom drawn all at once.

Written by `make bench-mutants`, seed {seed}, {runs} runs for each at most: a bug that takes more
counts as missed. The seconds are of CPU time (exploring, shrinking) and depend on the machine; all else follows from
the seed. `spoolproof mutants NAME --out FOLDER` keeps what showed a bug, for `spoolproof replay FOLDER/NAME`.

| bug | what it does | needs | caught by | after | CPU s | left: events | arrivals |
|---|---|---|---|---:|---:|---|---:|
"""

_ADDING = """
## What is not in it

- *A breaker that burns tries.* Each try after the first begins with a look at the cluster, and a look is no try: in an
  outage a record comes to nothing but waiting, even where what was not sent is counted. `never_tries_again` is the
  breaker that breaks a promise.
- *An unbounded queue.* The record is the queue, and the pipeline admits as many as are asked for: there is no bound
  that a bug could ignore. What waits too long is told by the time to settle (L1), by recovery (L4) and by gates.
- *A timer on the wall clock.* Clocks are drawn apart by as much as `pipeline.command.skew` allows; what waits past a
  fence waits that much longer. Further off, no pipeline keeps its promises.

## Adding one

[Add a seeded bug](../how-to/add-a-seeded-bug.md) shows how.
"""


def mutants_markdown(hunted: Sequence[Hunted], *, seed: int, runs: int) -> str:
    """The whole page. runs: the most that were spent on each."""
    return _OPENING.format(seed=seed, runs=runs) + "".join(map(_row, hunted)) + _ADDING


def _row(row: Hunted) -> str:
    mutant = MUTANTS[row.name]
    name = f"`{row.name}`{' *' if mutant.guided else ''}"
    told = ", ".join(row.told_by) or "**not found**"
    return f"| {' | '.join([name, mutant.does, mutant.needs, told, f'{row.runs}', *_shrunk(row)])} |\n"


def _shrunk(row: Hunted) -> tuple[str, str, str]:
    """CPU time, events, arrivals."""
    caught = row.caught
    if caught is None:
        return f"{row.seconds:.1f}", "", ""
    events = ", ".join(caught.events) or "none"
    return f"{row.seconds:.1f} + {caught.shrinking:.1f}", events, f"{caught.shrunk.arrivals}"
