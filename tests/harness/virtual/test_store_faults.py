"""A store that fails, or of whose last commit nobody knows: a 202 never lies, and all is put right."""

from typing import Any

import pytest

from connector.values import replace
from fake_clusters.rules.rule import Window
from harness.scenario.scenario import Scenario
from harness.scenario.spool_kind import SpoolKind
from harness.scenario.store_faults import StoreCall, StoreFaultKind, StoreFaultRule, StoreSelector
from harness.virtual.runner import VirtualRunner
from reports.history import History
from tests.harness.live.scenes import faulty, invalid


def _rule(kind: StoreFaultKind, label: str = "", **chosen: Any) -> StoreFaultRule:
    return StoreFaultRule(
        kind=kind,
        label=label or kind.value,
        selector=StoreSelector(**chosen),
        parameters=kind.parameters(),
    )


def _scene(*rules: StoreFaultRule, duration: float = 4.0) -> Scenario:
    return replace(faulty(duration), store_faults=rules, expect={rule.label: 1 for rule in rules})


def _play(scenario: Scenario) -> History:
    played = VirtualRunner(sampled=False).run_now(scenario, seed=5)
    assert invalid(scenario, played) == {}
    return played.history


@pytest.mark.parametrize("kind", StoreFaultKind)
def test_a_store_that_fails_now_and_then_does_no_harm(kind: StoreFaultKind) -> None:
    """Each invariant is judged; the rule met transactions of the API and of the processor."""
    rules = [_rule(kind, f"{kind}-{call}", call=call, every=3) for call in (StoreCall.CREATE, StoreCall.CLAIM)]
    history = _play(_scene(_rule(kind, every=7), *rules))
    struck = [row for row in history.injections if row.fault == kind]
    assert {row.cluster for row in struck} == {"store"}
    assert {row.label for row in struck} == {kind.value, f"{kind}-create", f"{kind}-claim"}


@pytest.mark.parametrize("spool", SpoolKind)
@pytest.mark.parametrize("kind", StoreFaultKind)
def test_messages_that_cannot_be_taken_or_ended_do_no_harm(kind: StoreFaultKind, spool: SpoolKind) -> None:
    """By the processor, or by the relay where there is a broker."""
    rules = [_rule(kind, f"{kind}-{call}", call=call, every=3) for call in (StoreCall.TAKE, StoreCall.DONE)]
    history = _play(replace(_scene(*rules), spool=spool))
    assert {row.label for row in history.injections if row.fault == kind} == {rule.label for rule in rules}


def test_the_store_is_full_for_a_while_and_nothing_is_accepted_meanwhile() -> None:
    full = replace(_rule(StoreFaultKind.FULL), window=Window(begins=1.0, ends=2.0))
    history = _play(_scene(full))
    accepted = [row.at for row in history.changes if row.before is None]
    assert [at for at in accepted if at < 1.0]
    assert [at for at in accepted if at >= 2.0]
    assert not [at for at in accepted if 1.0 <= at < 2.0]


def test_a_commit_whose_answer_is_lost_is_known_to_nobody() -> None:
    """Half of them are committed all the same, and the client's next try finds what there is."""
    lost = _rule(StoreFaultKind.LOST_COMMIT, call=StoreCall.CREATE, every=2)
    history = _play(_scene(lost, duration=8.0))
    struck = {row.key for row in history.injections if row.fault == StoreFaultKind.LOST_COMMIT}
    committed = {row.share for row in history.changes if row.before is None}
    assert struck & committed
    assert struck - committed


def test_the_same_faults_give_the_same_history() -> None:
    scenario = _scene(_rule(StoreFaultKind.LOST_COMMIT, probability=0.2), _rule(StoreFaultKind.RESTART, every=20))
    assert _play(scenario) == _play(scenario)
