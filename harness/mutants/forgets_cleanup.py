"""Forgets the cleanup: what failed, or shall be deleted, loses its record, and nobody looks at the cluster."""

from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.processor import Table
from pipeline.processor.situation import Rules, Situation
from pipeline.processor.steps import Remove, Step
from pipeline.states import ShareState

__all__ = ["OVERRIDES", "decide"]


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but for a share on its way out."""
    if situation.record.state in (ShareState.FAILING, ShareState.DELETING):
        return Remove()
    return by_the_protocol(situation, rules)


OVERRIDES = Overrides(table=Table(decide=decide))
