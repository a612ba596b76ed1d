"""Trusts exit status 0: a create that was answered with success is called active, and nobody looks."""

from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.outcome_classes import OutcomeClass
from pipeline.processor.processor import Table
from pipeline.processor.situation import Rules, Situation
from pipeline.processor.steps import Activate, Step
from pipeline.states import ShareState

__all__ = ["OVERRIDES", "decide"]


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but for a pending share whose create was answered as done."""
    if situation.record.state is ShareState.PENDING and situation.outcome_class is OutcomeClass.DONE:
        return Activate(confirmed_size=situation.record.size)
    return by_the_protocol(situation, rules)


OVERRIDES = Overrides(table=Table(decide=decide))
