"""Commands are carried out as their plans say: each field of a plan, places and queue, crashes."""

from typing import Any

import pytest
from simpy import Environment

from connector.codes import CATALOGUE, Code
from connector.operations import Capability, Create, DoneReply, Show, ShowReply
from connector.protocol import Refusal
from fake_clusters.effects import ClusterEffectKind
from fake_clusters.plans import Cut, CutHow, EffectPlan, OutputPlan, When
from tests.fake_clusters.models import Ear, Lines, Scripted, create, delete, model, resize, steady, submit

DONE = DoneReply()


def code_of(answer: object) -> Code:
    assert isinstance(answer, Refusal)
    return answer.code


def played(until: float | None = None, request: Create | None = None, **plan: Any) -> tuple[Any, Ear, Any]:
    """One create of `a` on an empty cluster that takes 4 s, its plan changed."""
    env = Environment()
    cluster = model(env, steady(4.0), injector=Scripted({"a": plan}))
    ear = submit(cluster, env, request or create("a"))
    env.run(until)
    return cluster, ear, env


def test_an_undisturbed_command_takes_effect_and_is_answered_after_its_time_in_service() -> None:
    cluster, ear, _ = played()
    assert (ear.answer, ear.at, ear.output) == (DONE, 4.0, OutputPlan())
    [effect] = cluster.effects()
    assert (effect.kind, effect.at, effect.name, effect.late) == (ClusterEffectKind.CREATED, 4.0, "a", False)
    assert (effect.request_id, effect.size, effect.incarnation, effect.number) == ("create a", 100, 1, 1)


def test_before_its_time_in_service_is_over_nothing_has_changed() -> None:
    cluster, ear, _ = played(until=3.999)
    assert ear.answer is None
    assert cluster.effects() == ()
    assert cluster.counters["in_service"] == 1


def test_a_command_that_takes_no_time_is_answered_before_submit_returns() -> None:
    env = Environment()
    ear = submit(model(env), env, create("a"))
    assert ear.answer == DONE


@pytest.mark.parametrize("code", [code for code, entry in CATALOGUE.items() if entry.status is not None])
def test_a_refusing_plan_answers_with_its_code_after_service(code: Code) -> None:
    cluster, ear, _ = played(refuse=code, effect=EffectPlan.NONE)
    assert (code_of(ear.answer), ear.at) == (code, 4.0)
    assert cluster.effects() == ()
    assert cluster.counters[f"refusals.{code.value}"] == 1


def test_a_refusal_says_nothing_of_the_effect_which_the_plan_sets_by_itself() -> None:
    cluster, ear, _ = played(refuse=Code.INTERNAL)
    assert code_of(ear.answer) is Code.INTERNAL
    assert len(cluster.effects()) == 1


def test_an_early_refusal_takes_no_place_and_has_no_effect() -> None:
    env = Environment()
    cluster = model(
        env, steady(4.0), injector=Scripted({"b": {"refuse": Code.DENIED, "refuse_early": True}}), commands=1
    )
    submit(cluster, env, create("a"))
    ear = submit(cluster, env, create("b"))
    assert code_of(ear.answer) is Code.DENIED
    assert cluster.counters["peak_in_service"] == 1
    env.run()
    assert [effect.name for effect in cluster.effects()] == ["a"]


def test_without_an_effect_the_honest_answer_is_an_internal_error() -> None:
    cluster, ear, _ = played(effect=EffectPlan.NONE)
    assert code_of(ear.answer) is Code.INTERNAL
    assert cluster.effects() == ()


def test_half_a_create_leaves_a_half_made_share_that_only_delete_accepts() -> None:
    cluster, ear, env = played(effect=EffectPlan.HALF)
    assert code_of(ear.answer) is Code.INTERNAL
    assert [effect.kind for effect in cluster.effects()] == [ClusterEffectKind.HALF_CREATED]
    assert [share.complete for share in cluster.shares] == [False]
    cluster.set_injector(Scripted({}))
    again, wider, gone = (submit(cluster, env, request) for request in (create("a"), resize("a", 7), delete("a")))
    env.run()
    assert [code_of(ear.answer) for ear in (again, wider)] == [Code.INCOMPLETE, Code.INCOMPLETE]
    assert gone.answer == DONE
    assert cluster.shares == ()


