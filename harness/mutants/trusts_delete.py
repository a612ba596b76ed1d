"""Takes a delete for done as soon as it was sent: the record goes, whatever the answer was."""

from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.processor import Table
from pipeline.processor.situation import Rules, Situation
from pipeline.processor.steps import Remove, Step
from pipeline.states import ShareState

__all__ = ["OVERRIDES", "decide"]


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but for a share on its way out whose delete has had any answer."""
    if situation.record.state in (ShareState.FAILING, ShareState.DELETING) and situation.answer is not None:
        return Remove()
    return by_the_protocol(situation, rules)


OVERRIDES = Overrides(table=Table(decide=decide))
