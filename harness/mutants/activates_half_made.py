"""Activates a half-made share: it is listed under its name, so it will be there."""

from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.processor import Table
from pipeline.processor.situation import Present, Rules, Situation
from pipeline.processor.steps import Activate, Step
from pipeline.states import ShareState

__all__ = ["OVERRIDES", "decide"]


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but for a pending share that the cluster shows as not complete."""
    sight = situation.sight
    if situation.record.state is ShareState.PENDING and isinstance(sight, Present) and not sight.view.complete:
        return Activate(confirmed_size=sight.view.size)
    return by_the_protocol(situation, rules)


OVERRIDES = Overrides(table=Table(decide=decide))