def test_half_of_any_other_command_is_nothing() -> None:
    env = Environment()
    cluster = model(env)
    submit(cluster, env, create("a"))
    cluster.set_injector(Scripted({"a": {"effect": EffectPlan.HALF}}))
    assert code_of(submit(cluster, env, resize("a", 7)).answer) is Code.INTERNAL
    assert [share.size for share in cluster.shares] == [100]


def test_a_late_effect_lands_so_long_after_the_answer_and_is_logged_as_late() -> None:
    cluster, ear, _ = played(effect_delay=10.0)
    assert (ear.answer, ear.at) == (DONE, 4.0)
    [effect] = cluster.effects()
    assert (effect.at, effect.late) == (14.0, True)
    assert cluster.counters["late_effects"] == 1


@pytest.mark.parametrize(
    ("claims", "breaks", "left"),
    [(True, False, []), (True, True, ["a"]), (False, False, ["a"])],
    ids=["promised", "promise broken by the fault", "not claimed"],
)
def test_a_late_effect_is_dropped_where_a_newer_command_was_started_and_sequences_are_claimed(
    claims: bool, breaks: bool, left: list[str]
) -> None:
    env = Environment()
    capabilities = frozenset(Capability) if claims else frozenset(Capability) - {Capability.SEQUENCE}
    changed = {"effect_delay": 10.0, "breaks_sequence": breaks}
    cluster = model(env, capabilities=capabilities, injector=Scripted({"a": changed}))
    submit(cluster, env, create("a", sequence=1))
    cluster.set_injector(Scripted({}))
    assert code_of(submit(cluster, env, delete("a", sequence=2)).answer) is Code.NOT_FOUND
    env.run()
    assert [share.name for share in cluster.shares] == left


@pytest.mark.parametrize(("code", "left"), [(Code.BUSY, ["a"]), (Code.DENIED, [])])
def test_every_answer_but_busy_says_that_the_command_overtakes_older_ones(code: Code, left: list[str]) -> None:
    env = Environment()
    cluster = model(env, injector=Scripted({"a": {"effect_delay": 10.0}}))
    submit(cluster, env, create("a", sequence=1))
    cluster.set_injector(Scripted({"a": {"refuse": code, "refuse_early": True}}))
    assert code_of(submit(cluster, env, delete("a", sequence=2)).answer) is code
    env.run()
    assert [share.name for share in cluster.shares] == left


def test_a_late_effect_of_a_command_that_was_done_again_meanwhile_is_none() -> None:
    env = Environment()
    cluster = model(env, injector=Scripted({"a": {"effect_delay": 10.0, "lose_reply": True}}))
    submit(cluster, env, create("a"))
    cluster.set_injector(Scripted({}))
    assert submit(cluster, env, create("a")).answer == DONE
    assert submit(cluster, env, delete("a")).answer == DONE
    env.run()
    assert [effect.kind for effect in cluster.effects()] == [ClusterEffectKind.CREATED, ClusterEffectKind.DELETED]
    assert cluster.shares == ()


def test_a_half_made_share_can_come_late_too() -> None:
    cluster, _, _ = played(effect=EffectPlan.HALF, effect_delay=1.0)
    [effect] = cluster.effects()
    assert (effect.kind, effect.at, effect.late) == (ClusterEffectKind.HALF_CREATED, 5.0, True)


def test_a_hung_command_does_nothing_and_holds_its_place_until_its_caller_is_gone() -> None:
    env = Environment()
    cluster = model(env, steady(4.0), injector=Scripted({"a": {"hang": True}}), commands=1)
    ear = Ear(env)
    ticket = cluster.submit(create("a"), 1, ear)
    queued = submit(cluster, env, create("b"))
    env.run(100)
    assert (ear.answer, queued.answer) == (None, None)
    assert (cluster.counters["in_service"], cluster.counters["queued"], cluster.counters["hung"]) == (1, 1, 1)
    ticket.abandon()
    env.run()
    assert (queued.answer, queued.at) == (DONE, 104.0)
    assert [effect.name for effect in cluster.effects()] == ["b"]


