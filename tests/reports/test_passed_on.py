"""A report says what a gateway passed on more than once, and what went on after it had given up."""

import pytest

from connector.codes import Code
from connector.sites import Site
from connector.values import replace
from reports.history import Attempt, History, Hop, Timeout
from reports.html.page import render_html
from reports.passed_on import gateway_sentences, passed_on_again, went_on
from tests.reports.sample import journal

_FIRST = Attempt(
    number=1,
    hop=Hop.GATEWAY,
    op=1,
    location="north",
    name="a",
    verb="create",
    request_id="client-1.1.1",
    began_at=1.0,
    ended_at=2.0,
    code=Code.TIMEOUT,
    site=Site.GATEWAY_REPLY,
    message="POST passed on to api (1 of 2): read-timeout",
)
_SECOND = replace(
    _FIRST, number=2, tried=2, began_at=2.0, ended_at=3.0, code=None, message="POST passed on to api (2 of 2): answered"
)
_ONCE = replace(_FIRST, number=3, request_id="client-2.2.1")
_COMMAND = replace(_FIRST, number=4, hop=Hop.API, request_id="r", began_at=1.5, ended_at=4.5, code=None)
_TIMEOUT = Timeout(
    number=1, at=2.0, hop=Hop.GATEWAY, site=Site.GATEWAY_REPLY, op=1, attempt=1, location="north", name="a"
)
_PLAYED = History(attempts=(_FIRST, _SECOND, _ONCE, _COMMAND), timeouts=(_TIMEOUT,))


def test_a_request_that_was_sent_twice_is_listed_with_how_each_try_ended() -> None:
    (row,) = passed_on_again(_PLAYED)
    assert (row.at, row.what, row.how) == (1.0, "create north/a", "read-timeout, then answered")


def test_two_requests_of_one_id_are_not_taken_for_one() -> None:
    again = replace(_FIRST, number=5, began_at=5.0, ended_at=6.0)
    assert [len(row.tries) for row in passed_on_again(History(attempts=(_FIRST, again)))] == []


@pytest.mark.parametrize(("began", "seconds"), [(1.5, [2.5]), (2.5, [])])
def test_a_command_under_way_when_the_gateway_gave_up_went_on(began: float, seconds: list[float]) -> None:
    played = replace(_PLAYED, attempts=(_FIRST, replace(_COMMAND, began_at=began)))
    assert went_on(played) == seconds


def test_the_report_says_who_it_was() -> None:
    told = replace(journal(), history=_PLAYED, gateway="nginx")
    assert gateway_sentences(told) == [
        "nginx passed 1 request on more than once",
        "1 command went on after it had given up, for 2.5 s in all",
    ]
    assert "read-timeout, then answered" in render_html(told)
    assert gateway_sentences(replace(told, world="virtual"))[0].startswith("the built-in gateway passed")
    assert gateway_sentences(replace(told, history=History())) == []
