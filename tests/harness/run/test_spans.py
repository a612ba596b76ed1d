"""Phases keep their order and say whether something was broken in them; what broke has spans of its own."""

from connector.operations import Verb
from fake_clusters.faults.reply_lost import REPLY_LOST
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from fake_clusters.profile import LatencyPhase, LatencyPhaseKind, Profile
from fake_clusters.rules.rule import Window
from fake_clusters.spec import ClusterSpec
from harness.run.spans import spans
from harness.scenario.scenario import Phase, Scenario, Workload
from reports.history import NemesisAction, PartEnd
from reports.journal import PhaseSpan, SpanKind

CALM = Phase(name="calm", begins=0.0, ends=10.0)
STORM = Phase(name="storm", begins=10.0, ends=20.0)


def _scenario(*rules: FaultRule, latency_phases: tuple[LatencyPhase, ...] = ()) -> Scenario:
    return Scenario(
        name="s",
        title="",
        shows="",
        text="",
        path=None,
        seed=1,
        clusters=(ClusterSpec(name="north", profile=Profile(latency_phases=latency_phases)),),
        workload=Workload(rate=1.0, duration=20.0),
        phases=(CALM, STORM),
        faults=rules,
    )


def _rule(begins: float = 0.0, ends: float = float("inf")) -> FaultRule:
    selector, window = CallSelector(verbs=(Verb.CREATE,)), Window(begins=begins, ends=ends)
    return FaultRule(label="lost", kind=REPLY_LOST, selector=selector, window=window)


def _span(name: str, begins: float, ends: float, kind: SpanKind = SpanKind.PHASE, disturbed: bool = True) -> PhaseSpan:
    return PhaseSpan(name=name, begins=begins, ends=ends, disturbed=disturbed, kind=kind)


def test_a_run_without_faults_has_its_phases_only() -> None:
    assert spans(_scenario(), (), 20.0) == (
        _span("calm", 0, 10, disturbed=False),
        _span("storm", 10, 20, disturbed=False),
    )


def test_a_fault_disturbs_the_phases_that_its_window_meets() -> None:
    found = spans(_scenario(_rule(12.0, 14.0)), (), 20.0)
    assert found == (
        _span("calm", 0, 10, disturbed=False),
        _span("storm", 10, 20),
        _span("lost", 12, 14, SpanKind.FAULT),
    )


def test_a_window_without_an_end_ends_with_the_load() -> None:
    assert spans(_scenario(_rule()), (), 20.0)[-1] == _span("lost", 0, 20, SpanKind.FAULT)


def test_a_latency_phase_of_a_profile_is_shaded_too() -> None:
    phase = LatencyPhase(kind=LatencyPhaseKind.BROWNOUT, begins=5.0, ends=8.0, factor=10.0)
    assert spans(_scenario(latency_phases=(phase,)), (), 20.0)[-1] == _span(
        "brownout of north", 5, 8, SpanKind.LATENCY_PHASE
    )


def test_a_stop_lasts_as_long_as_it_lasted() -> None:
    actions = (
        NemesisAction(number=1, at=4.0, action="kill", target="processor"),
        NemesisAction(number=2, at=5.0, action="pause", target="api"),
        NemesisAction(number=3, at=6.5, action="restart", target="processor"),
    )
    assert spans(_scenario(), actions, 20.0)[2:] == (
        _span("kill processor", 4, 6.5, SpanKind.NEMESIS),
        _span("pause api", 5, 20, SpanKind.NEMESIS),
    )


def test_a_run_cut_short_has_no_phase_after_its_end() -> None:
    found = spans(_scenario(_rule(12.0)), (), 7.0)
    assert found == (_span("calm", 0, 7, disturbed=False),)


def test_an_outage_lasts_from_an_unplanned_end_to_the_restart_or_to_the_end_of_the_load() -> None:
    ends = [PartEnd(number=1, at=4.0, part="api", status=1), PartEnd(number=2, at=12.0, part="api", signal="SIGKILL")]
    actions = [
        NemesisAction(number=number, at=at, action="restart", target=target)
        for number, (at, target) in enumerate([(3.0, "api"), (5.0, "gateway"), (6.0, "api")], start=1)
    ]
    assert [span for span in spans(_scenario(), actions, 20.0, ends) if span.kind is SpanKind.OUTAGE] == [
        _span("outage of api", 4, 6, SpanKind.OUTAGE),
        _span("outage of api", 12, 20, SpanKind.OUTAGE),
    ]
