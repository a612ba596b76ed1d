"""Takes 'already exists' for success: creates again at once after silence, and activates what is in the way."""

from connector.operations import Verb
from harness.mutants.new_request_ids import NewRequestIds
from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.outcome_classes import OutcomeClass
from pipeline.processor.processor import Table
from pipeline.processor.situation import Rules, Situation
from pipeline.processor.steps import Activate, Probe, Send, Step
from pipeline.states import ShareState

__all__ = ["OVERRIDES", "decide"]


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but without a look before the next try, and without one after 'already exists'."""
    record = situation.record
    step = by_the_protocol(situation, rules)
    if record.state is not ShareState.PENDING or not isinstance(step, Probe):
        return step
    if situation.outcome_class is OutcomeClass.TAKEN:
        return Activate(confirmed_size=record.size)
    return Send(verb=Verb.CREATE) if situation.answer is None and record.attempt > 0 else step


OVERRIDES = Overrides(table=Table(decide=decide), processor_store=NewRequestIds)
