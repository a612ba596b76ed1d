"""The pace: half as many while the cluster is busy, a pause where one is too many, one more for each round served."""

from pipeline.processor.pace import Pace


def slowed(times: int, at: float = 0.0) -> Pace:
    pace = Pace(16, 2.0)
    for _ in range(times):
        assert pace.busy(at, pace.slowed)
    return pace


def test_nothing_is_held_back_before_the_cluster_says_that_it_is_busy() -> None:
    pace = Pace(16, 2.0)
    pace.served()
    assert pace.is_full
    assert pace.allowed(0.0) == 16


def test_each_round_of_busy_answers_halves_what_is_in_hand_down_to_one() -> None:
    assert [slowed(times).allowed(0.0) for times in range(5)] == [16, 8, 4, 2, 1]


def test_answers_to_what_was_asked_before_it_slowed_down_are_no_news() -> None:
    pace = Pace(16, 2.0)
    asked = pace.slowed
    assert [pace.busy(0.0, asked) for _ in range(16)] == [True] + [False] * 15
    assert pace.allowed(0.0) == 8


def test_where_one_is_too_many_there_is_none_for_the_pause_and_then_one() -> None:
    pace = slowed(5, at=10.0)
    assert (pace.allowed(11.9), pace.allowed(12.0)) == (0, 1)
    pace.busy(12.5, pace.slowed)
    assert (pace.allowed(14.0), pace.allowed(14.5)) == (0, 1)


def test_a_cluster_that_is_never_given_more_than_one_pauses_too() -> None:
    pace = Pace(1, 2.0)
    assert pace.busy(10.0, pace.slowed)
    assert not pace.is_full
    assert (pace.allowed(11.9), pace.allowed(12.0)) == (0, 1)
    pace.served()
    assert pace.is_full


def test_it_comes_back_by_one_for_each_round_that_is_served() -> None:
    pace = slowed(5)
    pace.served()
    assert pace.allowed(0.0) == 2
    for _ in range(2):
        pace.served()
    assert pace.allowed(0.0) == 2
    for _ in range(200):
        pace.served()
    assert pace.is_full
