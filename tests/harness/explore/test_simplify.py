"""Each form is simpler than the event, and the simplest comes first."""

from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule, Selector
from harness.explore.simplify import simpler


def rule(selector: Selector, kind: str = "reply_lost") -> FaultRule:
    found = FAULTS[kind]
    return FaultRule(label=kind, kind=found, parameters=found.parameters(), selector=selector)


def selectors(event: FaultRule) -> list[Selector]:
    return [form.selector for form in simpler(event) if isinstance(form, FaultRule)]


def test_dice_become_the_first_call_then_the_first_few_then_every_call() -> None:
    forms = selectors(rule(Selector(probability=0.25, ends=3.0)))
    assert forms[:4] == [*(Selector(first=count, ends=3.0) for count in (1, 2, 3)), Selector(ends=3.0)]


def test_the_first_try_of_each_share_becomes_the_first_call_of_all() -> None:
    assert selectors(rule(Selector(attempts=(1,), ends=3.0)))[0] == Selector(first=1, ends=3.0)


def test_fewer_calls_are_never_more_than_there_were() -> None:
    forms = selectors(rule(Selector(first=2, ends=3.0)))
    assert {form.first for form in forms} == {1}


def test_a_fault_of_a_whole_cluster_takes_no_count() -> None:
    forms = selectors(rule(Selector(begins=1.26, ends=3.0), kind="refused"))
    assert forms == [Selector(begins=at, ends=3.0) for at in (0.0, 1.0, 1.3)]
