"""Takes access for taken away as soon as the deny was sent, whatever the cluster has."""

from pipeline.kinds.table import kind_of
from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.processor import Table
from pipeline.processor.situation import Rules, Situation
from pipeline.processor.steps import Activate, Step
from pipeline.states import Operation, ShareState

__all__ = ["OVERRIDES", "decide"]


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but for a deny that has had any answer."""
    record = situation.record
    is_deny = record.state is ShareState.UPDATING and record.operation is Operation.DENY
    if is_deny and situation.answer is not None:
        return Activate(confirmed_size=record.size, parts=kind_of(record).parts_after(record, None))
    return by_the_protocol(situation, rules)


OVERRIDES = Overrides(table=Table(decide=decide))
