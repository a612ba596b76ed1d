"""Notices in a world: each outcome reaches the receiver, whatever happens to the notifier."""

import pytest

from connector.values import replace
from harness.live.runner import LiveRunner
from harness.model.runner import ModelRunner
from harness.mutants.base import base_scenario
from harness.mutants.mutant import killed, notified
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from harness.virtual.runner import VirtualRunner
from pipeline.settings import MailSettings
from reports.history import History
from tests.harness.live.scenes import calm, invalid

ENDS = {("pending", "active"), ("updating", "active"), ("failing", None), ("deleting", None)}


def _scene() -> Scenario:
    return notified(base_scenario())


def _untold(history: History) -> set[int]:
    told = {notice.change for notice in history.notices}
    return {row.number for row in history.changes if (row.before, row.after) in ENDS} - told


@pytest.mark.parametrize("seed", range(3))
def test_each_outcome_is_told_while_the_notifier_is_killed(seed: int) -> None:
    scenario = replace(_scene(), nemesis=killed(Role.NOTIFIER))
    played = VirtualRunner(sampled=False).run_now(scenario, seed=seed)
    assert invalid(scenario, played) == {}
    assert played.history.has_notices
    assert len(played.history.notices) > 10
    assert _untold(played.history) == set()


def test_the_same_seed_gives_the_same_notices() -> None:
    runs = [VirtualRunner(sampled=False).run_now(_scene(), seed=4).history.notices for _ in range(2)]
    assert runs[0] == runs[1]


async def test_over_real_sockets_each_outcome_is_told_by_webhook_and_by_mail() -> None:
    scenario = mailed(notified(replace(calm(2.0), nemesis=killed(Role.NOTIFIER)[:2])))
    played = await LiveRunner().run(scenario, seed=3)
    assert invalid(scenario, played) == {}
    assert _untold(played.history) == set()
    hooks, mails = (
        [row for row in played.history.notices if row.receiver == name] for name in played.history.receivers
    )
    assert len(hooks) > 3
    assert {row.dedupe_id for row in mails} == {row.dedupe_id for row in hooks}
    lost = replace(played, history=replace(played.history, notices=tuple(hooks)))
    assert "N1" in invalid(scenario, lost)


@pytest.mark.parametrize("model", [False, True], ids=["virtual", "model"])
@pytest.mark.parametrize("seed", range(2))
def test_each_outcome_is_told_by_mail_too_while_the_notifier_is_killed(seed: int, model: bool) -> None:
    scenario = replace(mailed(_scene()), nemesis=killed(Role.NOTIFIER))
    runner = ModelRunner() if model else VirtualRunner(sampled=False)
    played = runner.run_now(scenario, seed=seed)
    assert invalid(scenario, played) == {}
    told = {
        name: {row.dedupe_id for row in played.history.notices if row.receiver == name}
        for name in played.history.receivers
    }
    assert list(told) == ["/inbox", "inbox@localhost"]
    assert len(told["/inbox"]) > 10
    assert told["/inbox"] == told["inbox@localhost"]
    hooks = tuple(row for row in played.history.notices if row.receiver == "/inbox")
    assert "N1" in invalid(scenario, replace(played, history=replace(played.history, notices=hooks)))


def mailed(scenario: Scenario) -> Scenario:
    """The same with a mail server."""
    pipeline = scenario.pipeline
    assert pipeline is not None
    mail = MailSettings(host="mail.example.org")
    notifier = pipeline.notifier.model_copy(update={"mail": mail})
    return replace(scenario, pipeline=pipeline.model_copy(update={"notifier": notifier}))
