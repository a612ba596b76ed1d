"""Each kind of disturbance strikes, makes a difference, and comes to the same in each world that plays it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import pytest

from connector.values import replace
from fake_clusters.faults import FAULTS
from fake_clusters.rules.rule import Window
from harness.differential.agreement import agreement
from harness.differential.history_line import HistoryTable
from harness.journal import journal_of
from harness.run.result import RunResult
from harness.scenario.deliveries import DeliveryKind
from harness.scenario.nemesis_kinds import NemesisKind
from harness.scenario.scenario import Scenario
from harness.scenario.store_faults import StoreFaultKind
from harness.toxics import TOXICS
from harness.virtual.runner import VirtualRunner
from reports.history import OpKind
from reports.verdicts import Verdict
from tests.harness.differential.kinds import (
    with_all_operations,
    with_delivery,
    with_fault,
    with_nemesis,
    with_store_fault,
    with_toxic,
    without,
)
from tests.harness.model.scenes import in_model

_SEED = 4
_WORLDS: Mapping[str, Callable[[Scenario], RunResult]] = {
    "model": lambda played: in_model(played, seed=_SEED),
    "virtual": lambda played: VirtualRunner().run_now(played, seed=_SEED),
    "virtual-ssh": lambda played: VirtualRunner(ssh=True, http=True).run_now(played, seed=_SEED),
}
_TARGETS = [
    (NemesisKind.KILL, "processor", False),
    (NemesisKind.KILL, "api", False),
    (NemesisKind.KILL, "gateway", False),
    (NemesisKind.TERMINATE, "processor", False),
    (NemesisKind.TERMINATE, "api", False),
    (NemesisKind.PAUSE, "processor", False),
    (NemesisKind.PAUSE, "api", False),
    (NemesisKind.PAUSE, "gateway", False),
    (NemesisKind.CRASH, "north", False),
    (NemesisKind.CRASH, "north", True),
    (NemesisKind.DISCONNECT, "north", False),
    (NemesisKind.HOLD, "north", False),
    (NemesisKind.ADD_SHARE, "north", False),
    (NemesisKind.REMOVE_SHARE, "north", False),
    (NemesisKind.SKEW, "processor", False),
]


_BY_EACH_LAYER = {
    *("refused", "banner_slow", "kex_stall", "auth_rejected", "channel_refused", "connection_silent"),
    *("reply_lost", "partial_effect", "truncated", "disconnect_during", "crash"),
    *("stale_list", "incomplete_list", "no_exit_status"),
}
"""Faults, of each layer that they strike: the others go byte by byte in `make soak`, and by their connectors' calls in
`tests.harness.virtual.direct`."""
_OF_EACH_SORT = {"latency", "bandwidth", "reset_peer", "down"}
"""Toxics: what slows, what cuts and what stops."""


def _rest_in_soak(names: Iterable[str], chosen: Collection[str]) -> list[Any]:
    return [name if name in chosen else pytest.param(name, marks=pytest.mark.soak) for name in names]


_undisturbed: dict[tuple[str, int, float], RunResult] = {}


def _without(world: str, disturbed: Scenario) -> RunResult:
    """The same run, but for what is expected of it."""
    calm = without(disturbed)
    assert calm.pipeline is not None
    key = (world, len(calm.faults), calm.pipeline.sweeper.every)
    if key not in _undisturbed:
        _undisturbed[key] = _WORLDS[world](calm)
    return _undisturbed[key]


def _struck(world: str, played: Scenario) -> RunResult:
    """Play it: what it expects strikes, and what the clients and the cluster see is not what they see without it."""
    run = _WORLDS[world](played)
    journal = journal_of(played, run, seed=_SEED, world=world, command="")
    (promised,) = [finding for finding in journal.findings if finding.invariant == "V1"]
    assert promised.verdict is Verdict.VALID, promised.summary
    differences = agreement(_without(world, played).history, run.history).differences
    assert [row for row in differences if row.line.table not in {HistoryTable.INJECTIONS, HistoryTable.NEMESIS}]
    return run


def _agree(one: RunResult, other: RunResult) -> None:
    found = agreement(one.history, other.history)
    assert found.holds, found.differences[:3]


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_strikes_and_comes_to_the_same_in_the_model(name: str) -> None:
    _agree(_struck("virtual", with_fault(name)), _struck("model", with_fault(name)))


@pytest.mark.parametrize("name", _rest_in_soak(FAULTS, _BY_EACH_LAYER))
def test_a_fault_strikes_and_comes_to_the_same_byte_by_byte(name: str) -> None:
    _agree(_struck("virtual", with_fault(name)), _struck("virtual-ssh", with_fault(name)))


@pytest.mark.parametrize("name", TOXICS)
def test_each_toxic_strikes_and_comes_to_the_same_in_the_model(name: str) -> None:
    _agree(_struck("virtual", with_toxic(name)), _struck("model", with_toxic(name)))


@pytest.mark.parametrize("name", _rest_in_soak(TOXICS, _OF_EACH_SORT))
def test_a_toxic_strikes_and_comes_to_the_same_byte_by_byte(name: str) -> None:
    _agree(_struck("virtual", with_toxic(name)), _struck("virtual-ssh", with_toxic(name)))


@pytest.mark.parametrize(("kind", "target", "wipe"), _TARGETS)
def test_each_nemesis_action_strikes_and_comes_to_the_same_in_the_model(
    kind: NemesisKind, target: str, wipe: bool
) -> None:
    played = with_nemesis(kind, target, wipe=wipe)
    _agree(_struck("virtual", played), _struck("model", played))


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (NemesisKind.KILL, "processor"),
        (NemesisKind.PAUSE, "api"),
        (NemesisKind.CRASH, "north"),
        (NemesisKind.REMOVE_SHARE, "north"),
    ],
)
def test_a_nemesis_action_strikes_and_comes_to_the_same_byte_by_byte(kind: NemesisKind, target: str) -> None:
    played = with_nemesis(kind, target)
    _agree(_struck("virtual", played), _struck("virtual-ssh", played))


@pytest.mark.soak
@pytest.mark.parametrize(("kind", "target", "wipe"), _TARGETS)
def test_each_nemesis_action_comes_to_the_same_byte_by_byte(kind: NemesisKind, target: str, wipe: bool) -> None:
    played = with_nemesis(kind, target, wipe=wipe)
    _agree(_struck("virtual", played), _struck("virtual-ssh", played))


def test_the_targets_of_the_nemesis_are_all_its_kinds() -> None:
    assert {kind for kind, _, _ in _TARGETS} == set(NemesisKind)


@pytest.mark.parametrize("kind", DeliveryKind)
def test_each_delivery_strikes_and_comes_to_the_same_in_the_model(kind: DeliveryKind) -> None:
    _agree(_struck("virtual", with_delivery(kind)), _struck("model", with_delivery(kind)))


@pytest.mark.parametrize("kind", _rest_in_soak(DeliveryKind, {DeliveryKind.DUPLICATE}))
def test_a_delivery_strikes_and_comes_to_the_same_byte_by_byte(kind: DeliveryKind) -> None:
    _agree(_struck("virtual", with_delivery(kind)), _struck("virtual-ssh", with_delivery(kind)))


@pytest.mark.parametrize("kind", StoreFaultKind)
def test_each_fault_of_the_store_strikes_and_comes_to_the_same_in_the_model(kind: StoreFaultKind) -> None:
    _agree(_struck("virtual", with_store_fault(kind)), _struck("model", with_store_fault(kind)))


def test_operations_of_each_kind_come_to_the_same_in_the_model() -> None:
    one, other = (_WORLDS[world](with_all_operations()) for world in ("virtual", "model"))
    assert {op.kind for op in one.history.ops} == set(OpKind)
    _agree(one, other)


@pytest.mark.parametrize("world", _WORLDS)
def test_a_closed_port_that_turned_nobody_away_meets_no_promise(world: str) -> None:
    """Its connections are all open by then, and stay."""
    played = with_fault("refused")
    (rule,) = played.faults
    late = replace(played, faults=(replace(rule, window=Window(begins=5.5, ends=5.9)),))
    run = _WORLDS[world](late)
    assert [row.label for row in run.history.injections] == ["refused"]
    (promised,) = [
        finding
        for finding in journal_of(late, run, seed=_SEED, world=world, command="").findings
        if finding.invariant == "V1"
    ]
    assert promised.verdict is Verdict.UNKNOWN
