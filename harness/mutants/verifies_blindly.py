"""Verifies without a look: whatever is asked to be looked at is as it should be."""

from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.processor import Table
from pipeline.processor.situation import Rules, Situation
from pipeline.processor.steps import Activate, Step
from pipeline.states import Operation, ShareState

__all__ = ["OVERRIDES", "decide"]


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but for a verify."""
    record = situation.record
    if record.state is ShareState.UPDATING and record.operation is Operation.VERIFY:
        return Activate(confirmed_size=record.size)
    return by_the_protocol(situation, rules)


OVERRIDES = Overrides(table=Table(decide=decide))
