"""Replications: as many as asked, each its own seed, and intervals that are those of Student's t."""

import math
import pickle

import pytest
from scipy import stats

from connector.chance import Chance
from harness.checkers.run_checkers import run_checkers, verdict_of
from harness.cli.inputs import read_all
from harness.confidence import interval, student_t
from harness.journal import bounds_of, journal_of
from harness.model.runner import ModelRunner
from harness.replications import FIGURES, Judged, Replications, replicate, replication_of, words
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Scenario
from reports.history import OpKind
from reports.verdicts import Verdict
from tests.harness.model.scenes import KILLED, cluster, in_model, scenario


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 9, 30, 200])
@pytest.mark.parametrize("share", [0.9, 0.95, 0.975])
def test_students_quantile_is_within_half_a_percent(freedom: int, share: float) -> None:
    assert student_t(share, freedom) == pytest.approx(stats.t.ppf(share, freedom), rel=0.005)


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    chance = Chance(2, "coverage")
    covered = 0
    for case in range(2_000):
        found = interval([-math.log1p(-chance.u01(case, place)) for place in range(40)])
        covered += abs(found.mean - 1.0) <= found.half
    assert 0.91 < covered / 2_000 < 0.96


def test_a_single_value_says_nothing_of_how_sure_it_is() -> None:
    assert interval([3.0]).half == math.inf


def _scene() -> Scenario:
    return scenario(cluster(), rate=4.0, duration=8.0)


def test_every_replication_has_its_own_seed_and_the_same_figures_as_alone() -> None:
    found = replicate(_scene(), seed=5, count=3, jobs=2)
    assert found.seeds == (5, 6, 7)
    alone = [replication_of(_scene(), seed).figures for seed in found.seeds]
    assert [found.figures[name] for name in FIGURES] == [tuple(column) for column in zip(*alone, strict=True)]
    assert len(set(found.figures[FIGURES[0]])) == 3


def test_replications_stop_when_told_to() -> None:
    found = replicate(_scene(), seed=1, count=6, jobs=1, told=lambda done: done == 2)
    assert 2 <= len(found.seeds) < 6


def test_words_name_verdicts_seeds_figure_mean_half_width_and_how_many() -> None:
    valid, late = Judged(verdict=Verdict.VALID), Judged(verdict=Verdict.VALID, failed=("p99(create.active) < 2s",))
    stuck, unclear = Judged(verdict=Verdict.INVALID, broken=("L1",)), Judged(verdict=Verdict.UNKNOWN, broken=("V1",))
    judged = {1: valid, 2: stuck, 3: stuck, 4: stuck, 5: unclear, 7: stuck, 8: late}
    found = Replications(judged=judged, figures={FIGURES[0]: (1.0, 2.0, 3.0), FIGURES[3]: ()})
    assert found.gravest == 2
    assert words(found) == (
        "7 replications were judged: 4 invalid, 1 unknown, 2 valid",
        "invalid (L1): 4 of 7 replications, with --seed 2 to 4, 7",
        "unknown (V1): 1 of 7 replications, with --seed 5",
        "valid, and failed (p99(create.active) < 2s): 1 of 7 replications, with --seed 8",
        "mean seconds to active: 2 ± 2.5 (95 % interval of 7 replications)",
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_each_replication_is_judged_as_when_played_alone(seed: int) -> None:
    killed = parse_scenario(KILLED, "killed.toml")
    played = ModelRunner().run_now(killed, seed=seed)
    alone = journal_of(killed, played, seed=seed, world="model", command="")
    assert replication_of(killed, seed).judged.verdict is alone.verdict
    assert alone.verdict is (Verdict.VALID, Verdict.INVALID)[seed - 1]


def test_the_recorded_part_of_a_very_large_replication_is_judged_and_all_of_it_is_counted() -> None:
    many = scenario(*(cluster(f"site-{number}") for number in range(200)), rate=3_000.0, duration=8.0)
    found = replication_of(many, 1)
    played, tally = ModelRunner().run_counted(many, seed=1)
    assert tally is not None
    assert 0 < sum(op.kind is OpKind.CREATE for op in played.history.ops) < tally.asked / 5
    assert found.figures[0] == pytest.approx(sum(tally.after) / len(tally.after))
    assert found.judged.verdict is verdict_of(run_checkers(played.history, bounds_of(many, played)))


@pytest.mark.parametrize("name", ["demo", "ssh_hangs", "brownout"])
def test_a_shipped_scenario_survives_the_way_into_another_process(name: str) -> None:
    (shipped,) = read_all([name])
    again: Scenario = pickle.loads(pickle.dumps(shipped))
    here, there = (in_model(played, seed=2).history for played in (shipped, again))
    assert here == there
