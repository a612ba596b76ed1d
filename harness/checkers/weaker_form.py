"""V2, weaker form: without an effect log (a real connector) some invariants are judged by what can be read."""

from collections.abc import Iterator

from harness.checkers.checker import Checker
from harness.checkers.history_index import HistoryIndex
from reports.verdicts import Anomaly

__all__ = ["WEAKER_FORM"]


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    return iter(())


def _remark(index: HistoryIndex) -> str:
    if index.history.has_effect_log:
        return "the clusters' own effect logs were judged"
    return "no effect log: S1, S2, S5, S7 and S8 were judged by answers and readings alone, which see less"


WEAKER_FORM = Checker(invariant="V2", title="the verdict says by which form it was judged", find=_find, remark=_remark)
