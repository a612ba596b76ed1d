"""N1, notified: each outcome is told, at least once on the wire and exactly once per dedupe id, and nothing else is."""

from collections.abc import Iterator, Sequence
from operator import attrgetter

from harness.checkers.checker import Checker, Need
from harness.checkers.evidence import Evidence
from harness.checkers.grouped import grouped
from harness.checkers.story import Story
from harness.checkers.unplanned_ends import excuse
from harness.checkers.witness import anomaly, of_change, of_notice
from reports.history import Notice
from reports.verdicts import Anomaly

__all__ = ["NOTIFIED"]


def _find(evidence: Evidence) -> Iterator[Anomaly]:
    by_share = grouped(evidence.history.notices, by=attrgetter("share"))
    for story in evidence.stories.values():
        yield from _untold(story, by_share.get(story.share, ()))
    yield from _contradictions(evidence)


def _untold(story: Story, notices: Sequence[Notice]) -> Iterator[Anomaly]:
    told = {notice.outcome for notice in notices}
    for outcome, change in (("active", story.first("active")), ("removed", story.removed)):
        if change is not None and outcome not in told:
            message = f"became {outcome}, and nobody was told"
            yield anomaly("N1", story.location, story.name, message, of_change(change))


def _contradictions(evidence: Evidence) -> Iterator[Anomaly]:
    """One dedupe id stands for one outcome; nothing is told before it is true."""
    seen: dict[str, Notice] = {}
    for notice in evidence.history.notices:
        first = seen.setdefault(notice.dedupe_id, notice)
        if (first.share, first.outcome) != (notice.share, notice.outcome):
            message = f"the dedupe id {notice.dedupe_id} stands for two outcomes"
            yield anomaly("N1", notice.location, notice.name, message, of_notice(first), of_notice(notice))
        story = evidence.stories.get(notice.share)
        change = None if story is None else (story.removed if notice.outcome == "removed" else story.first("active"))
        if change is None or notice.at < change.at - evidence.bounds.skew:
            message = f"was told to be {notice.outcome} before it was"
            yield anomaly("N1", notice.location, notice.name, message, of_notice(notice))


def _idle(evidence: Evidence) -> str | None:
    return None if evidence.history.has_notices else "this pipeline sends no notices"


NOTIFIED = Checker(
    invariant="N1",
    title="each outcome is notified",
    find=_find,
    idle=_idle,
    needs=frozenset({Need.CHANGES}),
    excuse=excuse,
)
