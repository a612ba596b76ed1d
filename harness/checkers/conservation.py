"""S10, conservation: at rest no message is left over, and redelivery added no effect."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from harness.checkers.checker import Checker, Need
from harness.checkers.evidence import Evidence, Story
from harness.checkers.witness import anomaly, of_change, of_effect, of_reading
from reports.history import Effect, EffectKind
from reports.verdicts import Anomaly

__all__ = ["CONSERVATION"]


def _find(evidence: Evidence) -> Iterator[Anomaly]:
    yield from _left_over(evidence)
    yield from _added_by_redelivery(evidence)


def _left_over(evidence: Evidence) -> Iterator[Anomaly]:
    """At rest: after quiescence nobody has work, so a waiting message was never ended."""
    api = evidence.reading("api", 1)
    if api is None or not api.ok:
        return
    queue = [sample for sample in evidence.history.samples if sample.metric == "queue" and sample.at >= api.at]
    if queue and queue[-1].value > 0:
        message = f"{queue[-1].value:g} messages are still waiting at rest"
        yield anomaly("S10", "", "", message, of_reading(api))


def _added_by_redelivery(evidence: Evidence) -> Iterator[Anomaly]:
    """A record that went active once needs one whole share: a second one made later came from a repeated message."""
    made: dict[str, list[Effect]] = defaultdict(list)
    for effect in evidence.history.effects:
        if effect.kind is EffectKind.CREATED and (owner := evidence.owner_of(effect)) is not None:
            made[owner].append(effect)
    for share, effects in made.items():
        story = evidence.stories.get(share)
        if story is not None:
            yield from _made_after_the_end(story, effects, evidence.bounds.skew)


def _made_after_the_end(story: Story, effects: Sequence[Effect], skew: float) -> Iterator[Anomaly]:
    active = story.first("active")
    for effect in effects if active is not None else ():
        assert active is not None
        if effect.at > active.at + skew:
            message = "was made again after its create had ended"
            yield anomaly("S10", story.location, story.name, message, of_change(active), of_effect(effect))


CONSERVATION = Checker(
    invariant="S10",
    title="each message ends once; redelivery adds nothing",
    find=_find,
    needs=frozenset({Need.EFFECTS}),
)
