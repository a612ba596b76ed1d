"""What is known of commands: whether tries are left, what the newest has settled, and when none can land any more."""

from pipeline.processor.outcome_classes import OutcomeClass
from pipeline.processor.situation import Absent, Present, Rules, Situation
from pipeline.states import ShareState

__all__ = ["fence_of", "is_deleted", "is_in_doubt", "is_settled", "is_untried", "is_used_up", "settles"]


def is_untried(situation: Situation) -> bool:
    """Whether a create can go out without a look. It cannot where what it makes is not marked: see `is_generated`."""
    record = situation.record
    is_fresh = record.state is ShareState.PENDING and record.attempt == 0 and record.sequence == 0
    return is_fresh and situation.marks and situation.marks_half_made


def _is_on_its_way_out(situation: Situation) -> bool:
    return situation.record.state in (ShareState.FAILING, ShareState.DELETING)


def _has_last_try(situation: Situation) -> bool:
    """A record on its way out has none: it stays until the cluster is clean. Nor has an update that was given up."""
    return not _is_on_its_way_out(situation) and not situation.record.is_given_up


def is_used_up(situation: Situation, rules: Rules) -> bool:
    """Whether it has had all its tries."""
    return _has_last_try(situation) and situation.record.attempt >= rules.attempts


def is_settled(situation: Situation) -> bool:
    """Whether the newest command certainly has no effect any more, by its answer or by what was noted earlier."""
    if situation.answer is None:
        return situation.record.settled
    return situation.answer.outcome_class not in (OutcomeClass.DONE, OutcomeClass.UNKNOWN)


def is_deleted(situation: Situation) -> bool:
    """Whether a delete was answered as done, now or (as noted with the record) in an earlier claim."""
    if situation.answer is None:
        return situation.record.attempt > 0 and situation.record.settled
    return situation.answer.outcome_class in (OutcomeClass.DONE, OutcomeClass.MISSING)


def settles(situation: Situation) -> bool:
    """What to note with the record. On its way out, settled is said of a delete that was done, and of nothing else."""
    return is_deleted(situation) if _is_on_its_way_out(situation) else is_settled(situation)


def is_in_doubt(situation: Situation, sight: Absent | Present, rules: Rules) -> bool:
    """Whether the newest command of this generation may have landed since we looked, or may yet."""
    return situation.record.attempt > 0 and not is_settled(situation) and sight.at < fence_of(situation, rules)


def fence_of(situation: Situation, rules: Rules) -> float:
    """The instant after which no command ever sent for this share may still take effect."""
    deadline = situation.record.command_deadline
    return float("-inf") if deadline is None else deadline + rules.skew
