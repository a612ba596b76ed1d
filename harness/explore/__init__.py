"""Exploring: runs drawn schedules until one violates an invariant, then shrinks it.

schedule.py     a schedule, and how it is laid over a base scenario
draw.py         the dice
events.py       one event: drawn, moved, simplified and described …
fault_events.py      … a fault
nemesis_events.py    … a nemesis step
delivery_events.py   … a delivery
store_events.py      … a fault of the store
receiver_events.py   … a rule of receivers
toxic_events.py      … a toxic
settings.py     settings of the pipeline, drawn and simplified
parameters.py   its parameters, drawn and simplified
rounding.py     rounder instants and shorter times
drawing.py      one schedule: fresh, or a mutation of one with new coverage
coverage.py     the coverage of a run
trial.py        one schedule run and judged
executor.py     many of them, in this process or in several
explore.py      the search; exploration.py what it has found
ddmin.py        delta debugging
confirm.py      a failure played again, where no two runs are alike
shrink.py       from a failure to the smallest that still fails
summary.py      a failure in a few lines
regression.py   a failure as a scenario file
replay.py       a journal, run again
"""

from harness.explore.confirm import Confirmation, confirm
from harness.explore.exploration import Breakdown, Exploration, ExplorationStats, Failure, UnknownRun
from harness.explore.explore import explore
from harness.explore.schedule import Schedule, laid
from harness.explore.shrink import Shrunk, shrink

__all__ = [
    "Breakdown",
    "Confirmation",
    "Exploration",
    "ExplorationStats",
    "Failure",
    "Schedule",
    "Shrunk",
    "UnknownRun",
    "confirm",
    "explore",
    "laid",
    "shrink",
]
