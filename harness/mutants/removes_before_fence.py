"""Removes the record before the fence: it gives up at the first silence, deletes what it sees, and does not wait."""

from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.outcome_classes import OutcomeClass
from pipeline.processor.processor import Table
from pipeline.processor.situation import Rules, Situation
from pipeline.processor.steps import Fail, Remove, Step, WaitUntil
from pipeline.states import ShareState

__all__ = ["OVERRIDES", "decide"]


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but for a create without an answer, and for the end of its cleanup."""
    step = by_the_protocol(situation, rules)
    if situation.record.state is ShareState.PENDING and situation.outcome_class is OutcomeClass.UNKNOWN:
        return Fail(reason="no answer")
    is_leaving = situation.record.state in (ShareState.FAILING, ShareState.DELETING)
    return Remove() if is_leaving and isinstance(step, WaitUntil) else step


OVERRIDES = Overrides(table=Table(decide=decide))