def test_a_command_abandoned_before_it_hangs_frees_its_place_when_it_would_hang() -> None:
    env = Environment()
    cluster = model(env, steady(4.0), injector=Scripted({"a": {"hang": True}}), commands=1)
    ticket = cluster.submit(create("a"), 1, Ear(env))
    ticket.abandon()
    ticket.abandon()
    env.run()
    assert cluster.counters["in_service"] == 0
    assert cluster.counters["abandoned"] == 1


def test_a_lost_reply_leaves_the_effect_and_frees_the_place() -> None:
    cluster, ear, _ = played(lose_reply=True)
    assert ear.answer is None
    assert len(cluster.effects()) == 1
    assert cluster.counters["in_service"] == 0


def test_a_lie_is_success_without_effect() -> None:
    cluster, ear, _ = played(lie=True, effect=EffectPlan.NONE)
    assert ear.answer == DONE
    assert cluster.effects() == ()


def test_the_output_plan_reaches_the_listener() -> None:
    spoiled = OutputPlan(keep=0.5, garble=0.1, extra=9, rate=10.0)
    _, ear, _ = played(output=spoiled)
    assert ear.output == spoiled


@pytest.mark.parametrize("how", CutHow)
@pytest.mark.parametrize(
    ("when", "at"), [(When.BEFORE_EFFECT, 0.0), (When.DURING_SERVICE, 2.0), (When.AFTER_EFFECT, 4.0)]
)
def test_a_cut_ends_the_connection_at_its_instant_and_does_not_touch_the_effect(
    when: When, at: float, how: CutHow
) -> None:
    cluster, ear, _ = played(cut=Cut(when=when, how=how))
    assert (ear.answer, ear.at) == (how, at)
    [effect] = cluster.effects()
    assert effect.at == 4.0
    assert effect.late == (when is not When.AFTER_EFFECT)
    assert cluster.counters["in_service"] == 0


@pytest.mark.parametrize(
    ("when", "at", "effects"),
    [(When.BEFORE_EFFECT, 0.0, 0), (When.DURING_SERVICE, 2.0, 0), (When.AFTER_EFFECT, 4.0, 1)],
)
def test_a_crash_loses_all_that_is_in_service_or_waiting(when: When, at: float, effects: int) -> None:
    env = Environment()
    cluster = model(
        env, steady(4.0, delete=9.0), injector=Scripted({"a": {"crash": when, "down_for": 30.0}}), commands=2
    )
    cluster.listener = lines = Lines(env)
    others = [submit(cluster, env, delete("z")), submit(cluster, env, create("a")), submit(cluster, env, create("b"))]
    number, _ = cluster.open_connection()
    cluster.authenticated(number)
    cluster.open_channel(number)
    env.run(at + 1)
    assert [(ear.answer, ear.at) for ear in others] == [(CutHow.RESET, at)] * 3
    assert (cluster.is_up, cluster.refuses_connections()) == (False, True)
    gauges = ("in_service", "queued", "open_connections", "sessions")
    assert [cluster.counters[gauge] for gauge in gauges] == [0, 0, 0, 0]
    assert submit(cluster, env, create("c")).answer is CutHow.RESET
    env.run()
    assert lines.heard == [("down", at), ("back", at + 30.0)]
    assert (cluster.is_up, cluster.refuses_connections()) == (True, False)
    assert len(cluster.effects()) == len(cluster.shares) == effects


def test_a_crash_that_wipes_logs_each_share_that_it_takes_and_forgets_what_was_asked() -> None:
    env = Environment()
    cluster = model(env)
    for name in ("b", "a"):
        submit(cluster, env, create(name, sequence=9))
    cluster.crash(5.0, wipe=True)
    assert [(effect.kind, effect.name, effect.incarnation) for effect in cluster.effects(after=2)] == [
        (ClusterEffectKind.WIPED, "a", 1),
        (ClusterEffectKind.WIPED, "b", 1),
    ]
    assert cluster.counters["effects"] == 4
    env.run()
    assert submit(cluster, env, create("a", sequence=1)).answer == DONE
    assert cluster.effects()[-1].incarnation == 2


