"""Ids that sort by their instant."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from pipeline.uuid7 import uuid7_maker
from tests.pipeline.store.stores import HandClock


def test_an_id_is_a_uuid_of_version_7_that_carries_its_instant() -> None:
    id = UUID(uuid7_maker(HandClock(1_764_000_000.125))())
    assert (id.version, id.variant) == (7, "specified in RFC 4122")
    assert id.int >> 80 == 1_764_000_000_125


@given(steps=st.lists(st.floats(-1.0, 1.0), max_size=50))
def test_ids_rise_whatever_the_clock_does(steps: list[float]) -> None:
    clock = HandClock(1_000.0)
    make = uuid7_maker(clock)
    ids = [make()]
    for step in steps:
        clock.forward(step)
        ids.append(make())
    assert ids == sorted(set(ids))


def test_ids_rise_when_thousands_are_made_within_one_millisecond() -> None:
    make = uuid7_maker(HandClock())
    ids = [make() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    assert {UUID(id).version for id in ids} == {7}


def test_with_the_same_clock_and_entropy_the_ids_repeat() -> None:
    runs = [[make() for _ in range(3)] for make in (uuid7_maker(HandClock(), bytes) for _ in range(2))]
    assert runs[0] == runs[1]


def test_two_makers_at_one_instant_make_different_ids() -> None:
    assert uuid7_maker(HandClock())() != uuid7_maker(HandClock())()
