"""Ends a create that was cancelled as soon as nothing is seen of it: the create may still be on its way."""

from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.processor import Table
from pipeline.processor.situation import Absent, Rules, Situation
from pipeline.processor.steps import Remove, Step
from pipeline.states import ShareState

__all__ = ["OVERRIDES", "decide"]


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but neither delete nor fence stand between a cancelled create and the end of its record."""
    record = situation.record
    is_cancelled = record.state is ShareState.DELETING and record.confirmed_size is None
    if is_cancelled and isinstance(situation.sight, Absent):
        return Remove()
    return by_the_protocol(situation, rules)


OVERRIDES = Overrides(table=Table(decide=decide))
