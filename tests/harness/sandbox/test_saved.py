"""What was done by hand is a scenario that lints clean, plays, and breaks the same promises."""

from pathlib import Path

import httpx
import pytest

from connector.values import replace
from fake_clusters.faults.config import read_fault
from fake_clusters.rules.rule import Window
from harness.lint import lint
from harness.mutants.table import MUTANTS
from harness.run.result import RunResult
from harness.sandbox.findings import findings_at_rest
from harness.sandbox.opening import undisturbed
from harness.sandbox.played import played_scenario
from harness.sandbox.sandbox import Sandbox
from harness.sandbox.saved import saved_scenario
from harness.sandbox.speeds import Speed
from harness.scenario.nemesis_kinds import kill, pause
from harness.scenario.parse import parse_scenario
from harness.scenario.receivers import NoticeChannel, NoticeSelector, ReceiverKind, ReceiverRule
from harness.scenario.remark import Severity
from harness.scenario.scenario import Scenario
from harness.scenario.scripted import ScriptedKind
from harness.virtual.runner import VirtualRunner
from reports.history import History, Op, OpKind, Purpose
from reports.verdicts import Verdict
from tests.harness.sandbox.rows import nemesis, op
from tests.harness.sandbox.standing import in_sandbox

DEFAULT = Path("harness/sandbox/default.toml")


def _default() -> Scenario:
    return parse_scenario(DEFAULT.read_text(encoding="utf-8"), "sandbox.toml")


def _asked(number: int, at: float, kind: OpKind, name: str = "one", **values: object) -> Op:
    size = 1 << 30 if kind in {OpKind.CREATE, OpKind.RESIZE} else None
    given = {"location": "south", "name": name, "key": f"key-{number}", "size": size} | values
    return op(number, at, kind, **given)


def _lost(at: float) -> Scenario:
    rule = read_fault({"kind": "reply_lost", "clusters": ["south"], "verbs": ["create"], "first": 1}).rule()
    return replace(_default(), faults=(replace(rule, window=Window(begins=at)),))


HANDS: dict[str, tuple[Scenario, tuple[Op, ...]]] = {
    "api_removes": (_default(), (_asked(1, 100.0, OpKind.CREATE), _asked(2, 104.0, OpKind.DELETE))),
    "ignores_keys": (
        _default(),
        (
            _asked(1, 100.0, OpKind.CREATE),
            _asked(2, 104.0, OpKind.CREATE, key="key-1", purpose=Purpose.DUPLICATE, duplicate_of=1),
        ),
    ),
    "keys_without_fingerprint": (
        _default(),
        (
            _asked(1, 100.0, OpKind.CREATE),
            _asked(2, 104.0, OpKind.CREATE, "two", key="key-1", purpose=Purpose.DUPLICATE, duplicate_of=1),
        ),
    ),
    "fails_on_silence": (_lost(99.0), (_asked(1, 100.0, OpKind.CREATE),)),
    "allows_on_pending": (_lost(99.0), (_asked(1, 100.0, OpKind.CREATE), _asked(2, 101.0, OpKind.DELETE))),
}


@pytest.mark.parametrize("name", HANDS)
def test_it_lints_clean_plays_and_breaks_the_promises_that_the_bug_breaks(name: str) -> None:
    played, ops = HANDS[name]
    saved = parse_scenario(saved_scenario(played, ops, now=110.0), "saved.toml")
    assert not _warnings(saved)
    asked = [(row.kind.value, row.name, row.key) for row in saved.workload.requests]
    assert asked == [(row.kind.value, row.name, row.key) for row in ops]
    assert not _broken(saved, VirtualRunner(sampled=False).run_now(saved, seed=saved.seed))
    broken = _broken(
        saved, VirtualRunner(overrides=MUTANTS[name].overrides, sampled=False).run_now(saved, seed=saved.seed)
    )
    assert broken & set(MUTANTS[name].caught_by)


def _warnings(scenario: Scenario) -> list[str]:
    return [str(row) for row in lint(scenario) if row.severity is not Severity.NOTE]


def _broken(scenario: Scenario, result: RunResult) -> set[str]:
    return {row.invariant for row in findings_at_rest(scenario, result) if row.verdict is Verdict.INVALID}


