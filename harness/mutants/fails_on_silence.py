"""Reports failure on a lost reply: no answer is taken for a failed create, and a failed create has left nothing."""

from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.outcome_classes import OutcomeClass
from pipeline.processor.processor import Table
from pipeline.processor.situation import Rules, Situation
from pipeline.processor.steps import Fail, Remove, Step
from pipeline.states import ShareState

__all__ = ["OVERRIDES", "decide"]

_REASON = "no answer"


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but for a pending share whose command's outcome is unknown."""
    record = situation.record
    if record.state is ShareState.PENDING and situation.outcome_class is OutcomeClass.UNKNOWN:
        return Fail(reason=_REASON)
    if record.state is ShareState.FAILING and record.reason == _REASON:
        return Remove()
    return by_the_protocol(situation, rules)


OVERRIDES = Overrides(table=Table(decide=decide))
