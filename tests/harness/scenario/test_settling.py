"""How long a record may need after healing: the default time to settle, lint and L1 agree on it."""

import pytest

from connector.values import replace
from harness.cli.inputs import read_all
from harness.journal import journal_of
from harness.lint import lint
from harness.model.runner import ModelRunner
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Scenario
from harness.scenario.settling import settling
from harness.virtual.runner import VirtualRunner
from reports.journal import Journal
from reports.verdicts import Verdict
from tests.harness.model.scenes import KILLED

_SETTLE = 'settle = "30s"\n'
_STEP = KILLED[KILLED.index("[[nemesis]]") :]


def _read(old: str = "", new: str = "", *, settle: str = "") -> Scenario:
    assert _SETTLE in KILLED
    return parse_scenario(KILLED.replace(_SETTLE, settle).replace(old, new), "killed.toml")


def _needed(scenario: Scenario) -> float:
    return sum(term.seconds for term in settling(scenario))


def _played(scenario: Scenario, seed: int) -> Journal:
    played = VirtualRunner(sampled=False).run_now(scenario, seed=seed)
    return journal_of(scenario, played, seed=seed, world="virtual", command="")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ('at = "6s"', 'at = "9.9s"'),
        ('kind = "kill"', 'kind = "pause"\nduration = "3s"'),
        ('at = "6s"', 'at = "5s"\nsite = "connector.exec.after"'),
        ("[[nemesis]]", '[pipeline.processor]\nlease = "50s"\n[[nemesis]]'),
        (_STEP, _STEP + _STEP.replace('"6s"', '"8s"')),
    ],
)
def test_the_default_time_to_settle_is_enough_after_a_kill(old: str, new: str) -> None:
    scenario = _read(old, new)
    assert not [advice for advice in lint(scenario) if advice.problem.key == "settle"]
    verdicts = {seed: _played(scenario, seed).verdict for seed in range(1, 4)}
    assert Verdict.INVALID not in verdicts.values(), verdicts


@pytest.mark.parametrize("seed", range(1, 7))
def test_what_lint_says_is_enough_is_enough(seed: int) -> None:
    scenario = _read()
    assert _played(replace(scenario, settle=_needed(scenario)), seed).verdict is Verdict.VALID


def test_the_terms_are_the_settings() -> None:
    usual = 17.25 + 10 + 1
    assert _read().settle == 30 + 1 + usual
    assert _needed(_read()) == 6 + 30 - 10 + 1 + usual
    assert _needed(_read('at = "6s"', 'at = "6s"\nsite = "connector.exec.after"')) == 30 + 1 + usual
    assert _needed(_read('target = "processor"', 'target = "api"')) == usual
    assert _needed(_read(_STEP, "")) == usual


def test_lint_names_every_term() -> None:
    (advice,) = lint(_read(settle=_SETTLE))
    for words in ("30s is short", "55.25s", "lease after the processor was killed or paused (26s)", "command (17.25s)"):
        assert words in advice.problem.message
    assert lint(_read(settle='settle = "56s"\n')) == ()


def test_l1_names_the_time_to_settle_and_the_time_that_a_record_may_need() -> None:
    scenario = _read(settle=_SETTLE)
    played = ModelRunner().run_now(scenario, seed=2)
    journal = journal_of(scenario, played, seed=2, world="model", command="")
    (finding,) = (row for row in journal.findings if row.invariant == "L1")
    (anomaly,) = finding.anomalies
    assert "is still deleting 30 s after healing; 55.25 s should be enough: what is left" in anomaly.message


def test_the_shipped_scenarios_settle_as_long_as_they_may_need() -> None:
    for shipped in read_all(["demo", "processor_crash", "crash_after_effect", "three_designs", "happy_path"]):
        assert shipped.settle >= _needed(shipped), shipped.name