def test_everything_that_was_broken_has_its_window() -> None:
    played = replace(_lost(101.0), nemesis=(kill("processor", at=103.0, duration=2.5), pause("api", at=107.0)))
    slowed = [(102.0, "slow", Speed(factor=5.0)), (104.0, "slow", Speed()), (106.0, "north", Speed(factor=2.0))]
    ops = (_asked(1, 100.0, OpKind.CREATE), _asked(2, 100.5, OpKind.GET, key=None))
    saved = parse_scenario(saved_scenario(played, ops, slowed, now=110.0), "saved.toml")
    assert not _warnings(saved)
    assert [(row.at, row.kind) for row in saved.workload.requests] == [
        (1.0, ScriptedKind.CREATE),
        (1.5, ScriptedKind.GET),
    ]
    assert [(row.label, row.window.begins) for row in saved.faults] == [("reply_lost", 2.0)]
    assert [(row.label, row.window.begins) for row in saved.nemesis] == [("kill processor", 4.0), ("pause api", 8.0)]
    phases = {
        row.name: [(one.begins, one.ends, one.factor) for one in row.profile.latency_phases] for row in saved.clusters
    }
    assert phases == {"north": [(7.0, 16.0, 2.0)], "south": [], "slow": [(3.0, 5.0, 5.0)]}


def test_what_the_scenario_would_break_by_itself_is_not_in_the_file() -> None:
    rules = '[[store_faults]]\nkind = "store_full"\n[[deliveries]]\nkind = "lost_delivery"\n'
    given = parse_scenario(DEFAULT.read_text(encoding="utf-8") + rules, "broken.toml")
    assert (len(undisturbed(given).store_faults), len(given.store_faults)) == (0, 1)
    saved = parse_scenario(saved_scenario(undisturbed(given), (), now=50.0), "saved.toml")
    assert (saved.store_faults, saved.deliveries) == ((), ())


def test_a_rule_of_mail_comes_with_a_server_of_mail() -> None:
    rule = ReceiverRule(
        kind=ReceiverKind.REJECTED, label="no mail", selector=NoticeSelector(by=NoticeChannel.MAIL, first=1)
    )
    played = replace(_default(), receivers=(replace(rule, window=Window(begins=100.0)),))
    saved = parse_scenario(saved_scenario(played, (_asked(1, 101.0, OpKind.CREATE),), now=110.0), "saved.toml")
    assert not _warnings(saved)
    result = VirtualRunner(sampled=False).run_now(saved, seed=1)
    assert [row.label for row in result.history.injections] == ["no mail"]


def test_where_nothing_was_asked_the_file_still_reads() -> None:
    saved = parse_scenario(saved_scenario(_default(), (), now=50.0), "saved.toml")
    assert saved.workload.requests == ()


def test_a_processor_that_was_started_by_hand_is_in_the_file_and_so_is_its_kill(tmp_path: Path) -> None:
    actions = (
        nemesis(1, 100.0, "start", "processor-2"),
        nemesis(2, 101.0, "kill", "processor-2"),
        nemesis(3, 102.0, "restart", "processor-2"),
    )

    async def test(sandbox: Sandbox, _client: httpx.AsyncClient) -> Scenario:
        played = played_scenario(sandbox.scenario, History(nemesis=actions), sandbox.by_hand.faults.switched)
        return parse_scenario(saved_scenario(played, (), now=110.0), "by-hand.toml")

    read = in_sandbox(tmp_path, test)
    assert read.pipeline is not None
    assert read.pipeline.processor.processes == 2
    assert [(step.kind.value, step.selector.target) for step in read.nemesis] == [("kill", "processor-2")]


def test_what_a_file_cannot_say_is_said_in_it() -> None:
    slowed = [(102.0, "slow", Speed(base="lan")), (103.0, "slow", Speed())]
    text = saved_scenario(_default(), (_asked(1, 100.0, OpKind.CREATE),), slowed, now=110.0)
    assert "# Not in it: slow was given the profile lan at 3.000 s.\n" in text
    assert not _warnings(parse_scenario(text, "saved.toml"))
