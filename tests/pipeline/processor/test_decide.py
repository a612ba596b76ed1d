"""Every row of the protocol's table, then what must hold of any situation whatever."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.codes import Code
from connector.operations import Verb
from connector.outcomes import Unknown
from connector.sites import Site
from connector.values import replace
from pipeline.processor.decide import AFTER, decide
from pipeline.processor.outcome_classes import OutcomeClass
from pipeline.processor.situation import (
    MISSING,
    Absent,
    ConnectorAnswer,
    Inconclusive,
    Present,
    Sight,
    Situation,
    is_generated,
)
from pipeline.processor.steps import (
    Activate,
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
from pipeline.states import ShareState, is_legal
from tests.pipeline.processor.records import (
    ABSENT,
    AHEAD,
    FOREIGN,
    FRESH,
    HALF_MADE,
    LARGER,
    NOW,
    OURS,
    PAST,
    RULES,
    SIZE,
    SMALLER,
    UNMARKED,
    share,
    tried,
)

INCONCLUSIVE = Inconclusive(outcome=Unknown(code=Code.TIMEOUT, site=Site.CONNECTOR_REPLY, message=""))
UPDATING, FAILING, DELETING = ShareState.UPDATING, ShareState.FAILING, ShareState.DELETING


def after(outcome_class: OutcomeClass) -> ConnectorAnswer:
    return ConnectorAnswer(outcome_class=outcome_class, text="the answer")


def step(
    record: ShareRecord,
    answer: OutcomeClass | None = None,
    sight: Sight | None = None,
    *,
    marks: bool = True,
    marks_half_made: bool = True,
    sequences: bool = False,
) -> Step:
    situation = Situation(record=record, marks=marks, marks_half_made=marks_half_made, sequences=sequences, sight=sight)
    return decide(situation if answer is None else replace(situation, answer=after(answer)), RULES)


def test_every_meaning_calls_for_a_reaction() -> None:
    assert set(AFTER) == set(OutcomeClass)


def test_a_fresh_create_is_sent_at_once() -> None:
    assert step(FRESH) == Send(verb=Verb.CREATE)


def test_a_fresh_create_is_preceded_by_a_look_where_the_cluster_keeps_no_marks() -> None:
    assert step(FRESH, marks=False) == Probe()
    assert step(FRESH, sight=ABSENT, marks=False) == Send(verb=Verb.CREATE)


@pytest.mark.parametrize("state", [ShareState.PENDING, UPDATING, FAILING, DELETING])
@pytest.mark.parametrize("marks", [True, False])
def test_a_record_that_has_a_history_is_looked_at_first(state: ShareState, marks: bool) -> None:
    assert step(tried(state), marks=marks) == Probe()
    assert step(tried(state, attempt=0), marks=marks) == Probe()


@pytest.mark.parametrize("answer", [OutcomeClass.DONE, OutcomeClass.TAKEN, OutcomeClass.REFUSED, OutcomeClass.MISSING])
def test_an_answer_to_a_create_is_checked_by_a_look(answer: OutcomeClass) -> None:
    assert step(tried(deadline=AHEAD), answer) == Probe()


@pytest.mark.parametrize("answer", [None, OutcomeClass.DONE, OutcomeClass.TAKEN, OutcomeClass.REFUSED])
def test_a_pending_share_that_is_ours_and_as_wanted_becomes_active(answer: OutcomeClass | None) -> None:
    assert step(tried(deadline=AHEAD), answer, OURS) == Activate(confirmed_size=SIZE)


def test_exit_zero_and_nothing_there_is_waited_out_before_anything_else() -> None:
    assert step(tried(deadline=AHEAD), OutcomeClass.DONE, ABSENT) == WaitUntil(instant=AHEAD + RULES.skew)


@pytest.mark.parametrize("answer", [None, OutcomeClass.DONE, OutcomeClass.TAKEN])
def test_a_share_of_ours_that_is_smaller_than_asked_fails(answer: OutcomeClass | None) -> None:
    decision = step(tried(), answer, SMALLER)
    assert isinstance(decision, Fail)
    assert decision.reason.startswith("different")


@pytest.mark.parametrize("answer", [None, OutcomeClass.DONE, OutcomeClass.TAKEN])
def test_a_share_of_ours_that_is_larger_than_asked_is_active_with_its_actual_size(answer: OutcomeClass | None) -> None:
    assert step(tried(), answer, LARGER) == Activate(confirmed_size=2 * SIZE)


@pytest.mark.parametrize("answer", [None, OutcomeClass.DONE, OutcomeClass.TAKEN, OutcomeClass.REFUSED])
@pytest.mark.parametrize("sight", [FOREIGN, UNMARKED])
def test_a_share_of_someone_else_is_a_conflict(answer: OutcomeClass | None, sight: Present) -> None:
    decision = step(tried(), answer, sight)
    assert isinstance(decision, Fail)
    assert decision.reason.startswith("conflict")


def test_a_conflict_is_cleaned_up_without_a_delete() -> None:
    failed = tried(FAILING, attempt=0, reason="conflict: someone else's")
    seen: list[tuple[Sight, bool]] = [(FOREIGN, True), (UNMARKED, False), (ABSENT, True), (ABSENT, False)]
    for sight, marks in seen:
        assert step(failed, sight=sight, marks=marks) == Remove()


def test_a_definite_refusal_with_nothing_there_fails_with_its_words() -> None:
    assert step(tried(deadline=AHEAD), OutcomeClass.REFUSED, ABSENT) == Fail(reason="refused: the answer")


def test_a_passing_refusal_is_tried_again_until_the_tries_are_used_up() -> None:
    assert step(tried(attempt=2), OutcomeClass.NOT_NOW) == Release(error="the answer", settled=True)
    assert step(tried(attempt=3), OutcomeClass.NOT_NOW) == Probe()
    assert step(tried(attempt=3), OutcomeClass.NOT_NOW, ABSENT) == Fail(reason="refused: the answer")


def test_after_a_passing_refusal_nobody_waits_for_the_deadline() -> None:
    assert step(tried(deadline=AHEAD, settled=True), sight=ABSENT) == Send(verb=Verb.CREATE)


def test_an_unknown_outcome_is_given_back_and_stays_in_doubt() -> None:
    for state in (ShareState.PENDING, UPDATING, FAILING, DELETING):
        assert step(tried(state, attempt=3), OutcomeClass.UNKNOWN) == Release(error="the answer")


def test_an_unknown_create_is_not_sent_again_before_the_first_can_no_longer_land() -> None:
    assert step(tried(deadline=AHEAD), sight=ABSENT) == WaitUntil(instant=AHEAD + RULES.skew)
    assert step(tried(deadline=NOW - RULES.skew), sight=ABSENT) == Send(verb=Verb.CREATE)


@pytest.mark.parametrize("state", [ShareState.PENDING, UPDATING, FAILING, DELETING])
def test_a_cluster_out_of_reach_costs_no_try(state: ShareState) -> None:
    # On its way out, settled would say that an (earlier) delete was answered.
    settled = state not in (FAILING, DELETING)
    assert step(tried(state, attempt=3), OutcomeClass.UNREACHED) == Release(
        error="the answer", settled=settled, refund=True
    )


def test_tries_used_up_means_failing_first() -> None:
    decision = step(tried(attempt=3, last_error="timeout"), sight=ABSENT)
    assert decision == Fail(reason="attempts used up: 3 tries, the last: timeout")


def test_a_share_that_is_being_made_is_looked_at_until_it_is_whole_or_its_time_is_up() -> None:
    patient = replace(RULES, whole=60.0)
    answered = Situation(record=tried(), answer=after(OutcomeClass.DONE), sight=HALF_MADE)
    released = decide(answered, patient)
    assert isinstance(released, Release)
    # What is noted with the record says so in the next claim, and after a look that told nothing.
    noted = replace(answered, record=tried(last_error=released.error), answer=None)
    assert isinstance(decide(noted, patient), Release)
    unseen = decide(replace(noted, sight=INCONCLUSIVE), patient)
    assert isinstance(unseen, Release)
    again = replace(noted, record=tried(last_error=unseen.error))
    assert isinstance(decide(again, patient), Release)
    assert isinstance(decide(replace(noted, sight=Present(at=PAST + 61.0, view=HALF_MADE.view)), patient), Fail)
    assert isinstance(decide(replace(noted, sight=OURS), patient), Activate)
    # A create of which nothing is known gets no longer than its fence.
    assert isinstance(decide(replace(answered, record=tried(), answer=None), patient), Fail)


def test_a_half_made_share_is_waited_for_and_then_fails() -> None:
    assert isinstance(step(tried(deadline=AHEAD), sight=HALF_MADE), WaitUntil)
    decision = step(tried(), sight=HALF_MADE)
    assert isinstance(decision, Fail)
    assert decision.reason.startswith("half-made")


@pytest.mark.parametrize("state", [FAILING, DELETING])
def test_a_record_on_its_way_out_goes_by_delete_look_wait_look_remove(state: ShareState) -> None:
    leaving = tried(state, attempt=0)
    assert step(leaving, sight=OURS) == Send(verb=Verb.DELETE)
    commanded = tried(state, attempt=1, deadline=AHEAD)
    assert step(commanded, OutcomeClass.DONE) == Probe()
    waiting = WaitUntil(instant=AHEAD + RULES.skew, settled=True)
    assert step(commanded, OutcomeClass.DONE, ABSENT) == waiting
    assert step(commanded, OutcomeClass.MISSING, ABSENT) == waiting
    deleted = replace(commanded, settled=True)
    assert step(deleted, sight=ABSENT) == waiting
    assert step(deleted, sight=Absent(at=AHEAD + RULES.skew)) == Remove()


@pytest.mark.parametrize("state", [FAILING, DELETING])
def test_a_delete_whose_answer_was_lost_is_sent_again_before_the_record_goes(state: ShareState) -> None:
    assert step(tried(state), sight=ABSENT) == Send(verb=Verb.DELETE)


@pytest.mark.parametrize("state", [FAILING, DELETING])
def test_a_delete_goes_out_even_where_nothing_is_seen_so_that_older_commands_are_refused(state: ShareState) -> None:
    assert step(tried(state, attempt=0), sight=ABSENT) == Send(verb=Verb.DELETE)


@pytest.mark.parametrize("state", [FAILING, DELETING])
def test_no_delete_by_name_alone_goes_out_where_nothing_is_seen_and_it_would_overtake_nothing(
    state: ShareState,
) -> None:
    for record in (tried(state, attempt=0), tried(state)):
        assert step(record, sight=ABSENT, marks=False) == Remove()
        assert step(record, sight=ABSENT, marks=False, sequences=True) == Send(verb=Verb.DELETE)
    ahead = tried(state, deadline=AHEAD)
    assert step(ahead, sight=ABSENT, marks=False) == WaitUntil(instant=AHEAD + RULES.skew)


def test_a_record_that_never_commanded_anything_is_removed_without_a_delete() -> None:
    assert step(replace(FRESH, state=FAILING), sight=ABSENT) == Remove()


def test_a_share_that_outlives_its_delete_is_deleted_again_later_and_never_at_once() -> None:
    assert isinstance(step(tried(DELETING), OutcomeClass.DONE, OURS), Release)
    assert step(tried(DELETING, attempt=99), sight=OURS) == Send(verb=Verb.DELETE)


def test_a_resize_that_is_not_needed_is_not_sent() -> None:
    assert step(tried(UPDATING, attempt=0), sight=OURS) == Activate(confirmed_size=SIZE)


def test_a_resize_is_sent_where_the_size_differs_even_while_the_create_has_a_deadline() -> None:
    assert step(tried(UPDATING, attempt=0, deadline=AHEAD), sight=SMALLER) == Send(verb=Verb.RESIZE)


def test_a_resize_that_is_refused_leaves_the_share_active_with_its_size_and_the_reason() -> None:
    decision = step(tried(UPDATING, confirmed_size=1), OutcomeClass.REFUSED, SMALLER)
    assert decision == Activate(confirmed_size=1, reason="not resized: the answer")


def test_an_unknown_resize_is_settled_by_a_look() -> None:
    assert step(tried(UPDATING, deadline=AHEAD), sight=OURS) == Activate(confirmed_size=SIZE)
    assert step(tried(UPDATING, deadline=AHEAD), sight=SMALLER) == WaitUntil(instant=AHEAD + RULES.skew)
    assert step(tried(UPDATING), sight=SMALLER) == Send(verb=Verb.RESIZE)
    assert isinstance(step(tried(UPDATING, attempt=3), sight=SMALLER), Activate)


def given_up(**changes: Any) -> ShareRecord:
    """An update to another size that was begun; by now it is only to end with the size that was there."""
    usual: dict[str, Any] = {"attempt": 0, "reason": "not resized: why", "size": SIZE, "deadline": AHEAD}
    return tried(UPDATING, **(usual | changes))


ENDED = Activate(confirmed_size=SIZE, reason="not resized: why")


@pytest.mark.parametrize("answer", [None, OutcomeClass.NOT_NOW])
def test_an_update_whose_tries_are_used_up_is_given_up_durably_where_the_cluster_knows_sequences(
    answer: OutcomeClass | None,
) -> None:
    decision = step(tried(UPDATING, attempt=3), answer, SMALLER, sequences=True)
    assert isinstance(decision, GiveUp)
    assert decision.size == 1
    assert decision.reason.startswith("not resized")
    assert isinstance(step(tried(UPDATING, attempt=3), answer, SMALLER), Activate)


def test_a_resize_that_was_refused_for_good_has_overtaken_those_before_it() -> None:
    for answer in (OutcomeClass.REFUSED, OutcomeClass.MISSING):
        decision = step(tried(UPDATING, attempt=2), answer, SMALLER, sequences=True)
        assert decision == Activate(confirmed_size=1, reason="not resized: the answer")


def test_the_only_resize_that_was_ever_sent_needs_no_other_to_overtake_it_where_it_had_certainly_no_effect() -> None:
    alone = decide(
        Situation(record=tried(UPDATING), sequences=True, answer=after(OutcomeClass.NOT_NOW), sight=SMALLER),
        replace(RULES, attempts=1),
    )
    assert alone == Activate(confirmed_size=1, reason="not resized: the answer")


def test_an_update_that_was_given_up_sends_a_resize_until_one_was_answered_by_the_connector() -> None:
    assert step(given_up(), sequences=True) == Probe()
    assert step(given_up(), sight=OURS, sequences=True) == Send(verb=Verb.RESIZE)
    for nothing_known in (OutcomeClass.UNKNOWN, OutcomeClass.UNREACHED, OutcomeClass.BUSY, OutcomeClass.NOT_NOW):
        decision = step(given_up(attempt=99), nothing_known, sequences=True)
        assert isinstance(decision, Release)
    for answer in (OutcomeClass.DONE, OutcomeClass.REFUSED, OutcomeClass.MISSING):
        assert step(given_up(attempt=99), answer, OURS, sequences=True) == ENDED


def test_what_was_asked_first_is_not_taken_for_success_once_the_update_was_given_up() -> None:
    assert step(given_up(), sight=LARGER, sequences=True) == Send(verb=Verb.RESIZE)
    assert isinstance(step(given_up(), OutcomeClass.DONE, LARGER, sequences=True), Release)


@pytest.mark.parametrize("answer", [None, OutcomeClass.DONE])
def test_an_update_that_was_given_up_is_waited_out_where_the_cluster_knows_no_sequences_any_more(
    answer: OutcomeClass | None,
) -> None:
    assert step(given_up(), answer, OURS) == WaitUntil(instant=AHEAD + RULES.skew)
    assert step(given_up(deadline=NOW - RULES.skew), answer, OURS) == ENDED


@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("sight", [FOREIGN, HALF_MADE])
def test_where_nothing_could_be_resized_any_more_an_update_ends_after_the_fence(sight: Sight, sequences: bool) -> None:
    for record in (tried(UPDATING, deadline=AHEAD), given_up()):
        assert step(record, sight=sight, sequences=sequences) == WaitUntil(instant=AHEAD + RULES.skew)
    for record in (tried(UPDATING), given_up(deadline=PAST)):
        decision = step(record, sight=sight, sequences=sequences)
        assert isinstance(decision, Activate)
        assert (decision.reason or "").startswith("not resized")


@pytest.mark.parametrize("sequences", [True, False])
def test_a_share_that_is_gone_is_lost_when_it_was_looked_for_twice_after_the_fence(sequences: bool) -> None:
    for record in (tried(UPDATING, deadline=AHEAD), given_up()):
        assert step(record, sight=ABSENT, sequences=sequences) == WaitUntil(instant=AHEAD + RULES.skew)
    for record in (tried(UPDATING), given_up(deadline=PAST), tried(UPDATING, attempt=0)):
        first = step(record, sight=ABSENT, sequences=sequences)
        assert isinstance(first, Release)
        assert first.error == MISSING
        again = replace(record, last_error=first.error)
        assert step(again, sight=ABSENT, sequences=sequences) == Lose(reason=MISSING)
        assert not isinstance(step(again, sight=OURS, sequences=sequences), Lose)


def test_a_lost_record_is_left_alone() -> None:
    assert step(replace(FRESH, state=ShareState.LOST, generation_done=1)) == Leave()


@pytest.mark.parametrize("sight", [FOREIGN, HALF_MADE])
def test_a_resize_never_creates_what_is_not_there(sight: Sight) -> None:
    decision = step(tried(UPDATING, attempt=0, confirmed_size=5), sight=sight)
    assert isinstance(decision, Activate)
    assert decision.confirmed_size == 5
    assert decision.reason is not None


def test_an_active_record_is_left_alone() -> None:
    assert step(replace(FRESH, state=ShareState.ACTIVE, generation_done=1)) == Leave()


@pytest.mark.parametrize("answer", [OutcomeClass.TAKEN, OutcomeClass.REFUSED])
def test_without_marks_a_create_that_certainly_made_nothing_takes_nothing_over(answer: OutcomeClass) -> None:
    assert isinstance(step(tried(), answer, UNMARKED, marks=False), Fail)
    assert step(tried(attempt=2), OutcomeClass.TAKEN, UNMARKED, marks=False) == Activate(confirmed_size=SIZE)


def test_without_marks_a_share_that_was_there_before_our_first_command_is_not_ours() -> None:
    assert isinstance(step(FRESH, sight=UNMARKED, marks=False), Fail)


@pytest.mark.parametrize("answer", [None, OutcomeClass.TAKEN, OutcomeClass.REFUSED])
@pytest.mark.parametrize("size", [1, SIZE - 1, 2 * SIZE, 5 * SIZE])
def test_without_marks_a_size_that_was_never_asked_for_is_a_conflict_and_nothing_is_deleted(
    answer: OutcomeClass | None, size: int
) -> None:
    strange = Present(at=NOW, view=share(size=size, mark=None))
    decision = step(tried(attempt=2), answer, strange, marks=False)
    assert isinstance(decision, Fail)
    assert decision.reason.startswith("conflict")
    for reason in (decision.reason, "attempts used up: 2 tries", "refused: quota"):
        failing = tried(FAILING, attempt=0, reason=reason)
        assert step(failing, sight=strange, marks=False) == Remove()


def test_without_marks_a_size_that_an_array_has_rounded_up_is_ours() -> None:
    record, rounded = tried(size=1_000_000_000), Present(at=NOW, view=share(size=1 << 30, mark=None))
    assert step(record, sight=rounded, marks=False) == Activate(confirmed_size=1 << 30)
    assert step(replace(record, state=FAILING), sight=rounded, marks=False) == Send(verb=Verb.DELETE)


def test_without_marks_what_is_there_after_a_create_that_was_done_is_ours_if_it_is_as_large_as_asked() -> None:
    larger = Present(at=NOW, view=share(size=2 * SIZE, mark=None))
    assert step(tried(), OutcomeClass.DONE, larger, marks=False) == Activate(confirmed_size=2 * SIZE)
    assert isinstance(
        step(tried(), OutcomeClass.DONE, Present(at=NOW, view=share(size=1, mark=None)), marks=False), Fail
    )


def test_without_marks_a_share_that_was_active_is_deleted_whatever_its_size_is_now() -> None:
    grown = Present(at=NOW, view=share(size=5 * SIZE, mark=None))
    assert step(tried(DELETING), sight=grown, marks=False) == Send(verb=Verb.DELETE)


UNTOLD = Present(at=NOW, view=replace(share(size=1, mark=None, complete=False), size=0))
"""A half-made share of which the cluster tells the name alone."""


def test_where_half_made_shares_have_no_marks_a_fresh_create_is_preceded_by_a_look() -> None:
    assert step(FRESH, marks_half_made=False) == Probe()
    assert step(FRESH, sight=ABSENT, marks_half_made=False) == Send(verb=Verb.CREATE)


def test_where_half_made_shares_have_no_marks_what_our_create_left_is_cleaned_up() -> None:
    assert isinstance(step(tried(deadline=AHEAD), sight=UNTOLD, marks_half_made=False), WaitUntil)
    failed = step(tried(deadline=PAST), sight=UNTOLD, marks_half_made=False)
    assert isinstance(failed, Fail)
    assert failed.reason.startswith("half-made")
    for state in (FAILING, DELETING):
        leaving = tried(state, attempt=0, reason=failed.reason)
        assert step(leaving, sight=UNTOLD, marks_half_made=False) == Send(verb=Verb.DELETE)


@pytest.mark.parametrize("answer", [OutcomeClass.TAKEN, OutcomeClass.REFUSED])
def test_where_half_made_shares_have_no_marks_one_that_was_not_begun_by_us_is_left_alone(answer: OutcomeClass) -> None:
    for record, met in ((tried(), answer), (FRESH, None)):
        failed = step(record, met, UNTOLD, marks_half_made=False)
        assert isinstance(failed, Fail)
        assert failed.reason.startswith("conflict")
        assert step(tried(FAILING, reason=failed.reason), sight=UNTOLD, marks_half_made=False) != Send(verb=Verb.DELETE)
    assert isinstance(step(tried(deadline=PAST), sight=UNMARKED, marks_half_made=False), Fail)  # it is whole
    assert step(tried(FAILING), sight=UNMARKED, marks_half_made=False) != Send(verb=Verb.DELETE)


def test_a_request_id_tells_whose_a_share_is_where_there_is_no_mark() -> None:
    ours, other = (replace(share(mark=None), request_id=f"{id}.1.create") for id in (FRESH.id, "another"))
    situation = Situation(record=tried(), marks=False)
    assert is_generated(situation, ours, RULES)
    assert not is_generated(situation, other, RULES)


records = st.builds(
    tried,
    st.sampled_from(list(ShareState)),
    attempt=st.integers(0, 6),
    deadline=st.sampled_from([PAST, NOW - RULES.skew, NOW, AHEAD]),
    settled=st.booleans(),
    confirmed_size=st.sampled_from([None, 1, SIZE]),
    reason=st.sampled_from([None, "conflict: x", "refused: x"]),
) | st.sampled_from([FRESH, replace(FRESH, state=FAILING)])
views = st.builds(
    share,
    size=st.sampled_from([1, SIZE, 2 * SIZE]),
    mark=st.sampled_from([None, f"spool/s1/{FRESH.id}", f"spool/s2/{FRESH.id}", "spool/s1/another", "other/x"]),
    complete=st.booleans(),
)
sights = st.none() | st.just(INCONCLUSIVE) | st.just(ABSENT) | st.builds(Present, at=st.just(NOW), view=views)
answers = st.none() | st.builds(after, st.sampled_from(list(OutcomeClass)))
situations = st.builds(
    Situation, record=records, marks=st.booleans(), sequences=st.booleans(), answer=answers, sight=sights
)


def destination(decision: Step) -> tuple[bool, ShareState | None]:
    """Whether the step changes the state, and to what."""
    match decision:
        case Activate():
            return True, ShareState.ACTIVE
        case Fail():
            return True, FAILING
        case Remove():
            return True, None
        case _:
            return False, None


@given(situations)
def test_every_move_is_legal(situation: Situation) -> None:
    moves, to = destination(decide(situation, RULES))
    assert not moves or is_legal(situation.record.state, to)


@given(situations)
def test_nothing_of_consequence_happens_without_a_look(situation: Situation) -> None:
    if not isinstance(situation.sight, Absent | Present):
        assert isinstance(decide(situation, RULES), Probe | Release | Send | Leave)


@given(situations)
def test_active_is_what_the_cluster_was_seen_to_hold(situation: Situation) -> None:
    decision = decide(situation, RULES)
    if isinstance(decision, Activate) and decision.reason is None:
        assert isinstance(situation.sight, Present)
        assert situation.sight.view.complete
        assert situation.sight.view.size == decision.confirmed_size >= situation.record.size
        assert is_generated(situation, situation.sight.view, RULES)


@given(situations)
def test_without_marks_nothing_of_a_size_that_was_never_asked_for_is_deleted_before_it_was_active(
    situation: Situation,
) -> None:
    if decide(situation, RULES) == Send(verb=Verb.DELETE) and isinstance(situation.sight, Present):
        view, record = situation.sight.view, situation.record
        assert view.mark is not None or record.state is DELETING or view.size == record.size


@given(situations)
def test_what_carries_another_mark_is_never_deleted(situation: Situation) -> None:
    if decide(situation, RULES) == Send(verb=Verb.DELETE) and isinstance(situation.sight, Present):
        assert situation.sight.view.mark in (None, f"spool/s1/{FRESH.id}")
        assert situation.sight.view.mark is not None or not situation.marks


@given(situations)
def test_a_record_is_removed_only_from_failing_or_deleting_and_after_the_fence(situation: Situation) -> None:
    record = situation.record
    if isinstance(decide(situation, RULES), Remove):
        assert record.state in (FAILING, DELETING)
        assert record.command_deadline is None or record.command_deadline + RULES.skew <= NOW


@given(situations)
def test_a_create_is_sent_only_for_a_pending_share_with_tries_left_and_nothing_in_doubt(situation: Situation) -> None:
    record = situation.record
    if decide(situation, RULES) == Send(verb=Verb.CREATE):
        assert record.state is ShareState.PENDING
        assert record.attempt < RULES.attempts
        fence = record.command_deadline
        assert record.attempt == 0 or record.settled or (fence is not None and fence + RULES.skew <= NOW)


@given(situations)
def test_a_lost_reply_is_never_a_failure(situation: Situation) -> None:
    if situation.answer is not None and situation.answer.outcome_class in (
        OutcomeClass.UNKNOWN,
        OutcomeClass.UNREACHED,
    ):
        assert isinstance(decide(situation, RULES), Release | Leave)
