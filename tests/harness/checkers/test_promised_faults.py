"""V1: faults that a scenario promises and that did not occur, or that met nobody."""

import pytest

from connector.codes import Code
from connector.sites import Site
from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    History,
    Hop,
    Injection,
    NemesisAction,
    OpResult,
)
from tests.harness.checkers.histories import (
    LIMITS,
    anomalies,
    attempt,
    case,
    clean,
    finding,
    more,
)

CLOSED = Injection(number=2, at=5.0, fault="refused", label="closed", cluster="north", site=Site.SSH_CONNECT)
MET: dict[str, object] = {"ended_at": 6.5, "result": OpResult.FAIL, "code": Code.REFUSED, "site": Site.SSH_CONNECT}
EXPECTED = Bounds(limits=LIMITS, expect={"closed": 1}, closed={"closed": 8.0}, slack=1.0)


def closed(**fields: object) -> History:
    """A port was closed from 5 to 8 s. fields: what differs in the command that met it."""
    return more(clean(), injections=(CLOSED,), attempts=(attempt(9, 6.0, **(MET | fields)),))


CASES = [
    case("a missing fault is no anomaly", clean(), bounds=Bounds(limits=LIMITS, expect={"lost": 2})),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found


def _summary(history: History, bounds: Bounds) -> str:
    found = finding(history, "V1", bounds)
    return f"{found.verdict}: {found.summary}"


def _expecting(**expect: int) -> Bounds:
    return Bounds(expect=expect)


def test_a_fault_counts_by_its_label_its_kind_and_its_action() -> None:
    assert _summary(clean(), _expecting(lost=1, reply_lost=1)) == "valid: holds"
    assert _summary(clean(), _expecting(lost=2)) == "unknown: lost struck 1 time, the scenario asks for 2"
    assert _summary(clean(), _expecting(other=1)) == "unknown: other struck 0 times, the scenario asks for 1"
    same = replace(clean(), injections=(replace(clean().injections[0], label="reply_lost"),))
    assert _summary(same, _expecting(reply_lost=2)).startswith("unknown: reply_lost struck 1 time")
    killed = replace(clean(), nemesis=(NemesisAction(number=1, at=3.0, action="kill", target="api"),))
    assert _summary(killed, _expecting(kill=1)) == "valid: holds"


def test_a_run_without_load_and_what_a_world_could_not_do_are_doubts() -> None:
    assert _summary(replace(clean(), ops=()), Bounds()) == "unknown: no client asked anything"
    assert _summary(clean(), Bounds(skipped=("crash north",))) == "unknown: crash north"


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({}, "valid"),
        ({"hop": Hop.API}, "valid"),
        ({"hop": Hop.CLIENT}, "unknown"),
        ({"location": "south"}, "unknown"),
        ({"code": Code.TIMEOUT}, "unknown"),
        ({"site": Site.SSH_KEX}, "unknown"),
        ({"ended_at": 5.0}, "valid"),
        ({"ended_at": 4.75}, "unknown"),
        ({"ended_at": 9.0}, "valid"),
        ({"ended_at": 9.25}, "unknown"),
        ({"ended_at": None}, "unknown"),
    ],
    ids=str,
)
def test_a_closed_port_counts_where_a_command_found_it_closed(fields: dict[str, object], verdict: str) -> None:
    assert str(finding(closed(**fields), "V1", EXPECTED).verdict) == verdict


def test_without_a_command_log_nobody_can_tell_who_found_a_port_closed() -> None:
    unlogged = replace(closed(location="south"), has_commands=False)
    assert str(finding(unlogged, "V1", EXPECTED).verdict) == "valid"
