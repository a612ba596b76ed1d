"""Spoken every checker: the one table of invariants, and the verdict over all of them."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from harness.checkers.at_most_one import AT_MOST_ONE
from harness.checkers.at_rest import AT_REST
from harness.checkers.checker import Checker, run_safely
from harness.checkers.clean import CLEAN
from harness.checkers.clean_baseline import CLEAN_BASELINE
from harness.checkers.conservation import CONSERVATION
from harness.checkers.deadlines import DEADLINES
from harness.checkers.delete_is_final import DELETE_IS_FINAL
from harness.checkers.gateway_repeats import with_gateway_repeats
from harness.checkers.held import HELD
from harness.checkers.history_index import Bounds, HistoryIndex
from harness.checkers.honest_failure import HONEST_FAILURE
from harness.checkers.legal_path import LEGAL_PATH
from harness.checkers.nested_deadlines import NESTED_DEADLINES
from harness.checkers.no_ghosts import NO_GHOSTS
from harness.checkers.no_lost_promise import NO_LOST_PROMISE
from harness.checkers.notified import NOTIFIED
from harness.checkers.one_origin import ONE_ORIGIN
from harness.checkers.one_outcome import ONE_OUTCOME
from harness.checkers.only_active import ONLY_ACTIVE
from harness.checkers.only_processor_removes import ONLY_PROCESSOR_REMOVES
from harness.checkers.poison import POISON
from harness.checkers.promised_faults import PROMISED_FAULTS
from harness.checkers.quotas import TENANT_QUOTAS
from harness.checkers.recovery import RECOVERY
from harness.checkers.replay_safety import REPLAY_SAFETY
from harness.checkers.resolvable import RESOLVABLE
from harness.checkers.retry_budget import RETRY_BUDGET
from harness.checkers.status_truth import STATUS_TRUTH
from harness.checkers.taken_up import TAKEN_UP
from harness.checkers.unforced_failures import UNFORCED_FAILURES
from harness.checkers.unplanned_ends import UNPLANNED_ENDS
from harness.checkers.weaker_form import weaker_form
from reports.history import History
from reports.verdicts import Finding, Verdict, worst

__all__ = ["CHECKERS", "run_checkers", "verdict_of"]

_OTHERS: tuple[Checker, ...] = (
    UNPLANNED_ENDS,  # first, as what happened first
    AT_MOST_ONE,
    NO_GHOSTS,
    NO_LOST_PROMISE,
    LEGAL_PATH,
    STATUS_TRUTH,
    REPLAY_SAFETY,
    HONEST_FAILURE,
    DELETE_IS_FINAL,
    ONE_OUTCOME,
    CONSERVATION,
    ONLY_PROCESSOR_REMOVES,
    ONLY_ACTIVE,
    HELD,
    TAKEN_UP,
    RETRY_BUDGET,
    POISON,
    TENANT_QUOTAS,
    AT_REST,
    CLEAN,
    RESOLVABLE,
    RECOVERY,
    UNFORCED_FAILURES,
    DEADLINES,
    NESTED_DEADLINES,
    ONE_ORIGIN,
    NOTIFIED,
    PROMISED_FAULTS,
)

CHECKERS = (*_OTHERS, weaker_form(_OTHERS), CLEAN_BASELINE)


def run_checkers(history: History, bounds: Bounds, checkers: Sequence[Checker] = CHECKERS) -> tuple[Finding, ...]:
    """What every checker says, in the order of the table."""
    index = HistoryIndex(history, bounds)
    with _uncollected():
        return with_gateway_repeats([run_safely(checker, index) for checker in checkers], history)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection: the indexes hold no cycles, and a look for some in millions of rows costs a third."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """The gravest verdict of what was judged; a run in which nothing was judged is unknown."""
    judged = [finding.verdict for finding in findings if finding.judged]
    return worst(judged) if judged else Verdict.UNKNOWN
