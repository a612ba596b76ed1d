"""Connections, logins and channels are let in within the limits, delayed as the profile says."""

import pytest
from simpy import Environment

from fake_clusters.distributions import Constant
from fake_clusters.plans import BannerPlan, ConnectionPlan, CutHow
from fake_clusters.profile import LatencyPhase, LatencyPhaseKind, LoginPhase, Profile
from tests.fake_clusters.models import Scripted, model

CALM = ConnectionPlan()
RESET = ConnectionPlan(cut=CutHow.RESET)
EXCEEDED = ConnectionPlan(cut=CutHow.CLOSE, last_line="Exceeded MaxStartups")


def test_connections_are_numbered_from_one() -> None:
    cluster = model(Environment())
    assert [cluster.open_connection() for _ in range(3)] == [(1, CALM), (2, CALM), (3, CALM)]
    assert cluster.counters["connections"] == cluster.counters["open_connections"] == 3


def test_each_phase_takes_as_long_as_the_profile_says() -> None:
    login = {phase: Constant(0.1 * index) for index, phase in enumerate(LoginPhase, start=1)}
    cluster = model(Environment(), Profile(login=login))
    number, plan = cluster.open_connection()
    assert (plan.banner_delay, plan.kex_delay, plan.auth_delay) == pytest.approx((0.1, 0.2, 0.3))
    assert cluster.open_channel(number).delay == pytest.approx(0.4)


def test_a_connection_too_many_is_reset_until_another_closes() -> None:
    cluster = model(Environment(), connections=2)
    cluster.open_connection()
    cluster.open_connection()
    number, plan = cluster.open_connection()
    assert (number, plan) == (3, RESET)
    assert cluster.counters["connections_refused"] == 1
    cluster.close_connection(3)
    assert cluster.open_connection()[1] == RESET
    cluster.close_connection(1)
    assert cluster.open_connection() == (5, CALM)


def test_from_begin_strangers_on_some_are_dropped() -> None:
    cluster = model(Environment(), startups=(10, 30, 60))
    plans = [cluster.open_connection()[1] for _ in range(60)]
    assert plans[:10] == [CALM] * 10
    assert CALM in plans[10:]
    assert EXCEEDED in plans[10:]


def test_at_full_unauthenticated_connections_all_are_dropped() -> None:
    cluster = model(Environment(), startups=(2, 0, 4))
    plans = [cluster.open_connection()[1] for _ in range(100)]
    assert cluster.counters["open_connections"] == 4
    assert plans[-50:] == [EXCEEDED] * 50


def test_at_begin_unauthenticated_connections_the_rate_is_the_probability_of_being_dropped() -> None:
    cluster = model(Environment(), startups=(5, 30, 1000))
    for _ in range(5):
        cluster.open_connection()
    dropped = 0
    for _ in range(2000):
        number, plan = cluster.open_connection()
        dropped += plan == EXCEEDED
        cluster.close_connection(number)
    assert 0.27 < dropped / 2000 < 0.33


def test_a_connection_that_has_logged_in_no_longer_counts_against_startups() -> None:
    cluster = model(Environment(), startups=(1, 100, 1))
    number, _ = cluster.open_connection()
    assert cluster.open_connection()[1] == EXCEEDED
    cluster.authenticated(number)
    cluster.authenticated(number)
    assert cluster.open_connection()[1] == CALM
    cluster.close_connection(number)
    assert cluster.open_connection()[1] == EXCEEDED
    assert cluster.counters["logins"] == 1


def test_a_session_too_many_on_one_connection_is_refused_until_another_closes() -> None:
    cluster = model(Environment(), sessions=2)
    one, two = cluster.open_connection()[0], cluster.open_connection()[0]
    assert [cluster.open_channel(one).refuse for _ in range(3)] == [False, False, True]
    assert not cluster.open_channel(two).refuse
    assert (cluster.counters["sessions"], cluster.counters["channels_refused"]) == (3, 1)
    cluster.close_channel(one)
    assert not cluster.open_channel(one).refuse
    cluster.close_connection(one)
    assert cluster.counters["sessions"] == 1


def test_a_channel_that_a_fault_refuses_is_not_open() -> None:
    cluster = model(Environment(), injector=Scripted({"*": {"refuse": True}}))
    number, _ = cluster.open_connection()
    assert cluster.open_channel(number).refuse
    assert cluster.counters["sessions"] == 0


def test_a_fault_bends_the_plan_of_a_connection_that_was_let_in_and_of_no_other() -> None:
    injector = Scripted({"*": {"banner": BannerPlan.MISSING}})
    cluster = model(Environment(), injector=injector, connections=1)
    assert cluster.open_connection()[1].banner is BannerPlan.MISSING
    assert cluster.open_connection()[1] == RESET
    assert [(where.connection, where.attempt, where.verb) for where in injector.seen] == [(1, 1, None)]


def test_during_an_outage_of_the_profile_connections_are_refused() -> None:
    env = Environment()
    cluster = model(env, Profile(latency_phases=(LatencyPhase(kind=LatencyPhaseKind.OUTAGE, begins=10, ends=20),)))
    seen = []
    for until in (9, 15, 25):
        env.run(until)
        seen.append((cluster.refuses_connections(), cluster.open_connection()[1] == RESET))
    assert seen == [(False, False), (True, True), (False, False)]


def test_where_a_fault_has_closed_the_port_connections_are_refused() -> None:
    injector = Scripted({}, refusing=True)
    cluster = model(Environment(), injector=injector)
    assert cluster.refuses_connections()
    assert cluster.open_connection()[1] == RESET
    injector.refusing = False
    assert cluster.open_connection()[1] == CALM


def test_what_is_closed_twice_or_was_never_open_changes_nothing() -> None:
    cluster = model(Environment())
    number, _ = cluster.open_connection()
    cluster.close_channel(number)
    cluster.close_channel(99)
    cluster.authenticated(99)
    assert cluster.open_channel(99).refuse
    for _ in range(2):
        cluster.close_connection(number)
    assert (cluster.counters["open_connections"], cluster.counters["sessions"]) == (0, 0)
