"""V2, weaker form: the verdict says what the run was judged without, and which invariants that concerns."""

from collections.abc import Iterator, Sequence

from harness.checkers.checker import Checker, Need, has
from harness.checkers.history_index import HistoryIndex
from reports.connector_lacks import in_detail
from reports.verdicts import Anomaly

__all__ = ["weaker_form"]

_BY_ALL_LOGS = "judged from the service's change log and the clusters' effect logs"
_LOGS = (Need.CHANGE_LOG, Need.COMMAND_LOG, Need.EFFECT_LOG, Need.WRITERS, Need.REASONS, Need.OWNERS)


def weaker_form(checkers: Sequence[Checker]) -> Checker:
    """The checker for a table of the others."""

    def remark(index: HistoryIndex) -> str:
        lacking = [need for need in _LOGS if not has(index, need)]
        said = [f"no {need}: {_concerned(checkers, need, index)}" for need in lacking] or [_BY_ALL_LOGS]
        allowed = [f"allowed: {words}" for words in index.bounds.allowances.described]
        return "; ".join([*said, *in_detail(index.bounds.clusters), *allowed])

    return Checker(invariant="V2", title="the verdict says by which form it was judged", find=_find, remark=remark)


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    return iter(())


def _concerned(checkers: Sequence[Checker], need: Need, index: HistoryIndex) -> str:
    helped = [each for each in checkers if need in each.helped_by and need not in each.needs]
    idle = [each for each in helped if str(need) in (each.idle(index) or "")]
    unjudged = ", ".join(each.invariant for each in checkers if need in each.needs or each in idle)
    weaker = ", ".join(each.invariant for each in helped if each not in idle)
    said = [f"{unjudged} not judged"] if unjudged else []
    said += [f"{weaker} judged in a weaker form, which sees less, or nothing"] if weaker else []
    return "; ".join(said)
