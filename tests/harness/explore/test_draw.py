"""Everything that a correct pipeline survives is drawn, and nothing else."""

from collections import Counter

from connector.chance import Chance
from connector.operations import Verb
from connector.values import replace
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from fake_clusters.plans import CommandPlan
from harness.explore.draw import Draw
from harness.explore.events import describe, drawn_event, moved, simpler
from harness.explore.regression import regression_text
from harness.explore.schedule import Event, Schedule, laid
from harness.mutants.mutant import notified
from harness.scenario.nemesis_kinds import NemesisKind
from harness.scenario.parse import find_scenario, parse_scenario, read_scenario
from harness.scenario.receivers import NoticeChannel, NoticeSelector, ReceiverKind
from harness.scenario.scenario import Scenario
from harness.service.reference import settings_of
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


def test_receivers_misbehave_in_each_way_where_somebody_is_notified_and_nowhere_else() -> None:
    told = [rule for rule in drawn_of(notified(BASE)) if rule.kind.section == "receivers"]
    assert {rule.kind for rule in told} == set(ReceiverKind)
    assert {rule.selector.by for rule in told} == {None}, "there is no mail"
    assert {rule.selector.first for rule in told} == {1, 2, 3, 4}
    assert not [rule for rule in drawn_of(BASE) if rule.kind.section == "receivers"]


def test_receivers_of_mail_and_of_webhooks_misbehave_where_there_are_both() -> None:
    told = [rule for rule in drawn_of(with_mail()) if rule.kind.section == "receivers"]
    assert {rule.selector.by for rule in told} == {None, *NoticeChannel}


def test_a_rule_of_receivers_is_written_down_moved_and_made_simpler() -> None:
    base, draw = with_mail(), Draw(base=with_mail(), chance=Chance(1, "test"))
    rule = next(
        rule for rule in drawn_of(base) if rule.kind is ReceiverKind.DELAYED and rule.selector.by is NoticeChannel.MAIL
    )
    schedule = Schedule(seed=1, events=(rule,))
    assert parse_scenario(regression_text(base, schedule, ()), "x.toml").receivers == laid(base, schedule).receivers
    assert f"delayed_notice of the first {rule.selector.first} mail, {rule.parameters.delay:g} s" in describe(rule)
    assert moved(rule, draw).window.begins != rule.window.begins
    forms = list(simpler(rule))
    assert NoticeSelector(first=rule.selector.first) in [form.selector for form in forms]
    assert all((form.selector.first or 9) <= (rule.selector.first or 0) for form in forms)
    assert min(form.parameters.delay for form in forms) < rule.parameters.delay
    assert 0.0 in [form.window.begins for form in forms]


def drawn_of(base: Scenario) -> list[Event]:
    draw = Draw(base=base, chance=Chance(1, "test"))
    return [drawn_event(draw) for _ in range(1000)]


def with_mail() -> Scenario:
    base = notified(BASE)
    pipeline = settings_of(base)
    mail = pipeline.notifier.mail.model_copy(update={"host": "inbox"})
    notifier = pipeline.notifier.model_copy(update={"mail": mail})
    return replace(base, pipeline=pipeline.model_copy(update={"notifier": notifier}))
