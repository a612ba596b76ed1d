"""L1, at rest: within the stated time after healing nothing is pending, updating, failing or deleting."""

from collections.abc import Iterator, Sequence

from harness.checkers.checker import Checker, Need
from harness.checkers.history_index import HistoryIndex
from harness.checkers.unplanned_ends import excuse
from harness.checkers.witness import anomaly, of_attempt, of_change, of_reading
from harness.scenario.settling import settling
from reports.history import Reading, SeenShare
from reports.verdicts import Anomaly

__all__ = ["AT_REST"]


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    api = index.reading("api", 1)
    if api is None or not api.ok or index.bounds.interrupted:
        return
    for share in api.shares:
        if share.state != "active":
            yield _stuck(index, api, share)


def _stuck(index: HistoryIndex, api: Reading, share: SeenShare) -> Anomaly:
    timeline = index.timelines.get(share.share or "")
    attempts = index.attempts_by_share.get(share.share or "", ())
    last_change = of_change(timeline.changes[-1]) if timeline else None
    last_attempt = of_attempt(attempts[-1]) if attempts else None
    message = f"is still {share.state} {index.bounds.recovery:g} s after healing{_due(index)}"
    return anomaly("L1", share.location, share.name, message, last_change, last_attempt, of_reading(api, share))


def _due(index: HistoryIndex) -> str:
    """How long, with what the scenario does to the pipeline, a record may honestly need to come to rest."""
    scenario = index.bounds.scenario
    terms = settling(scenario) if scenario is not None else ()
    if not terms:
        return ""
    needed = sum(term.seconds for term in terms)
    return f"; {needed:g} s should be enough: {', '.join(map(str, terms))}"


def _doubts(index: HistoryIndex) -> Sequence[str]:
    api = index.reading("api", 1)
    if index.bounds.interrupted:
        return ["the run was interrupted before it could come to rest"]
    return [] if api is not None and api.ok else ["the API could not be read after quiescence"]


AT_REST = Checker(
    invariant="L1",
    title="nothing stays pending, updating or deleting",
    find=_find,
    needs=frozenset({Need.READINGS}),
    doubts=_doubts,
    excuse=excuse,
)