def test_a_crash_takes_late_effects_with_it() -> None:
    cluster, _, env = played(until=5, effect_delay=10.0)
    cluster.crash(1.0)
    env.run()
    assert cluster.effects() == ()


def test_a_cluster_that_is_down_stays_down_for_the_longer_of_two_crashes() -> None:
    env = Environment()
    cluster = model(env)
    cluster.listener = lines = Lines(env)
    cluster.crash(10.0)
    cluster.crash(3.0)
    env.run()
    cluster.crash(1.0)
    env.run()
    assert lines.heard == [("down", 0.0), ("back", 10.0), ("down", 10.0), ("back", 11.0)]


def test_an_abandoned_command_runs_on_unheard_and_its_effect_is_late() -> None:
    env = Environment()
    cluster = model(env, steady(4.0), commands=1)
    ears = [Ear(env), Ear(env)]
    tickets = [cluster.submit(create(name), 1, ear) for name, ear in zip("ab", ears, strict=True)]
    env.run(1)
    for ticket in tickets:
        ticket.abandon()
    env.run()
    assert [ear.answer for ear in ears] == [None, None]
    assert [(effect.name, effect.at, effect.late) for effect in cluster.effects()] == [
        ("a", 4.0, True),
        ("b", 8.0, True),
    ]
    tickets[0].abandon()
    assert cluster.counters["abandoned"] == 2


@pytest.mark.parametrize("places", [1, 2, 3, 7])
def test_with_constant_service_and_c_places_commands_end_in_waves_of_c(places: int) -> None:
    env = Environment()
    cluster = model(env, steady(2.5), commands=places)
    ears = [submit(cluster, env, create(f"s{number}")) for number in range(20)]
    env.run()
    assert [ear.at for ear in ears] == [2.5 * (number // places + 1) for number in range(20)]
    assert cluster.counters["peak_in_service"] == places
    assert cluster.counters["peak_queued"] == 20 - places


def test_what_overflows_the_queue_is_refused_as_busy_at_once() -> None:
    env = Environment()
    cluster = model(env, steady(2.0), commands=1, queue=2)
    ears = [submit(cluster, env, create(name)) for name in "abcd"]
    assert code_of(ears[3].answer) is Code.BUSY
    env.run()
    assert [ear.at for ear in ears] == [2.0, 4.0, 6.0, 0.0]
    assert [effect.name for effect in cluster.effects()] == ["a", "b", "c"]


def test_a_long_queue_of_instant_commands_is_worked_off() -> None:
    env = Environment()
    cluster = model(env, steady(0.0, create=1.0), commands=1)
    submit(cluster, env, create("a"))
    ears = [submit(cluster, env, Show(name="a")) for _ in range(5000)]
    env.run()
    assert all(isinstance(ear.answer, ShowReply) and ear.at == 1.0 for ear in ears)


def test_an_overtaken_command_is_refused_even_if_it_was_overtaken_while_in_service() -> None:
    env = Environment()
    cluster = model(env, steady(1.0, create=4.0))
    slow = submit(cluster, env, create("a", sequence=1))
    newer = submit(cluster, env, delete("a", sequence=2))
    env.run()
    assert (code_of(newer.answer), newer.at) == (Code.NOT_FOUND, 1.0)
    assert (code_of(slow.answer), slow.at) == (Code.STALE, 4.0)
    assert cluster.effects() == ()


def test_not_after_is_checked_when_the_command_starts_and_not_again() -> None:
    env = Environment()
    cluster = model(env, steady(4.0), commands=1)
    first = submit(cluster, env, create("a", not_after=1_700_000_001.0))
    waited = submit(cluster, env, create("b", not_after=1_700_000_003.0))
    env.run()
    assert first.answer == DONE
    assert code_of(waited.answer) is Code.EXPIRED
    assert [effect.name for effect in cluster.effects()] == ["a"]
