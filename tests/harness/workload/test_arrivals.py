"""The plan of a load is a pure function of workload and seed, and changes no more than what was changed."""

from itertools import combinations

import pytest

from connector.values import replace
from fake_clusters.profile import Constant
from harness.scenario.scenario import Phase, Workload, WorkloadKind
from harness.workload.arrivals import Arrival, drawn, phase_at, plan

STEADY = Workload(rate=20.0, duration=30.0)
MIXED = replace(STEADY, mix={WorkloadKind.CREATE: 6.0, WorkloadKind.DELETE: 2.0, WorkloadKind.RESIZE: 2.0})
CLUSTERS = ("north", "south")


def _plan(workload: Workload, seed: int = 7, phases: tuple[Phase, ...] = ()) -> tuple[Arrival, ...]:
    return plan(workload, seed=seed, phases=phases, clusters=CLUSTERS)


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    assert _plan(MIXED) == _plan(MIXED)
    assert _plan(MIXED) != _plan(MIXED, seed=8)


def test_poisson_arrivals_come_in_order_at_about_the_rate_and_within_the_duration() -> None:
    arrivals = _plan(STEADY)
    assert 500 < len(arrivals) < 700
    assert [arrival.at for arrival in arrivals] == sorted(arrival.at for arrival in arrivals)
    assert all(0 < arrival.at < 30.0 for arrival in arrivals)
    assert [arrival.number for arrival in arrivals] == list(range(1, len(arrivals) + 1))


def test_constant_spacing_puts_every_arrival_on_the_beat() -> None:
    arrivals = _plan(replace(STEADY, rate=4.0, duration=2.1, spacing=Constant(1.0)))
    assert [arrival.at for arrival in arrivals] == pytest.approx([0.25 * n for n in range(1, 9)])


def test_a_surge_compresses_its_phase_and_leaves_every_other_draw_alone() -> None:
    phases = (Phase(name="calm", begins=0.0, ends=10.0), Phase(name="rush", begins=10.0, ends=20.0))
    calm, rushed = _plan(STEADY, phases=phases), _plan(replace(STEADY, surges={"rush": 3.0}), phases=phases)
    before = [arrival for arrival in calm if arrival.at < 10.0]
    assert list(rushed[: len(before)]) == before
    assert [arrival.key for arrival in calm] == [arrival.key for arrival in rushed[: len(calm)]]
    within = [sum(arrival.phase == "rush" for arrival in arrivals) for arrivals in (calm, rushed)]
    assert 2.5 < within[1] / within[0] < 3.5


def test_a_surge_of_zero_silences_its_phase() -> None:
    phases = (Phase(name="night", begins=5.0, ends=15.0),)
    arrivals = _plan(replace(STEADY, surges={"night": 0.0}), phases=phases)
    assert not [arrival for arrival in arrivals if 5.0 < arrival.at < 15.0]
    assert [arrival for arrival in arrivals if arrival.at > 15.0]


def test_a_new_kind_takes_arrivals_for_itself_and_changes_no_other() -> None:
    wider = replace(MIXED, mix={**MIXED.mix, WorkloadKind.LIST: 1.0})
    pairs = list(zip(_plan(MIXED), _plan(wider), strict=True))
    changed = [new.kind for old, new in pairs if old != new]
    assert changed
    assert set(changed) == {WorkloadKind.LIST}
    assert all(_asked(new) == _asked(old) for old, new in pairs)


def _asked(arrival: Arrival) -> tuple[object, ...]:
    """What stays whatever kind it becomes; a kind that concerns no share makes no choices."""
    return arrival.number, arrival.at, arrival.location, arrival.name, arrival.key, arrival.size


def test_the_mix_is_met() -> None:
    arrivals = _plan(replace(MIXED, duration=100.0))
    share = sum(arrival.kind is WorkloadKind.CREATE for arrival in arrivals) / len(arrivals)
    assert 0.55 < share < 0.65


def test_locations_follow_their_weights_and_all_clusters_are_alike_without_any() -> None:
    even = [arrival.location for arrival in _plan(STEADY)]
    assert 0.4 < even.count("north") / len(even) < 0.6
    leaning = [arrival.location for arrival in _plan(replace(STEADY, locations={"north": 9.0, "south": 1.0}))]
    assert 0.85 < leaning.count("north") / len(leaning) < 0.95


def test_names_and_keys_are_unique_and_some_names_are_nasty() -> None:
    arrivals = _plan(STEADY)
    names = [arrival.name for arrival in arrivals]
    assert len(set(names)) == len(names) == len({arrival.key for arrival in arrivals})
    assert all(name.startswith("share-") for name in names)
    nasty = [name for name in names if not name.replace("-", "").isalnum()]
    assert 0.03 < len(nasty) / len(names) < 0.2
    assert any("'" in name for name in nasty)
    assert any(not name.isascii() for name in nasty)


def test_no_rate_means_no_arrivals() -> None:
    assert _plan(replace(STEADY, rate=0.0)) == ()


def test_where_phases_overlap_the_last_one_named_counts() -> None:
    phases = (Phase(name="all", begins=0.0, ends=10.0), Phase(name="storm", begins=4.0, ends=6.0))
    assert [phase_at(phases, at) for at in (0.0, 4.0, 6.0, 10.0)] == ["all", "storm", "all", ""]


def test_each_choice_of_an_arrival_is_drawn_for_itself() -> None:
    choosing = [kind for kind in WorkloadKind if kind not in {WorkloadKind.CREATE, WorkloadKind.LIST}]
    arrivals = _plan(Workload(rate=100.0, duration=100.0, mix=dict.fromkeys(choosing, 1.0)))
    choices = ("pick", "status", "operation", "shrink")
    halves = {name: [getattr(arrival, name) < 0.5 for arrival in arrivals] for name in choices}
    for alone in range(8):  # what a size depends on besides
        halves[f"number {alone}"] = [arrival.number % 8 == alone for arrival in arrivals]
    for one, other in combinations(halves, 2):
        if one.startswith("number"):
            continue
        hits = [second for first, second in zip(halves[one], halves[other], strict=True) if first]
        rate = sum(halves[other]) / len(arrivals)
        assert abs(sum(hits) / len(hits) - rate) < 0.04, (one, other)


def test_the_parts_of_a_plan_are_the_plan_between_them() -> None:
    parts = [tuple(drawn(MIXED, seed=7, clusters=CLUSTERS, part=(number, 3))) for number in range(3)]
    assert all(parts)
    assert sorted((row for part in parts for row in part), key=lambda row: row.number) == list(_plan(MIXED))


def test_tenants_and_priorities_are_drawn_beside_all_else() -> None:
    load = _plan(replace(MIXED, tenants={"a": 3.0, "b": 1.0}, priorities=(0, 7)))
    plain = [replace(arrival, tenant=None, priority=None) for arrival in load]
    assert plain == list(_plan(MIXED))
    share = sum(arrival.tenant == "a" for arrival in load) / len(load)
    assert 0.65 < share < 0.85
    assert {arrival.priority for arrival in load} == {0, 7}
