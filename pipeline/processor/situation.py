"""What the processor knows at one moment of a claim: the record, the last answer, the last look."""

from dataclasses import dataclass

from connector.operations import ShareView
from connector.outcomes import Outcome
from connector.values import fast_frozen
from pipeline.marks import Marks
from pipeline.numbering import is_request_of
from pipeline.processor.outcome_classes import OutcomeClass
from pipeline.processor.sizes import is_rounded
from pipeline.record import ShareRecord
from pipeline.states import ShareState

__all__ = [
    "BUILDING",
    "CONFLICT",
    "MISSING",
    "Absent",
    "ConnectorAnswer",
    "Inconclusive",
    "Present",
    "Rules",
    "Sight",
    "Situation",
    "is_generated",
]

BUILDING = "being made: the create was answered as done, and the share is not whole yet"
"""Opens the error of a record whose share the cluster completes in the background: nothing of it is in doubt."""

CONFLICT = "conflict"
"""Opens the reason of a record that failed because the name on the cluster is someone else's."""


MISSING = "missing: the share is not on the cluster"
"""The error of a record whose share was looked for once in vain, and the reason of one that is lost."""

_MADE_NOTHING = frozenset(OutcomeClass) - {OutcomeClass.DONE, OutcomeClass.UNKNOWN}
"""What a create is answered that has certainly made no share, nor a half of one."""


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorAnswer:
    """How the mutating command of this claim ended. size: what a resize asked for, where that is not what is wanted.

    not_empty: it was refused because the share has snapshots.
    """

    outcome_class: OutcomeClass
    text: str
    size: int | None = None
    not_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """`show` said: no such share. at: when it was asked, Unix seconds."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """`show` said: this. snapshots: their names; None: the cluster was not asked for them."""

    at: float
    view: ShareView
    snapshots: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inconclusive:
    """`show` was not answered in a way that says anything."""

    outcome: Outcome


Sight = Absent | Present | Inconclusive


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What does not change from one share to the next. skew: seconds that clocks may differ.

    whole: seconds for which a share may be half-made after its create was answered as done.
    """

    marks: Marks
    attempts: int
    skew: float
    whole: float = 0.0


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """answer: None until a command of this claim was answered. sight: None until looked, and after each command.

    marks: the cluster keeps marks. marks_half_made: its half-made shares have theirs, too. sequences: it claims that a
    newer command overtakes all older ones.
    """

    record: ShareRecord
    marks: bool = True
    marks_half_made: bool = True
    sequences: bool = False
    answer: ConnectorAnswer | None = None
    sight: Sight | None = None

    @property
    def outcome_class(self) -> OutcomeClass | None:
        return None if self.answer is None else self.answer.outcome_class


def is_generated(situation: Situation, view: ShareView, rules: Rules) -> bool:
    """Whether the share that the cluster shows was made for this very record.

    A connector without marks and request ids leaves little to go by: the name was looked at and free before the first
    create was sent (`decide` sees to that), so what is there afterwards is ours, unless that create certainly made
    nothing. Until the share was seen whole, its size has to be what was asked for, too, where it is told: somebody else
    may have made one of that name since. A create that was answered as done leaves no such doubt where the share is
    larger. Some connectors are so of half-made shares alone.
    """
    record = situation.record
    if view.mark is not None:
        return view.mark == rules.marks.of(record)
    if view.request_id is not None:
        return is_request_of(view.request_id, record)
    is_unmarked = not situation.marks or (not view.complete and not situation.marks_half_made)
    if not is_unmarked or record.command_deadline is None or (record.reason or "").startswith(CONFLICT):
        return False
    if record.state is ShareState.PENDING and record.attempt <= 1 and situation.outcome_class in _MADE_NOTHING:
        return False
    is_known = record.confirmed_size is not None
    is_done = situation.outcome_class is OutcomeClass.DONE and view.size >= record.size
    is_untold = not view.complete and not view.size
    return is_known or is_done or is_untold or is_rounded(record.size, view.size)
