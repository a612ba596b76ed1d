"""Takes what has the name for its own: without marks, a share of somebody else is deleted as a create gone wrong."""

from connector.operations import Verb
from pipeline.overrides import Overrides
from pipeline.processor.decide import decide as by_the_protocol
from pipeline.processor.outcome_classes import OutcomeClass
from pipeline.processor.processor import Table
from pipeline.processor.situation import CONFLICT, Present, Rules, Situation
from pipeline.processor.steps import Fail, Send, Step
from pipeline.states import ShareState

__all__ = ["OVERRIDES", "decide"]


def decide(situation: Situation, rules: Rules) -> Step:
    """As the protocol says, but whatever its size is."""
    step = by_the_protocol(situation, rules)
    if not _is_taken_for_ours(situation):
        return step
    match situation.record.state:
        case ShareState.PENDING if isinstance(step, Fail):
            return Fail(reason="different: the share has another size")
        case ShareState.FAILING if situation.answer is None:
            return Send(verb=Verb.DELETE)
        case _:
            return step


def _is_taken_for_ours(situation: Situation) -> bool:
    record, sight = situation.record, situation.sight
    if situation.marks or record.command_deadline is None or situation.outcome_class is OutcomeClass.TAKEN:
        return False
    is_unmarked = isinstance(sight, Present) and (sight.view.mark, sight.view.request_id) == (None, None)
    return is_unmarked and not (record.reason or "").startswith(CONFLICT)


OVERRIDES = Overrides(table=Table(decide=decide))
