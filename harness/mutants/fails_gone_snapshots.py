"""Takes a snapshot that is gone for a delete that failed: a delete that is taken up again finds what it did itself."""

from connector.values import replace
from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.outcome_classes import OutcomeClass
from pipeline.processor.processor import Table
from pipeline.processor.situation import Rules, Situation
from pipeline.processor.steps import Activate, Step
from pipeline.states import Operation, ShareState

__all__ = ["OVERRIDES", "decide"]


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but only the answer `done` says that a snapshot was removed."""
    step, record = by_the_protocol(situation, rules), situation.record
    is_delete = record.state is ShareState.UPDATING and record.operation is Operation.SNAPSHOT_DELETE
    is_again = record.attempt > 0 and situation.outcome_class is not OutcomeClass.DONE
    if is_delete and is_again and isinstance(step, Activate) and step.reason is None:
        return replace(step, reason="snapshot not removed: there is no such snapshot")
    return step


OVERRIDES = Overrides(table=Table(decide=decide))
