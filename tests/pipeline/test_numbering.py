"""What a command is known by: what is sent again is the same, what is deleted again is not, and numbers rise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.operations import Verb
from connector.values import replace
from pipeline.numbering import next_sequence, request_id
from pipeline.states import ShareState
from tests.pipeline.processor.records import FRESH


@pytest.mark.parametrize(("verb", "state"), [(Verb.CREATE, ShareState.PENDING), (Verb.RESIZE, ShareState.UPDATING)])
def test_what_is_sent_again_has_the_same_request_id_until_something_else_is_asked(
    verb: Verb, state: ShareState
) -> None:
    record = replace(FRESH, state=state, sequence=7)
    first = request_id(record, verb)
    assert request_id(replace(record, sequence=8), verb) == first
    assert request_id(replace(record, generation=2), verb) != first


def test_each_delete_has_a_request_id_of_its_own() -> None:
    assert request_id(replace(FRESH, sequence=7), Verb.DELETE) != request_id(replace(FRESH, sequence=8), Verb.DELETE)


def test_each_resize_of_an_update_that_was_given_up_has_a_request_id_of_its_own() -> None:
    updating = replace(FRESH, state=ShareState.UPDATING)
    given_up = replace(updating, reason="not resized: why")
    ids = {request_id(replace(record, sequence=n), Verb.RESIZE) for record in (updating, given_up) for n in (7, 8)}
    assert len(ids) == 3


@given(row=st.integers(min_value=1, max_value=1 << 40), commands=st.integers(min_value=1, max_value=50))
def test_numbers_rise_within_a_record_and_from_one_to_the_next(row: int, commands: int) -> None:
    newest = 0
    for _ in range(commands):
        before, newest = newest, next_sequence(newest, row)
        assert newest > before
    assert next_sequence(0, row + 1) > newest
