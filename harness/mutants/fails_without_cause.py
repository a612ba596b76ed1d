"""Fails without a cause: a share whose name is not plain ASCII is taken for one that its cluster misunderstood."""

from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.processor import Table
from pipeline.processor.situation import Present, Rules, Situation
from pipeline.processor.steps import Fail, Step
from pipeline.states import ShareState

__all__ = ["OVERRIDES", "decide"]


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but for a new share with such a name, which is cleaned up."""
    record = situation.record
    if record.state is ShareState.PENDING and isinstance(situation.sight, Present) and not record.name.isascii():
        return Fail(reason="different: the share has another name")
    return by_the_protocol(situation, rules)


OVERRIDES = Overrides(table=Table(decide=decide))
