"""Replications: as many as asked, each its own seed, and intervals that are those of Student's t."""

import math
import pickle

import pytest
from scipy import stats  # type: ignore[import-untyped]  # scipy ships no types

from connector.chance import Chance
from harness.cli.reading import read_all
from harness.model.pace import Pace
from harness.model.replications import FIGURES, Replications, figures_of, replicate, words
from harness.model.student import interval, student_t
from harness.model.twin.course import Course
from harness.scenario.scenario import Scenario
from tests.harness.model.scenes import cluster, scenario


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
    alone = [figures_of(_scene(), seed) for seed in found.seeds]
    assert [found.figures[name] for name in FIGURES] == [tuple(column) for column in zip(*alone, strict=True)]
    assert len(set(found.figures[FIGURES[0]])) == 3


def test_replications_stop_when_told_to() -> None:
    found = replicate(_scene(), seed=1, count=6, jobs=1, told=lambda done: done == 2)
    assert 2 <= len(found.seeds) < 6


def test_words_name_figure_mean_half_width_and_how_many() -> None:
    found = Replications(seeds=(1, 2, 3), figures={FIGURES[0]: (1.0, 2.0, 3.0), FIGURES[3]: ()})
    assert words(found) == ("mean seconds to active: 2 ± 2.5 (95 % interval of 3 replications)",)


@pytest.mark.parametrize("name", ["demo", "ssh_hangs", "brownout"])
def test_a_shipped_scenario_survives_the_way_into_another_process(name: str) -> None:
    (shipped,) = read_all([name])
    again: Scenario = pickle.loads(pickle.dumps(shipped))
    here, there = (Course(played, seed=2, pace=Pace()).run().history for played in (shipped, again))
    assert here == there
