"""Everything that a correct pipeline survives is drawn, and nothing else."""

from collections import Counter

from connector.chance import Chance
from connector.operations import Verb
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from fake_clusters.plans import CommandPlan
from harness.explore.draw import Draw
from harness.explore.events import drawn_event
from harness.scenario.nemesis_kinds import NemesisKind
from harness.scenario.parse import find_scenario, read_scenario
from harness.toxics import TOXICS

BASE = read_scenario(find_scenario("explore"))
_DRAWN_NEMESIS = set(NemesisKind) - {NemesisKind.ADD_SHARE, NemesisKind.REMOVE_SHARE}
"""What is removed by hand is excused, as what is wiped: neither finds a bug."""


def struck(draw: Draw, events: int = 2000) -> list[FaultRule]:
    return [event for event in (drawn_event(draw) for _ in range(events)) if event.kind.section == "faults"]


def test_each_kind_of_fault_and_of_nemesis_comes_up() -> None:
    draw = Draw(base=BASE, chance=Chance(1, "test"))
    events = [drawn_event(draw) for _ in range(2000)]
    assert {event.kind.name for event in events if event.kind.section == "faults"} == set(FAULTS)
    assert {event.kind for event in events if event.kind.section == "nemesis"} == _DRAWN_NEMESIS
    assert not any(getattr(event.parameters, "wipe", False) for event in events if event.kind.section == "nemesis")
    assert not any(event.kind.section == "toxics" for event in events)


def test_links_are_struck_only_where_that_is_wanted_and_then_with_each_kind_of_toxic() -> None:
    draw = Draw(base=BASE, chance=Chance(1, "test"), toxics=True)
    events = [drawn_event(draw) for _ in range(2000)]
    assert {event.kind.name for event in events if event.kind.section == "toxics"} == set(TOXICS)


def test_a_fault_strikes_a_few_calls_or_the_first_of_each_share_or_some_of_all_for_a_while() -> None:
    ends = BASE.workload.duration + 1.0
    rules = [rule for rule in struck(Draw(base=BASE, chance=Chance(1, "test"))) if not rule.kind.standing]
    few = [rule for rule in rules if rule.selector.first]
    first = [rule for rule in rules if rule.selector.attempts]
    lasting = [rule for rule in rules if rule not in few and rule not in first]
    assert min(len(few), len(first), len(lasting)) > 100
    assert {rule.window.ends for rule in (*few, *first)} == {ends}
    assert all(rule.kind.plan is CommandPlan for rule in first), "a connection is of no share"
    assert {rule.selector.attempts for rule in first} == {(1,), (2,), (1, 2), (2, 3)}
    assert {rule.selector.probability for rule in lasting} == {0.25, 0.5, 1.0}
    assert all(rule.window.begins < rule.window.ends <= ends for rule in lasting)


def test_half_of_the_faults_of_commands_that_are_seldom_sent_wait_for_the_first_one_from_the_start() -> None:
    rules = struck(Draw(base=BASE, chance=Chance(1, "test")))
    resizes = [rule for rule in rules if rule.selector.verbs == (Verb.RESIZE,)]
    creates = [rule for rule in rules if rule.selector.verbs == (Verb.CREATE,)]
    assert 0.4 < sum(rule.window.begins == 0.0 for rule in resizes) / len(resizes) < 0.6
    assert sum(rule.window.begins == 0.0 for rule in creates) / len(creates) < 0.05


def test_each_thing_that_can_become_of_an_unclear_command_comes_up_however_few_faults_do_it() -> None:
    rules = struck(Draw(base=BASE, chance=Chance(1, "test")))
    names = [rule.kind.name for rule in rules]
    for alone in ("late_effect", "partial_effect"):
        assert names.count(alone) > len(names) / 12
    assert {"lying_success", "reply_lost"} < set(names)


def test_what_is_gathered_meets_in_place_and_time() -> None:
    draw = Draw(base=BASE, chance=Chance(1, "test"))
    draw.gather()
    rules = struck(draw)
    (_, most), *_ = Counter(rule.selector.clusters for rule in rules).most_common(1)
    assert most > 0.65 * len(rules)
    begins = sorted(rule.window.begins for rule in rules)
    within = max(sum(at <= other <= at + 0.5 for other in begins) for at in begins[::20])
    assert within > 0.55 * len(rules)
