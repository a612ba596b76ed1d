"""S10, conservation: at rest no message is left over, and redelivery added no effect."""

from collections.abc import Iterator

from harness.checkers.checker import Checker, Need
from harness.checkers.history_index import HistoryIndex
from harness.checkers.witness import anomaly, of_change, of_effect, of_reading
from reports.history import Effect, EffectKind
from reports.verdicts import Anomaly

__all__ = ["CONSERVATION"]


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    yield from _left_over(index)
    yield from _added_by_redelivery(index)


def _left_over(index: HistoryIndex) -> Iterator[Anomaly]:
    """At rest: after quiescence nobody has work, so a waiting message was never ended.

    After an unplanned end it may wait for nobody's fault; L1 tells of its record.
    """
    api = index.reading("api", 1)
    if api is None or not api.ok or index.history.part_ends:
        return
    queue = [sample for sample in index.history.samples if sample.metric == "queue" and sample.at >= api.at]
    if queue and queue[-1].value > 0:
        waiting = queue[-1].value
        are = "message is" if waiting == 1 else "messages are"
        message = f"{waiting:g} {are} still waiting at rest"
        yield anomaly("S10", "", "", message, of_reading(api))


def _added_by_redelivery(index: HistoryIndex) -> Iterator[Anomaly]:
    """A record that went active once needs one whole share: a second one made later came from a repeated message."""
    created, skew = EffectKind.CREATED, index.bounds.skew
    made = [row for row in index.history.effects if row.kind is created]
    again: dict[str, list[Anomaly]] = {}
    for effect in made:
        owner = index.owner_of(effect)
        timeline = index.timelines.get(owner or "")
        active = timeline.first("active") if timeline is not None else None
        if timeline is None or active is None or effect.at <= active.at + skew:
            continue
        if not _was_swept(index, timeline.share, effect):
            message = "was made again after its create had ended"
            found = anomaly("S10", timeline.location, timeline.name, message, of_change(active), of_effect(effect))
            again.setdefault(timeline.share, []).append(found)
    for owner in dict.fromkeys(map(index.owner_of, made)) if again else ():
        yield from again.get(owner or "", ())


def _was_swept(index: HistoryIndex, share: str, effect: Effect) -> bool:
    """Whether it came too late for any pipeline to prevent it, and was removed: as in S7 and S8, that is excused."""
    lifetimes = index.lifetimes_by_share.get(share, ())
    return any(lifetime.born is effect and lifetime.swept for lifetime in lifetimes)


CONSERVATION = Checker(
    invariant="S10",
    title="each message ends once; redelivery adds nothing",
    find=_find,
    needs=frozenset({Need.CHANGE_LOG, Need.EFFECT_LOG, Need.OWNERS}),
)
