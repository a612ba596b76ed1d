"""Exploring: schedule after schedule of what can break, to the first that breaks a promise; then the smallest such.

schedule.py     a schedule, and how it is laid over a base scenario
draw.py         one event
parameters.py   with which parameters it strikes
drawing.py      one schedule: fresh, or a change of one that showed something new
coverage.py     what a run has exercised
trial.py        one schedule played and judged
crew.py         many of them, here or in several processes
explore.py      the search; exploration.py what it has found
ddmin.py        delta debugging
simplify.py     simpler forms of one event
shrink.py       from a failure to the smallest that still fails
story.py        a failure in a few lines
tables.py       events as a scenario file spells them
regression.py   a failure as a scenario file
replay.py       a journal, played again
"""

from harness.explore.exploration import Breakdown, Exploration, Failure, Standing
from harness.explore.explore import explore
from harness.explore.schedule import Schedule, laid
from harness.explore.shrink import Shrunk, shrink

__all__ = ["Breakdown", "Exploration", "Failure", "Schedule", "Shrunk", "Standing", "explore", "laid", "shrink"]
