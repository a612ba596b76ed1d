"""Takes a share that is larger than asked for one whose size was rounded up: a shrink that did nothing came about."""

from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.processor import Table
from pipeline.processor.situation import Present, Rules, Situation
from pipeline.processor.steps import Activate, Step
from pipeline.states import ShareState

__all__ = ["OVERRIDES", "decide"]


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but for an update of a share that is seen to be large enough."""
    record, sight = situation.record, situation.sight
    if record.state is ShareState.UPDATING and isinstance(sight, Present) and sight.view.size >= record.size:
        return Activate(confirmed_size=sight.view.size)
    return by_the_protocol(situation, rules)


OVERRIDES = Overrides(table=Table(decide=decide))
