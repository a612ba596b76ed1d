"""Settings of the pipeline are drawn, laid over the base, written down, and shrunk towards the base's own."""

from connector.chance import Chance
from connector.values import replace
from harness.explore import Failure, Schedule, laid, shrink
from harness.explore.draw import Draw
from harness.explore.drawing import drawn
from harness.explore.regression import regression_text
from harness.explore.settings import Setting, draw_settings, nearer, with_settings
from harness.explore.summary import event_lines
from harness.explore.trial import TrialRunner, broken
from harness.mutants.base import base_scenario
from harness.scenario.parse import parse_scenario
from harness.service.reference import settings_of

BASE = base_scenario()
ONE_WORKER = Setting(table="processor", key="workers", value=1)
FIVE_TRIES = Setting(table="retry", key="attempts", value=5)


def test_each_setting_is_drawn_with_values_that_are_not_the_bases_own() -> None:
    draw = Draw(base=BASE, chance=Chance(1, "test"))
    settings = [setting for _ in range(300) for setting in draw_settings(draw)]
    assert {(each.table, each.key) for each in settings} == {
        ("processor", "workers"),
        ("processor", "batch"),
        ("command", "connections"),
        ("retry", "attempts"),
        ("workload", "tenants"),
    }
    assert {each.value for each in settings if each.key == "attempts"} == {1, 3, 5}


def test_nothing_is_set_where_the_harness_knows_no_settings_of_the_service() -> None:
    draw = Draw(base=replace(BASE, pipeline=None), chance=Chance(1, "test"))
    assert [draw_settings(draw) for _ in range(20)] == [()] * 20


def test_some_schedules_have_settings_and_none_has_a_key_twice() -> None:
    schedules = [drawn(BASE, (), seed=1, number=number) for number in range(100)]
    changed = [drawn(BASE, schedules, seed=1, number=number) for number in range(300)]
    assert 10 < sum(bool(each.settings) for each in schedules) < 50
    keys = [[(setting.table, setting.key) for setting in each.settings] for each in changed]
    assert any(len(each) > 1 for each in keys)
    assert all(len(set(each)) == len(each) for each in keys)


def test_the_file_of_a_schedule_has_its_settings_and_the_longer_time_to_settle() -> None:
    schedule = Schedule(seed=1, settings=(ONE_WORKER, FIVE_TRIES))
    scenario = laid(BASE, schedule)
    written = parse_scenario(regression_text(BASE, schedule, ()), "regression.toml")
    assert written.pipeline == scenario.pipeline
    assert (settings_of(written).processor.workers, settings_of(written).retry.attempts) == (1, 5)
    assert written.settle == scenario.settle > BASE.settle
    assert next(event_lines(schedule)) == "Settings: pipeline.processor.workers = 1, pipeline.retry.attempts = 5"


def test_tenants_are_drawn_and_written_down_as_those_of_the_load() -> None:
    schedule = Schedule(seed=1, settings=(Setting(table="workload", key="tenants", value=2),))
    scenario = laid(BASE, schedule)
    assert scenario.workload.tenants == {"a": 4.0, "b": 1.0}
    assert (scenario.pipeline, scenario.settle) == (BASE.pipeline, BASE.settle)
    assert parse_scenario(regression_text(BASE, schedule, ()), "regression.toml").workload == scenario.workload
    assert next(event_lines(schedule)) == "Settings: workload.tenants = 2"
    assert with_settings(scenario, (Setting(table="workload", key="tenants", value=1),)).workload == BASE.workload


def test_a_setting_comes_nearer_to_the_bases_own_value() -> None:
    assert [each.value for each in nearer(ONE_WORKER, BASE)] == [4, 2]
    assert [each.value for each in nearer(FIVE_TRIES, BASE)] == [1, 3]


def test_shrinking_drops_a_setting_that_the_failure_does_not_need() -> None:
    overrides = {"processor": "harness.mutants.forgets_cleanup:OVERRIDES"}
    schedule = Schedule(seed=1, settings=(ONE_WORKER, FIVE_TRIES))
    journal = TrialRunner(BASE, overrides).journal(schedule)
    failure = Failure(
        base=BASE,
        schedule=schedule,
        scenario=laid(BASE, schedule),
        seed=1,
        invariants=broken(journal),
        journal=journal,
        runs=1,
        seconds=0.0,
    )
    assert failure.invariants
    assert shrink(failure, overrides=overrides, budget=4).schedule.settings == ()
