"""The sizes that a load asks for, of a service that counts in bytes and of one that counts in a larger unit."""

import pytest

from connector.values import replace
from harness.scenario.scenario import WorkloadKind
from harness.workload.arrivals import Arrival
from harness.workload.drafts import draft_op, draft_poll
from harness.workload.ledger import Ledger, ShareStatus

GIB = 1024**3
ODD = 3_069_059_847
ARRIVAL = Arrival(
    number=1, at=0.0, kind=WorkloadKind.CREATE, phase="", location="north", name="a", key="k", size=ODD, pick=0.5
)


def _asked(arrival: Arrival, ledger: Ledger, *, unit: int) -> int:
    op = draft_op(arrival, ledger, unit=unit)
    assert op is not None
    assert op.size is not None
    ledger.announce(arrival, op)
    return op.size


def _active(size: int, *, unit: int) -> Ledger:
    ledger = Ledger()
    _asked(replace(ARRIVAL, size=size), ledger, unit=unit)
    ledger.mark("north", "a", ShareStatus.ACTIVE)
    return ledger


def _resized(size: int, number: int, *, shrink: float, unit: int) -> int:
    arrival = replace(ARRIVAL, kind=WorkloadKind.RESIZE, number=number, shrink=shrink)
    return _asked(arrival, _active(size, unit=unit), unit=unit)


def test_what_is_asked_is_a_whole_number_of_units() -> None:
    assert _asked(ARRIVAL, Ledger(), unit=GIB) == 3 * GIB
    assert _asked(replace(ARRIVAL, size=3 * GIB), Ledger(), unit=GIB) == 3 * GIB
    assert _asked(ARRIVAL, Ledger(), unit=1) == ODD


def test_what_repeats_a_create_asks_for_what_that_asked_and_other_content_is_a_unit_more() -> None:
    for kind, size in ((WorkloadKind.DUPLICATE, 3), (WorkloadKind.COMPETE, 3), (WorkloadKind.REUSE, 4)):
        repeat = replace(ARRIVAL, kind=kind, number=2)
        assert _asked(repeat, _active(ODD, unit=GIB), unit=GIB) == size * GIB


@pytest.mark.parametrize("shrink", [0.25, 0.75])
@pytest.mark.parametrize("unit", [1, GIB])
@pytest.mark.parametrize("units", [1, 2, 3, 40])
def test_a_resize_is_to_another_size_in_whole_units(units: int, unit: int, shrink: float) -> None:
    for number in range(1, 9):
        asked = _resized(units * unit, number, shrink=shrink, unit=unit)
        assert asked % unit == 0
        assert asked > 0
        assert (asked < units * unit) == (shrink < 0.5 and units > 1)
        assert asked != units * unit


def test_a_resize_in_bytes_is_by_tenths_of_the_size() -> None:
    assert [_resized(1000, number, shrink=0.25, unit=1) for number in (1, 7, 8)] == [800, 200, 900]
    assert _resized(1000, 2, shrink=0.75, unit=1) == 1000 + 3 * ODD


def test_whose_a_share_is_asks_for_all_that_concerns_it() -> None:
    ledger = Ledger()
    _asked(replace(ARRIVAL, tenant="a", priority=7), ledger, unit=1)
    ledger.mark("north", "a", ShareStatus.ACTIVE)
    for kind in (WorkloadKind.DUPLICATE, WorkloadKind.DELETE):
        op = draft_op(replace(ARRIVAL, kind=kind, number=2, tenant="b", priority=1), ledger)
        assert op is not None
        assert op.tenant == "a"
        assert op.priority == (7 if kind is WorkloadKind.DUPLICATE else None)
        assert draft_poll(op, 1.0).tenant == "a"
