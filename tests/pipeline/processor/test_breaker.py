"""The breaker: open after outages in a row, one trial after the pause, closed by any answer."""

from pipeline.processor.breaker import Breaker
from pipeline.settings import BreakerSettings

WIDTH = 8


def breaker_after(outages: int) -> Breaker:
    breaker = Breaker(BreakerSettings(failures=3, pause=2.0))
    for _ in range(outages):
        breaker.outage(100.0)
    return breaker


def test_a_few_outages_change_nothing() -> None:
    assert breaker_after(2).allowed(100.0, WIDTH) == WIDTH


def test_outages_in_a_row_let_nothing_through_until_the_pause_is_over_and_then_one() -> None:
    breaker = breaker_after(3)
    assert breaker.allowed(101.9, WIDTH) == 0
    assert breaker.allowed(102.0, WIDTH) == 1


def test_an_answer_in_between_begins_the_count_anew() -> None:
    breaker = breaker_after(2)
    breaker.contact()
    assert not breaker.outage(100.0)
    assert breaker.allowed(100.0, WIDTH) == WIDTH


def test_a_failed_trial_means_another_pause_and_a_good_one_closes_it() -> None:
    breaker = breaker_after(3)
    breaker.outage(102.5)
    assert breaker.allowed(104.0, WIDTH) == 0
    assert breaker.allowed(104.5, WIDTH) == 1
    breaker.contact()
    assert breaker.allowed(104.5, WIDTH) == WIDTH


def test_late_news_of_the_outage_do_not_prolong_the_pause() -> None:
    breaker = breaker_after(3)
    breaker.outage(101.0)
    assert breaker.allowed(102.0, WIDTH) == 1


def test_only_the_opening_is_news() -> None:
    breaker = Breaker(BreakerSettings(failures=2, pause=1.0))
    assert [breaker.outage(at) for at in (1.0, 1.0, 1.5, 2.5)] == [False, True, False, False]
