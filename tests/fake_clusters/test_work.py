"""A cluster's work is done at the speed of the moment: in service, in the queue, in every order of serving, and when
the speed is changed meanwhile by hand."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from simpy import Environment

from connector.operations import Request, Show, Verb
from connector.values import replace
from fake_clusters.distributions import Constant
from fake_clusters.environment import PacedEnvironment
from fake_clusters.latency_phases import LatencyPhase, LatencyPhaseKind
from fake_clusters.model import ClusterModel
from fake_clusters.order import FIFO, Order, OrderKind, Visits
from fake_clusters.plans import Cut, CutHow, When
from fake_clusters.profile import LoginPhase, Profile
from tests.fake_clusters.jumping import JumpingLoop
from tests.fake_clusters.models import Ear, Scripted, create, model, steady, submit
from tests.fake_clusters.test_speed import brownout, some_latency_phases, standstill


def with_phases(profile: Profile, *latency_phases: LatencyPhase) -> Profile:
    return replace(profile, latency_phases=latency_phases)


def arriving(cluster: ClusterModel, env: Environment, requests: Sequence[tuple[float, Request]]) -> list[Ear]:
    """Who hears of each; the requests come at their instants."""
    ears = [Ear(env) for _ in requests]

    def comes(place: int) -> Any:
        return lambda event: cluster.submit(requests[place][1], 1, ears[place])

    for place, (at, _) in enumerate(requests):
        env.timeout(at - env.now).callbacks.append(comes(place))
    return ears


def ends(
    profile: Profile, requests: Sequence[tuple[float, Request]], order: Order = FIFO, **limits: Any
) -> list[float | None]:
    env = Environment()
    ears = arriving(model(env, profile, order=order, **limits), env, requests)
    env.run()
    return [ear.at for ear in ears]


def test_what_waits_through_a_brownout_is_served_at_the_speed_after_it() -> None:
    """Five creates a second of one second's work each; a fifth of the speed up to 5 s, when the first has 0.04 left."""
    profile = with_phases(steady(1.0), brownout(0, 5, 5))
    requests = [(0.2 * number, create(f"s{number}")) for number in range(1, 5)]
    assert ends(profile, requests, commands=1) == pytest.approx([5.04, 6.04, 7.04, 8.04])


def test_what_is_in_service_when_a_brownout_begins_is_slowed_from_then_on() -> None:
    assert ends(with_phases(steady(4.0), brownout(3, 100, 10)), [(0.0, create("a"))]) == [13.0]


def test_a_standstill_holds_up_all_that_is_in_service_and_loses_nothing() -> None:
    profile = with_phases(steady(4.0), standstill(1, 11))
    assert ends(profile, [(0.0, create("a")), (5.0, create("b"))]) == [14.0, 15.0]


def test_the_speed_may_change_many_times_during_one_service() -> None:
    phase = LatencyPhase(kind=LatencyPhaseKind.PERIODIC, begins=0, ends=1000, factor=9, period=1, duty=0.9)
    assert ends(with_phases(steady(10.0), phase), [(0.0, create("a"))]) == pytest.approx([50.0])


def test_a_speed_that_is_set_by_hand_holds_at_once_for_what_is_in_service() -> None:
    env = Environment()
    cluster = model(env, steady(4.0), commands=1)
    first, second = submit(cluster, env, create("a")), submit(cluster, env, create("b"))
    env.run(3.0)
    cluster.set_profile(with_phases(steady(4.0), brownout(0, 1000, 10)))
    env.run(8.0)
    cluster.set_profile(with_phases(steady(4.0), standstill(0, 1000)))
    env.run(108.0)
    cluster.set_profile(steady(4.0))
    env.run()
    assert (first.at, second.at) == pytest.approx((108.5, 112.5))


def test_a_new_profile_gives_no_other_work_to_what_has_arrived() -> None:
    env = Environment()
    cluster = model(env, steady(4.0), commands=1)
    ears = [submit(cluster, env, create(name)) for name in "ab"]
    env.run(1.0)
    cluster.set_profile(steady(1.0))
    ears.append(submit(cluster, env, create("c")))
    env.run()
    assert [ear.at for ear in ears] == [4.0, 8.0, 9.0]


@given(st.lists(st.tuples(st.floats(0, 30), st.floats(0.1, 9)), min_size=1, max_size=6), st.floats(0.1, 9))
def test_it_is_the_same_whether_the_speed_is_known_ahead_or_set_moment_by_moment(
    steps: list[tuple[float, float]], work: float
) -> None:
    edges = sorted({at for at, _ in steps} | {40.0})
    factors = [factor for _, factor in steps]
    pieces = [brownout(begins, ends, factor) for begins, ends, factor in zip(edges, edges[1:], factors, strict=False)]
    requests = [(float(number), create(f"s{number}")) for number in range(8)]
    ahead = ends(with_phases(steady(work), *pieces), requests, commands=2)
    env = Environment()
    cluster = model(env, steady(work), commands=2)
    ears = arriving(cluster, env, requests)
    for piece in pieces:
        if piece.begins > env.now:
            env.run(piece.begins)
        cluster.set_profile(with_phases(steady(work), brownout(0, 1e9, piece.factor)))
    if pieces:
        env.run(pieces[-1].ends)
        cluster.set_profile(steady(work))
    env.run()
    assert [ear.at for ear in ears] == pytest.approx(ahead)


