"""Gates while a load lasts: where they stand, and that one is called lost only when it is."""

import pytest

from connector.values import replace
from fake_clusters.profile import Constant
from harness.load.live_gates import LiveGates, state_words
from harness.scenario.gate_expressions import parse_gate
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Phase, Scenario, Workload
from reports.history import OpResult
from tests.harness.load.rows import asked

BASE = parse_scenario('title = "t"\n[workload]\nrate = 10\nduration = "10s"\n[clusters.north]\n', "test")


def _scenario(*gates: str, phases: tuple[Phase, ...] = ()) -> Scenario:
    """A hundred creates in ten seconds."""
    load = Workload(rate=10.0, duration=10.1, spacing=Constant(1.0))
    return replace(BASE, workload=load, gates=tuple(parse_gate(gate) for gate in gates), phases=phases)


def _gates(*gates: str, phases: tuple[Phase, ...] = ()) -> LiveGates:
    return LiveGates(_scenario(*gates, phases=phases), 1)


def test_a_gate_without_samples_fails_and_shows_none() -> None:
    [result] = _gates("p95(create.accept) < 200ms").results()
    assert (result.passed, result.value) == (False, None)
    assert state_words(result) == "no samples yet", "its phase may be still to come"


def test_a_percentile_is_lost_when_even_good_answers_to_all_others_would_not_save_it() -> None:
    gates = _gates("p95(create.accept) < 200ms")
    for number in range(1, 6):  # five of a hundred may be slow
        gates.add(asked(number, 1.0, takes=0.5))
    assert gates.lost(2.0) is None
    gates.add(asked(6, 1.0, takes=0.5))
    assert gates.lost(2.0) == "p95(create.accept) < 200ms"


def test_a_gate_that_wants_much_of_something_is_not_lost_before_its_phase_is_over() -> None:
    gates = _gates("count(create.accept) >= 50")
    gates.add(asked(1, 1.0))
    assert gates.lost(9.0) is None


def test_the_first_error_loses_a_gate_that_allows_none() -> None:
    gates = _gates("count(errors) <= 0")
    gates.add(asked(1, 1.0))
    assert gates.lost(2.0) is None
    gates.add(replace(asked(2, 1.0), result=OpResult.INFO, status=504))
    assert gates.lost(2.0) == "count(errors) <= 0"


@pytest.mark.parametrize(("at", "lost"), [(5.0, False), (16.0, True)])
def test_a_phase_is_judged_when_its_last_client_can_have_no_answer_any_more(at: float, lost: bool) -> None:
    rush = Phase(name="rush", begins=1.0, ends=5.0)
    gates = _gates("ratio(errors) <= 10% during rush", phases=(rush,))
    gates.add(replace(asked(1, 2.0), result=OpResult.INFO, status=504))
    assert (gates.lost(at) is not None) is lost


def test_ops_of_other_phases_and_clusters_are_not_counted() -> None:
    rush = Phase(name="rush", begins=1.0, ends=5.0)
    gates = _gates("max(create.accept) < 1s on north during rush", phases=(rush,))
    gates.add(asked(1, 0.5, takes=3.0))
    gates.add(replace(asked(2, 2.0, takes=3.0), location="south"))
    assert gates.results()[0].value is None
    gates.add(asked(3, 2.0, takes=0.5))
    assert gates.results()[0].value == pytest.approx(0.5)
    assert state_words(gates.results()[0]) == "holds"
    gates.add(asked(4, 2.0, takes=1.5))
    assert state_words(gates.results()[0]) == "fails"


def test_the_flow_from_pending_to_active_is_measured_by_what_clients_see() -> None:
    gates = _gates("p50(create.active) < 5s")
    gates.add(asked(1, 1.0))
    assert gates.results()[0].value is None
    gates.add_active(asked(1, 1.0), 3.0)
    assert gates.results()[0].value == pytest.approx(2.0)


def test_what_clients_do_not_see_is_left_to_the_end() -> None:
    gates = _gates("count(timeouts.gateway) <= 0")
    assert gates.results() == ()
    assert [gate.metric for gate in gates.unseen] == ["timeouts.gateway"]
