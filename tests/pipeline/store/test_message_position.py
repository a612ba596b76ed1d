"""From where messages are looked for in PostgreSQL."""

from math import inf

from pipeline.store.postgres.message_position import MessagePosition


class Clock:
    """Seconds, set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def look(position: MessagePosition, clock: Clock, *, sent_at: float | None, takes: float = 0.0) -> float:
    """Where one look began."""
    begun = position.begin()
    clock.now += takes
    position.end(begun, sent_at)
    return begun[0]


def test_a_look_begins_a_little_before_the_newest_message_that_was_taken() -> None:
    clock = Clock()
    position = MessagePosition(clock)
    assert look(position, clock, sent_at=50.0) == -inf
    assert look(position, clock, sent_at=40.0) == 49.9
    assert look(position, clock, sent_at=None) == 49.9
    assert position.since == 49.9


def test_each_second_a_look_begins_at_the_beginning() -> None:
    clock = Clock()
    position = MessagePosition(clock)
    look(position, clock, sent_at=50.0)
    clock.now += 0.99
    assert look(position, clock, sent_at=51.0) == 49.9
    clock.now += 0.01
    assert look(position, clock, sent_at=None) == -inf


def test_looks_from_the_beginning_take_a_hundredth_of_the_time_at_most() -> None:
    clock = Clock()
    position = MessagePosition(clock)
    look(position, clock, sent_at=50.0, takes=3.0)
    clock.now += 299.0
    assert look(position, clock, sent_at=None) == 49.9
    clock.now += 1.0
    assert look(position, clock, sent_at=None) == -inf