ORDERS = [
    FIFO,
    Order(kind=OrderKind.PRIORITY),
    Order(kind=OrderKind.IN_TURN),
    Order(kind=OrderKind.IN_TURN, visits=Visits.GATED),
]


def in_work_time(latency_phases: Sequence[LatencyPhase], at: float) -> float:
    """Seconds of work done by then, summed up strip by strip between all edges: shares no code with what is tested."""
    edges = {0.0, at}
    for phase in latency_phases:
        edges |= {edge for edge in (phase.begins, phase.ends) if 0.0 < edge < at}
    done, row = 0.0, sorted(edges)
    for begins, until in pairwise(row):
        middle, slowness = (begins + until) / 2, 1.0
        for phase in latency_phases:
            if phase.begins <= middle < phase.ends:
                slowness *= float("inf") if phase.kind is LatencyPhaseKind.STANDSTILL else phase.factor
        done += (until - begins) / slowness
    return done


@given(
    st.lists(
        st.one_of(
            st.builds(brownout, st.floats(0, 9), st.floats(10, 30), st.floats(0.2, 9)),
            st.builds(standstill, st.floats(0, 9), st.floats(10, 30)),
        ),
        max_size=4,
    ),
    st.lists(st.tuples(st.floats(0, 20), st.booleans()), min_size=1, max_size=12),
    st.sampled_from(ORDERS),
    st.integers(1, 3),
)
def test_in_work_time_every_speed_gives_the_same_ends(
    latency_phases: list[LatencyPhase], arrivals: list[tuple[float, bool]], order: Order, places: int
) -> None:
    """The time-change theorem for work-conserving queues: only the clock differs, and the clock is the work done."""
    profile = Profile(service={Verb.SHOW: Constant(0.7)}, default=Constant(1.3))
    requests: list[tuple[float, Request]] = [
        (at + 1e-3 * number, Show(name=f"s{number}") if is_look else create(f"s{number}"))
        for number, (at, is_look) in enumerate(sorted(arrivals))
    ]
    mapped = [(in_work_time(latency_phases, at), request) for at, request in requests]
    # What comes during a standstill comes at one instant of work time, in an order that this cannot say.
    assume(len({round(at, 6) for at, _ in mapped}) == len(mapped))
    steadily = ends(profile, mapped, order, commands=places)
    slowed = ends(with_phases(profile, *latency_phases), requests, order, commands=places)
    assert [in_work_time(latency_phases, at or 0.0) for at in slowed] == pytest.approx(steadily, abs=1e-6)


@given(some_latency_phases(), st.lists(st.floats(0.1, 3), min_size=2, max_size=6))
def test_a_busy_period_ends_at_the_same_instant_in_whatever_order_its_work_is_done(
    latency_phases: list[LatencyPhase], works: list[float]
) -> None:
    def emptied(row: Sequence[float]) -> float:
        env = Environment()
        plans = {f"s{number}": {"service": work} for number, work in enumerate(row)}
        cluster = model(env, with_phases(Profile(), *latency_phases), injector=Scripted(plans), commands=1)
        ears = [submit(cluster, env, create(name)) for name in plans]
        env.run()
        return max(ear.at or 0.0 for ear in ears)

    done = [emptied(row) for row in (works, works[::-1], sorted(works))]
    assert done == pytest.approx([done[0]] * 3, rel=1e-6, abs=1e-6) or _ends_at_an_edge(latency_phases, done)


def _ends_at_an_edge(latency_phases: Sequence[LatencyPhase], instants: Sequence[float]) -> bool:
    """Rounding decides at which side of a standstill it is done."""
    still = [phase for phase in latency_phases if phase.kind is LatencyPhaseKind.STANDSTILL]
    return any(abs(min(instants) - phase.begins) < 1e-6 for phase in still)


def test_a_cut_during_service_comes_when_half_of_the_work_is_done() -> None:
    env = Environment()
    plan = {"a": {"cut": Cut(when=When.DURING_SERVICE, how=CutHow.RESET)}}
    cluster = model(env, with_phases(steady(4.0), brownout(1, 100, 10)), injector=Scripted(plan))
    ear = submit(cluster, env, create("a"))
    env.run()
    assert (ear.answer, ear.at) == (CutHow.RESET, 11.0)
    assert [effect.at for effect in cluster.effects()] == [31.0]


