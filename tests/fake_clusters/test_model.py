"""A cluster can be looked at, changed and reset while it runs."""

from simpy import Environment

from connector.codes import CATALOGUE, Code
from connector.operations import Capabilities, CapabilitiesReply, Capability, DoneReply, Show, Verb
from connector.protocol import Refusal
from fake_clusters.counters import Gauge, Total
from fake_clusters.model import ClusterModel
from fake_clusters.plans import CutHow
from fake_clusters.spec import ClusterSpec
from tests.fake_clusters.models import Ear, Scripted, create, delete, model, steady, submit


def test_counters_tell_what_went_on() -> None:
    env = Environment()
    cluster = model(env, steady(1.0), commands=2)
    for request in (create("a"), create("b"), create("c"), Show(name="zz")):
        submit(cluster, env, request)
    cluster.submit(create("d"), 1, Ear(env)).abandon()
    env.run()
    rows = cluster.counters
    wanted = {
        "commands": 5,
        "commands.create": 4,
        "commands.show": 1,
        "answers": 4,
        "refusals": 1,
        "refusals.not-found": 1,
        "abandoned": 1,
        "effects": 4,
        "late_effects": 1,
        "in_service": 0,
        "queued": 0,
        "peak_in_service": 2,
        "peak_queued": 3,
    }
    assert {name: rows[name] for name in wanted} == wanted


def test_every_counter_is_there_from_the_beginning() -> None:
    rows = model(Environment()).counters
    sent = {f"refusals.{code}" for code, entry in CATALOGUE.items() if entry.status is not None}
    gauges = {prefix + gauge for gauge in Gauge for prefix in ("", "peak_")}
    assert set(rows) == {*Total, *gauges, *sent, *(f"commands.{verb}" for verb in Verb)}
    assert set(rows.values()) == {0}


def test_an_observer_is_told_of_every_effect_until_it_is_taken_back() -> None:
    env = Environment()
    cluster = model(env, steady(1.0))
    told: list[float] = []
    stop = cluster.observe(lambda: told.append(float(env.now)))
    submit(cluster, env, create("a"))
    env.run()
    assert told[0] == 0.0
    assert told[-1] == 1.0
    stop()
    before = len(told)
    submit(cluster, env, create("b"))
    env.run()
    assert len(told) == before


def test_effects_can_be_read_on_from_a_number() -> None:
    env = Environment()
    cluster = model(env)
    for name in "abc":
        submit(cluster, env, create(name))
    assert [effect.name for effect in cluster.effects(after=1)] == ["b", "c"]
    assert cluster.effects(after=3) == ()


def test_an_unreadable_command_is_refused_as_invalid_and_counted() -> None:
    env = Environment()
    cluster = model(env, steady(1.0))
    ear = Ear(env)
    cluster.submit(None, 1, ear).abandon()
    assert isinstance(ear.answer, Refusal)
    assert ear.answer.code is Code.INVALID
    assert (cluster.counters["unreadable"], cluster.counters["commands"]) == (1, 0)


def test_a_name_that_is_not_text_is_refused_and_harms_nobody() -> None:
    env = Environment()
    ear = submit(model(env), env, create("\udcff"))
    assert isinstance(ear.answer, Refusal)
    assert ear.answer.code is Code.INVALID


def test_a_profile_holds_for_what_arrives_after_it_was_set() -> None:
    env = Environment()
    cluster = model(env, steady(1.0))
    first = submit(cluster, env, create("a"))
    cluster.set_profile(steady(5.0))
    second = submit(cluster, env, create("b"))
    env.run()
    assert (first.at, second.at) == (1.0, 5.0)
    assert cluster.profile == steady(5.0)


def test_an_injector_holds_for_what_arrives_after_it_was_set() -> None:
    env = Environment()
    cluster = model(env, steady(1.0))
    first = submit(cluster, env, create("a"))
    cluster.set_injector(Scripted({"*": {"service": 7.0}}))
    second = submit(cluster, env, create("b"))
    env.run()
    assert (first.at, second.at) == (1.0, 7.0)


def test_a_reset_cluster_is_as_freshly_made_but_keeps_its_connections() -> None:
    env = Environment()
    cluster = model(env, steady(1.0), injector=Scripted({"late": {"effect_delay": 50.0}}))
    number, _ = cluster.open_connection()
    cluster.open_channel(number)
    for name in ("a", "late"):
        submit(cluster, env, create(name))
    env.run(2)
    waiting = submit(cluster, env, create("b"))
    cluster.reset()
    assert waiting.answer is CutHow.RESET
    assert (cluster.shares, cluster.effects()) == ((), ())
    rows = {name: value for name, value in cluster.counters.items() if value}
    assert rows == {"open_connections": 1, "sessions": 1, "peak_open_connections": 1, "peak_sessions": 1}
    env.run()
    assert cluster.effects() == ()
    again = submit(cluster, env, create("a"))
    env.run()
    assert again.answer == DoneReply()
    assert [(effect.number, effect.incarnation) for effect in cluster.effects()] == [(1, 1)]


def test_capabilities_are_those_of_the_spec_that_the_dialect_carries() -> None:
    env = Environment()
    spec = ClusterSpec(name="n", capabilities=frozenset({Capability.MARK, Capability.SEQUENCE}))
    carried = frozenset({Capability.MARK, Capability.SNAPSHOTS})
    cluster = ClusterModel(env, spec, seed=1, wall=lambda: 0.0, carries=carried)
    assert submit(cluster, env, Capabilities()).answer == CapabilitiesReply(capabilities=frozenset({Capability.MARK}))


def test_a_delete_and_a_create_that_cross_leave_what_the_later_effect_left() -> None:
    env = Environment()
    cluster = model(env, steady(1.0, create=5.0))
    submit(cluster, env, create("a"))
    submit(cluster, env, delete("a"))
    env.run()
    assert [share.name for share in cluster.shares] == ["a"]
