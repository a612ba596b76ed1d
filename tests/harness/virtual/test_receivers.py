"""Receivers that misbehave as the scenario says: each outcome is told all the same, and the history has what struck."""

import asyncio

import pytest

from connector.errors import TomlProblems
from harness.run.unsupported import foreseen
from harness.scenario.parse import parse_scenario
from harness.scenario.receivers import NoticeChannel
from harness.scenario.scenario import Scenario
from harness.virtual.runner import VirtualRunner
from harness.world_name import WorldName
from tests.harness.live.scenes import invalid

_BASE = """title = "Told"
[workload]
rate = 2.0
duration = "10s"
[clusters.north]
profile.base = "lan"
[pipeline.notifier]
enabled = true
retries = ["1s", "1s", "1s", "1s"]
pause = "100ms"
"""


def _scenario(rules: str, base: str = _BASE) -> Scenario:
    return parse_scenario(base + rules, "told.toml")


@pytest.mark.parametrize(
    ("kind", "more", "count"),
    [
        ("rejected_notice", "", 3),
        ("delayed_notice", 'delay = "500ms"\n', 3),
        ("dropped_notice", "", 1),  # whoever sends it waits for its own patience
        ("repeated_notice", "", 3),
    ],
)
def test_each_kind_strikes_so_often_and_in_its_window_and_everything_is_told(kind: str, more: str, count: int) -> None:
    rules = (
        f'[[receivers]]\nkind = "{kind}"\nfirst = {count}\nbetween = ["2s", "8s"]\n{more}[expect]\n{kind} = {count}\n'
    )
    scenario = _scenario(rules)
    played = VirtualRunner(sampled=False).run_now(scenario, seed=1)
    assert invalid(scenario, played) == {}
    struck = [row for row in played.history.injections if row.fault == kind]
    assert [(row.label, row.cluster, row.site) for row in struck] == [(kind, "receiver", "notify.deliver")] * count
    assert all(2.0 <= row.at < 8.0 for row in struck)
    ids = [row.dedupe_id for row in played.history.notices]
    twice = len(ids) - len(set(ids))
    assert twice == (0 if kind in {"rejected_notice", "delayed_notice"} else count)


def test_a_rule_of_mail_strikes_mail_alone() -> None:
    rules = (
        '[pipeline.notifier.mail]\nhost = "inbox"\n[[receivers]]\nkind = "rejected_notice"\nby = "mail"\nfirst = 2\n'
    )
    scenario = _scenario(rules)
    played = VirtualRunner(sampled=False).run_now(scenario, seed=1)
    assert invalid(scenario, played) == {}
    assert len([row for row in played.history.injections if row.fault == "rejected_notice"]) == 2
    assert {"inbox@localhost", "/inbox"} == {row.receiver for row in played.history.notices}


@pytest.mark.parametrize(
    ("base", "by", "words"),
    [
        (_BASE.partition("[pipeline.notifier]")[0], "webhook", "nobody is notified"),
        (_BASE, "mail", "no `pipeline.notifier.mail.host` is named"),
    ],
)
def test_a_rule_of_receivers_to_whom_nothing_comes_is_skipped_and_that_is_foreseen(
    base: str, by: str, words: str
) -> None:
    scenario = _scenario(f'[[receivers]]\nkind = "rejected_notice"\nby = "{by}"\n', base)
    assert scenario.receivers[0].selector.by is NoticeChannel(by)
    played = asyncio.run(VirtualRunner(sampled=False).run(scenario, seed=1))
    assert list(played.skipped) == [f"receiver rule 'rejected_notice': skipped: {words}"]
    told = [row.reason for row in foreseen(scenario, WorldName.VIRTUAL) if "receiver rule" in row.reason]
    assert told == [f"{played.skipped[0]}: the verdict will be unknown"]


def test_what_is_spelled_wrong_is_named_and_so_is_what_is_accepted() -> None:
    with pytest.raises(TomlProblems) as refused:
        _scenario('[[receivers]]\nkind = "rejected_notice"\nby = "pigeon"\nfirst = 0\n[[receivers]]\nkind = "eaten"\n')
    said = str(refused.value)
    assert "receivers[0].by" in said
    assert "receivers[0].first" in said
    assert "rejected_notice" in said