def test_a_crash_during_service_comes_when_half_of_the_work_is_done_also_where_the_speed_is_set_meanwhile() -> None:
    env = Environment()
    plan = {"a": {"crash": When.DURING_SERVICE, "down_for": 5.0}}
    cluster = model(env, steady(4.0), injector=Scripted(plan))
    ear = submit(cluster, env, create("a"))
    env.run(1.0)
    cluster.set_profile(with_phases(steady(4.0), brownout(0, 1000, 10)))
    env.run()
    assert (ear.answer, ear.at) == (CutHow.RESET, 11.0)
    assert cluster.effects() == ()


@pytest.mark.parametrize("wipe", [False, True])
def test_a_crash_loses_the_work_under_way_and_what_comes_afterwards_begins_anew(wipe: bool) -> None:
    env = Environment()
    cluster = model(env, with_phases(steady(4.0), brownout(0, 100, 2)), commands=1)
    lost = [submit(cluster, env, create(name)) for name in "ab"]
    env.run(3.0)
    cluster.crash(1.0, wipe=wipe)
    env.run(5.0)
    cluster.set_profile(steady(4.0))
    again = submit(cluster, env, create("a"))
    env.run()
    assert [ear.answer for ear in lost] == [CutHow.RESET, CutHow.RESET]
    assert again.at == 9.0
    assert [effect.at for effect in cluster.effects()] == [9.0]


def test_a_command_that_its_caller_gave_up_goes_on_at_the_speed_of_the_moment_and_keeps_its_place() -> None:
    env = Environment()
    cluster = model(env, with_phases(steady(2.0), brownout(1, 6, 5)), commands=1)
    ear = Ear(env)
    ticket = cluster.submit(create("a"), 1, ear)
    following = submit(cluster, env, create("b"))
    env.run(2.0)
    ticket.abandon()
    env.run()
    assert ear.answer is None
    assert [(effect.at, effect.late) for effect in cluster.effects()] == [(6.0, True), (8.0, False)]
    assert following.at == 8.0


def test_a_late_effect_lands_after_its_delay_which_is_no_work() -> None:
    env = Environment()
    cluster = model(env, with_phases(steady(1.0), brownout(0, 100, 4)), injector=Scripted({"a": {"effect_delay": 3.0}}))
    ear = submit(cluster, env, create("a"))
    env.run()
    assert ear.at == 4.0
    assert [effect.at for effect in cluster.effects()] == [7.0]


def test_the_phases_of_a_login_and_the_opening_of_a_channel_are_work_too() -> None:
    env = Environment()
    login = {LoginPhase.BANNER: Constant(1.0), LoginPhase.KEX: Constant(2.0), LoginPhase.AUTH: Constant(3.0)}
    profile = Profile(login={**login, LoginPhase.CHANNEL: Constant(1.0)}, latency_phases=(brownout(2, 12, 5),))
    cluster = model(env, profile)
    number, plan = cluster.open_connection()
    assert (plan.banner_delay, plan.kex_delay, plan.auth_delay) == (1.0, 1.0 + 5.0, 5.0 + 2.0)
    env.run(11.0)
    cluster.authenticated(number)
    assert cluster.open_channel(number).delay == pytest.approx(1.0 + 0.8)


def test_what_a_fault_adds_to_a_login_is_work_as_well() -> None:
    env = Environment()
    profile = Profile(latency_phases=(brownout(0, 10, 5),))
    cluster = model(env, profile, injector=Scripted({"*": {"auth_delay": 3.0}}))
    assert cluster.open_connection()[1].auth_delay == 11.0


def test_a_hung_command_hangs_at_any_speed() -> None:
    env = Environment()
    cluster = model(
        env, with_phases(steady(1.0), brownout(0, 9, 3)), injector=Scripted({"a": {"hang": True}}), commands=1
    )
    ear = submit(cluster, env, create("a"))
    env.run(100.0)
    assert ear.answer is None
    assert cluster.counters["hung"] == 1
    assert cluster.counters["in_service"] == 1


def test_on_a_loops_clock_a_standstill_that_is_lifted_lets_what_is_in_service_go_on() -> None:
    """As in the live world, where heal and the admin API set the profile."""
    loop = JumpingLoop()

    async def played() -> tuple[float, float]:
        async with PacedEnvironment(loop) as env:
            cluster = model(env, with_phases(steady(2.0), standstill(0.5, 1000)))
            began, answered = loop.time(), asyncio.Event()
            ear = Ear(env)
            forget = cluster.observe(answered.set)
            cluster.submit(create("a"), 1, ear)
            await asyncio.sleep(10.0)
            assert ear.answer is None
            cluster.set_profile(steady(2.0))
            answered.clear()
            await answered.wait()
            forget()
            return loop.time() - began, cluster.effects()[0].at

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        took, landed = runner.run(played())
    assert (took, landed) == pytest.approx((11.5, 11.5))
