"""Undoes an unclear create while the share is still pending: the delete is sent first, and nothing says that it was.

Whoever takes up the record next sees a pending share that is there, and activates it while the delete is on its way.
"""

from connector.operations import Verb
from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.outcome_classes import OutcomeClass
from pipeline.processor.processor import Table
from pipeline.processor.situation import Rules, Situation
from pipeline.processor.steps import Send, Step
from pipeline.states import ShareState

__all__ = ["OVERRIDES", "decide"]


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but for a create whose outcome is unknown."""
    answer = situation.answer
    is_unclear = (
        answer is not None and answer.outcome_class is OutcomeClass.UNKNOWN and answer.text.startswith("create:")
    )
    if situation.record.state is ShareState.PENDING and is_unclear:
        return Send(verb=Verb.DELETE)
    return by_the_protocol(situation, rules)


OVERRIDES = Overrides(table=Table(decide=decide))
