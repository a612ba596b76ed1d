"""V4, unplanned ends: a part of the pipeline ends only where the scenario, or the end of the run, asks it to.

A part that failed by itself (an exit status, or a signal such as SIGSEGV that a process brings upon itself) has a
defect: `invalid`. Where a signal from outside ended it (SIGKILL, which is also how the system takes memory back;
SIGTERM, after which many exit with status 0), something that the scenario did not plan took part in the run: `unknown`.
In both cases nothing that needs time to recover can be held against the pipeline afterwards, nor where the machine had
no time: see `excuse`.
"""

from collections.abc import Iterator

from harness.checkers.checker import Checker
from harness.checkers.history_index import HistoryIndex
from harness.checkers.starvation import starvation
from harness.checkers.witness import anomaly, of_part_end
from reports.history import PartEnd
from reports.verdicts import Anomaly

__all__ = ["UNPLANNED_ENDS", "excuse"]

_OWN_SIGNALS = frozenset({"SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGSYS", "SIGTRAP"})


def excuse(index: HistoryIndex) -> str | None:
    """Why what did not come to rest in time proves nothing against the pipeline, or None."""
    ends = index.history.part_ends
    if not ends:
        return starvation(index)
    first = ends[0]
    return f"perhaps only because the {first.part} ended unplanned at {first.at:.2f} s"


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    for end in index.history.part_ends:
        yield anomaly("V4", "", "", f"the {end.part} ended unplanned: {end.how}", of_part_end(end))


def _from_outside(index: HistoryIndex) -> str | None:
    """Where no end was a part's own doing."""
    if any(map(_by_itself, index.history.part_ends)):
        return None
    return "; ".join(f"the {end.part} ended unplanned at {end.at:.2f} s: {end.how}" for end in index.history.part_ends)


def _by_itself(end: PartEnd) -> bool:
    return bool(end.status) or end.signal in _OWN_SIGNALS


UNPLANNED_ENDS = Checker(
    invariant="V4", title="no part of the pipeline ends unplanned", find=_find, excuse=_from_outside
)
