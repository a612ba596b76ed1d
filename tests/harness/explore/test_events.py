"""Each form is simpler than the event, and the simplest comes first."""

from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from fake_clusters.rules.rule import Window
from harness.explore.events import simpler

WINDOW = Window(ends=3.0)


def rule(selector: CallSelector, kind: str = "reply_lost", window: Window = WINDOW) -> FaultRule:
    found = FAULTS[kind]
    return FaultRule(label=kind, kind=found, parameters=found.parameters(), selector=selector, window=window)


def selectors(event: FaultRule) -> list[CallSelector]:
    return [form.selector for form in simpler(event)]


def test_dice_become_the_first_call_then_the_first_few_then_every_call() -> None:
    forms = selectors(rule(CallSelector(probability=0.25)))
    assert forms[:4] == [*(CallSelector(first=count) for count in (1, 2, 3)), CallSelector()]


def test_the_first_try_of_each_share_becomes_the_first_call_of_all() -> None:
    assert selectors(rule(CallSelector(attempts=(1,))))[0] == CallSelector(first=1)


def test_a_pair_of_calls_of_each_share_becomes_one_of_them() -> None:
    forms = selectors(rule(CallSelector(attempts=(2, 3))))
    assert [CallSelector(attempts=(2,)), CallSelector(attempts=(3,))] == [form for form in forms if form.attempts][-2:]


def test_fewer_calls_are_never_more_than_there_were() -> None:
    forms = selectors(rule(CallSelector(first=2)))
    assert {form.first for form in forms} == {1}


def test_a_fault_of_a_whole_cluster_takes_no_count() -> None:
    event = rule(CallSelector(), kind="refused", window=Window(begins=1.26, ends=3.0))
    assert [form.window for form in simpler(event)] == [Window(begins=at, ends=3.0) for at in (0.0, 1.0, 1.3)]
    assert set(selectors(event)) == {CallSelector()}
