"""The table of the protocol: from a situation to the next step, purely.

First what an answer calls for (`AFTER`), then, once the cluster has been looked at, what each state does with the
sight. An unknown outcome is never a failure: it is given back, and the next claim begins with a look.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import assert_never

from connector.operations import ShareView, Verb
from pipeline.kinds.kind import Shown
from pipeline.kinds.table import kind_of
from pipeline.processor.command_state import (
    fence_of,
    is_deleted,
    is_in_doubt,
    is_settled,
    is_untried,
    is_used_up,
    settles,
)
from pipeline.processor.outcome_classes import OutcomeClass, describe
from pipeline.processor.situation import (
    BUILDING,
    CONFLICT,
    MISSING,
    Absent,
    Inconclusive,
    Present,
    Rules,
    Situation,
    is_generated,
)
from pipeline.processor.steps import (
    Activate,
    Clear,
    Fail,
    GiveUp,
    Leave,
    Lose,
    Probe,
    Release,
    Remove,
    Send,
    Step,
    WaitUntil,
)
from pipeline.record import ShareRecord
from pipeline.states import RESTING, ShareState

__all__ = ["AFTER", "Decide", "Reaction", "decide"]

Decide = Callable[[Situation, Rules], Step]


class Reaction(StrEnum):
    """look: ask the cluster before anything else. retry: later, as long as tries are left. doubt: later, beginning with
    a look. refund: later, and it was no try."""

    LOOK = "look"
    RETRY = "retry"
    DOUBT = "doubt"
    REFUND = "refund"


AFTER: Mapping[OutcomeClass, Reaction] = {
    OutcomeClass.DONE: Reaction.LOOK,  # a connector can lie, and S5 promises that active is on the cluster
    OutcomeClass.TAKEN: Reaction.LOOK,  # by us, in an earlier life of this very command, or by someone else
    OutcomeClass.MISSING: Reaction.LOOK,
    OutcomeClass.REFUSED: Reaction.LOOK,  # this command had no effect; an earlier one, whose reply was lost, may have
    OutcomeClass.NOT_NOW: Reaction.RETRY,
    OutcomeClass.BUSY: Reaction.REFUND,  # nothing was started: how busy a cluster is says nothing of this share
    OutcomeClass.UNREACHED: Reaction.REFUND,  # an outage must not use up the tries of all that wait for its end
    OutcomeClass.UNKNOWN: Reaction.DOUBT,  # looking at once says little: the command may still be under way
}
"""What the answer to a command calls for, whatever the state."""


_SEND_CREATE, _SEND_RESIZE, _SEND_DELETE = Send(verb=Verb.CREATE), Send(verb=Verb.RESIZE), Send(verb=Verb.DELETE)

_REFUSED = (OutcomeClass.REFUSED, OutcomeClass.MISSING)
"""The connector has started the command and will never carry it out."""


def decide(situation: Situation, rules: Rules) -> Step:
    """The next step. Total: every situation has one."""
    if situation.record.state in RESTING:
        return Leave()
    if situation.answer is not None:
        given_back = _after(situation, rules)
        if given_back is not None:
            return given_back
    match situation.sight:
        case None:
            return _SEND_CREATE if is_untried(situation) else Probe()
        case Inconclusive(outcome=outcome):
            error = f"show: {describe(outcome)}"
            if _was_answered(situation):
                error = f"{BUILDING}; {error}"
            return Release(error=error, settled=settles(situation), inconclusive=True)
        case Absent() | Present() as sight:
            return _seen(situation, sight, rules)
        case _:
            assert_never(situation.sight)


def _after(situation: Situation, rules: Rules) -> Release | None:
    assert situation.answer is not None
    text = situation.answer.text
    match AFTER[situation.answer.outcome_class]:
        case Reaction.LOOK:
            return None
        case Reaction.RETRY:
            return None if is_used_up(situation, rules) else Release(error=text, settled=settles(situation))
        case Reaction.DOUBT:
            return Release(error=text)
        case Reaction.REFUND:
            return Release(error=text, settled=settles(situation), refund=True)
        case reaction:
            assert_never(reaction)


def _seen(situation: Situation, sight: Absent | Present, rules: Rules) -> Step:
    match situation.record.state:
        case ShareState.PENDING:
            return _pending(situation, sight, rules)
        case ShareState.UPDATING:
            return _updating(situation, sight, rules)
        case ShareState.FAILING | ShareState.DELETING:
            return _leaving(situation, sight, rules)
        case ShareState.ACTIVE | ShareState.LOST:
            return Leave()
        case state:
            assert_never(state)


def _pending(situation: Situation, sight: Absent | Present, rules: Rules) -> Step:
    record = situation.record
    if isinstance(sight, Present):
        return _found(situation, sight, rules)
    if situation.answer is not None and situation.outcome_class in (*_REFUSED, OutcomeClass.NOT_NOW):
        return Fail(reason=f"refused: {situation.answer.text}")
    if situation.outcome_class is OutcomeClass.TAKEN:
        return Release(error="the name was in use and is free again", settled=True)
    if is_in_doubt(situation, sight, rules):
        return WaitUntil(instant=fence_of(situation, rules), error=record.last_error)
    if is_used_up(situation, rules):
        return Fail(reason=_used_up(situation))
    return _SEND_CREATE


def _found(situation: Situation, sight: Present, rules: Rules) -> Step:
    """A pending share is there. Ours but smaller than wanted means failing, never repair: to delete and create again
    inside one generation would need the first create to be over for certain, which only the cleanup waits for."""
    record, view = situation.record, sight.view
    if not is_generated(situation, view, rules):
        return Fail(reason=f"{CONFLICT}: the name is in use on the cluster by a share of someone else")
    if not view.complete:
        if _is_being_made(situation, sight, rules):
            return Release(error=BUILDING, inconclusive=True)
        if is_in_doubt(situation, sight, rules):
            return WaitUntil(instant=fence_of(situation, rules), error="the share is half-made")
        return Fail(reason="half-made: the share was not completed")
    if view.size < record.size:
        return Fail(reason=f"different: the share has {view.size} bytes, not {record.size}")
    return Activate(confirmed_size=view.size)


def _is_being_made(situation: Situation, sight: Present, rules: Rules) -> bool:
    """Whether the cluster has said that the create is done, and may still make its share whole."""
    deadline = situation.record.command_deadline
    return _was_answered(situation) and deadline is not None and sight.at < deadline + rules.whole


def _was_answered(situation: Situation) -> bool:
    """Whether the create was answered as done, in this claim or, as noted with the record, in an earlier one."""
    record = situation.record
    if record.state is not ShareState.PENDING:
        return False
    return situation.outcome_class is OutcomeClass.DONE or (record.last_error or "").startswith(BUILDING)


def _updating(situation: Situation, sight: Absent | Present, rules: Rules) -> Step:
    """The only way out is active: with the new size, or with what the cluster shows and the reason."""
    record = situation.record
    kept = record.size if record.confirmed_size is None else record.confirmed_size
    if isinstance(sight, Absent):
        return _gone(situation, sight, rules)
    if not is_generated(situation, sight.view, rules) or not sight.view.complete:
        # No newer resize would be obeyed: what may still land is waited out, on every cluster.
        reason = record.reason or f"{kind_of(record).not_done}: {_what_is_wrong(sight)}"
        return _waited_out(situation, sight, rules, Activate(confirmed_size=kept, reason=reason))
    if record.is_given_up:
        return _given_up(situation, sight, rules)
    kind, shown = kind_of(record), _shown(situation, sight)
    if record.attempt == 0 and (obstacle := kind.in_the_way(record, shown)) is not None:
        return _active(record, shown, f"{kind.not_done}: {obstacle}")
    if kind.is_reached(record, shown):
        return _active(record, shown)
    if situation.answer is not None and is_settled(situation):
        return _give_up(situation, shown, f"{kind.not_done}: {situation.answer.text}")
    if is_in_doubt(situation, sight, rules):
        return WaitUntil(instant=fence_of(situation, rules), error=record.last_error)
    if is_used_up(situation, rules):
        return _give_up(situation, shown, f"{kind.not_done}: {_used_up(situation)}")
    assert kind.verb is not None, "what only looks is reached by a look"
    return Send(verb=kind.verb)


def _gone(situation: Situation, sight: Absent, rules: Rules) -> Step:
    """A share that was there is not. It is lost once it was looked for twice, when nothing of ours could land any more:
    one look can be wrong, and what is lost is never made again silently."""
    record = situation.record
    again = (record.last_error or "").startswith(MISSING)
    step = Lose(reason=MISSING) if again else Release(error=MISSING, settled=settles(situation), inconclusive=True)
    return _waited_out(situation, sight, rules, step)


def _shown(situation: Situation, sight: Present) -> Shown:
    asked = None if situation.answer is None else situation.answer.size
    return Shown(view=sight.view, snapshots=sight.snapshots, asked=asked)


def _active(record: ShareRecord, shown: Shown, reason: str | None = None) -> Activate:
    """With what the cluster shows."""
    parts = kind_of(record).parts_after(record, shown)
    return Activate(confirmed_size=shown.view.size, reason=reason, parts=None if parts == record.parts else parts)


def _give_up(situation: Situation, shown: Shown, reason: str) -> GiveUp | Activate:
    """A command of this generation may land until a newer command was started, where sequences are all there is to stop
    it: then the share is not active before it was overtaken. Elsewhere the fence is past, or nothing is in doubt.
    """
    may_land = situation.record.attempt > 1 or not is_settled(situation)
    if situation.sequences and may_land and situation.outcome_class not in _REFUSED:
        return GiveUp(size=shown.view.size, reason=reason)
    return _active(situation.record, shown, reason)


def _given_up(situation: Situation, sight: Present, rules: Rules) -> Step:
    """Send a resize to the size that is wanted by now until one was started: it overtakes all others, and what is seen
    after that stays. Like a record on its way out it has no last try."""
    record, size = situation.record, sight.view.size
    ended = _active(record, _shown(situation, sight), record.reason)
    if not situation.sequences:  # not any more: the cluster has been changed
        return _waited_out(situation, sight, rules, ended)
    if situation.answer is None:
        return _SEND_RESIZE
    if situation.outcome_class in _REFUSED or size == record.size:
        return ended
    return Release(error=f"{size} bytes after a resize to {record.size}: {situation.answer.text}")


def _waited_out(situation: Situation, sight: Absent | Present, rules: Rules, ended: Step) -> Step:
    """The end of an update that nothing newer can overtake: not before its resizes can no longer land."""
    record, fence = situation.record, fence_of(situation, rules)
    in_doubt = sight.at < fence if record.is_given_up else is_in_doubt(situation, sight, rules)
    return WaitUntil(instant=fence, error=record.last_error) if in_doubt else ended


def _leaving(situation: Situation, sight: Absent | Present, rules: Rules) -> Step:
    """Delete, see it gone, wait until nothing of ours can land any more, see it gone again, remove.

    The delete must have been answered, even where nothing is seen: a connector that knows sequences refuses older
    commands once it has seen this one, and that alone stops a create that a stalled processor sends after its deadline.
    One with neither marks nor sequences is sent no delete of what is not seen: it would stop nothing, and hit whatever
    takes the name meanwhile.
    """
    record = situation.record
    was_commanded = record.command_deadline is not None
    if isinstance(sight, Present) and is_generated(situation, sight.view, rules):
        if sight.snapshots:
            return Clear(snapshots=sight.snapshots)
        if situation.answer is not None:
            return Release(error=f"still there after delete: {situation.answer.text}")
        return _SEND_DELETE
    is_conflict = isinstance(sight, Present) or (record.reason or "").startswith(CONFLICT)
    has_use = situation.marks or situation.sequences
    if was_commanded and has_use and not is_conflict and not is_deleted(situation):
        return _SEND_DELETE if situation.answer is None else Release(error=situation.answer.text)
    if was_commanded and sight.at < fence_of(situation, rules):
        return WaitUntil(instant=fence_of(situation, rules), error=record.last_error, settled=settles(situation))
    return Remove()


def _used_up(situation: Situation) -> str:
    record = situation.record
    return f"attempts used up: {record.attempt} tries" + (
        f", the last: {record.last_error}" if record.last_error else ""
    )


def _what_is_wrong(sight: Present) -> str:
    match sight:
        case Present(view=ShareView(complete=False)):
            return "the share is half-made"
        case Present():
            return "the share on the cluster is someone else's"
        case _:
            assert_never(sight)
