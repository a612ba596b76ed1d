"""Class after class: when a controller that goes round is where, whom it serves there, and when it goes on."""

import pytest
from simpy import Environment

from connector.operations import Request, Show, Verb
from fake_clusters.model import ClusterModel
from fake_clusters.order import LOOKS, Order, OrderKind, Visits
from tests.fake_clusters.models import Ear, Scripted, create, delete, model, steady, submit

_REST = tuple(verb for verb in Verb if verb not in (*LOOKS, Verb.CREATE))
THREE = (LOOKS, (Verb.CREATE,), _REST)
"""Looks, creates, and all else."""


def in_turn(switch: float = 0.0, visits: Visits = Visits.EXHAUSTIVE) -> Order:
    return Order(kind=OrderKind.IN_TURN, classes=THREE, switch=switch, visits=visits)


def cluster_of(env: Environment, order: Order, *, places: int = 1) -> ClusterModel:
    """Each command takes a second."""
    return model(env, steady(1.0), order=order, commands=places)


def ends(order: Order, *requests: Request, places: int = 1) -> list[float | None]:
    """When each is answered, where all come at once."""
    env = Environment()
    cluster = cluster_of(env, order, places=places)
    ears = [submit(cluster, env, request) for request in requests]
    env.run()
    return [ear.at for ear in ears]


def test_without_a_way_to_go_a_free_place_is_taken_at_once() -> None:
    assert ends(in_turn(), create("a")) == [1.0]


def test_it_stays_with_a_class_until_none_of_it_waits() -> None:
    assert ends(in_turn(), create("a"), Show(name="b"), delete("c"), create("d")) == [1, 4, 3, 2]


def test_where_visits_are_gated_it_serves_those_it_found_there() -> None:
    requests = (create("a"), create("b"), delete("c"), create("d"), Show(name="e"))
    assert ends(in_turn(visits=Visits.GATED), *requests) == [1, 4, 2, 5, 3]


def test_who_comes_while_its_class_is_visited_is_served_in_this_visit_or_in_the_next() -> None:
    def waits(visits: Visits) -> float | None:
        env = Environment()
        cluster = cluster_of(env, in_turn(visits=visits))
        submit(cluster, env, create("a"))
        submit(cluster, env, delete("b"))
        env.run(until=0.5)
        late = submit(cluster, env, create("c"))
        env.run()
        return late.at

    assert (waits(Visits.EXHAUSTIVE), waits(Visits.GATED)) == (2.0, 3.0)


def test_the_way_from_class_to_class_takes_its_time() -> None:
    """Looks are reached at 0.5, creates at 1 (served until 3), the rest at 3.5."""
    assert ends(in_turn(0.5), create("a"), create("b"), delete("c")) == [2.0, 3.0, 4.5]


def test_an_idle_server_goes_on_switching_between_classes() -> None:
    """Off at 0, it is at looks at 0.5 and every 1.5 s from then: who comes right after waits until 2."""
    env = Environment()
    cluster = cluster_of(env, in_turn(0.5))
    env.run(until=0.6)
    ear = submit(cluster, env, Show(name="a"))
    env.run()
    assert ear.at == 3.0


def test_after_a_long_rest_it_is_where_it_would_have_walked_to() -> None:
    env = Environment()
    cluster = cluster_of(env, in_turn(0.5))
    first = submit(cluster, env, create("a"))
    env.run(until=1000.25)
    second = submit(cluster, env, create("b"))
    env.run()
    assert first.at == 2.0
    reached = 2.0 + 1.5 * 666
    assert second.at == reached + 1.0


def test_an_idle_cluster_has_no_events() -> None:
    env = Environment()
    cluster = cluster_of(env, in_turn(0.5))
    submit(cluster, env, create("a"))
    env.run()
    assert env.now == 2.0
    assert env.peek() == float("inf")


def test_all_places_are_given_out_where_it_is_and_it_goes_on_when_one_is_left_over() -> None:
    requests = (create("a"), create("b"), create("c"), delete("d"))
    assert ends(in_turn(), *requests, places=2) == [1.0, 1.0, 2.0, 2.0]


def test_a_hung_command_costs_a_place_and_not_the_round() -> None:
    env = Environment()
    cluster = model(env, steady(1.0), order=in_turn(), commands=2, injector=Scripted({"a": {"hang": True}}))
    ears = [submit(cluster, env, request) for request in (create("a"), create("b"), delete("c"), Show(name="d"))]
    env.run()
    assert [ear.at for ear in ears] == [None, 1.0, 2.0, 3.0]


@pytest.mark.parametrize("switch", [0.0, 0.5])
def test_a_crash_loses_all_that_wait_and_it_sets_off_anew(switch: float) -> None:
    env = Environment()
    cluster = cluster_of(env, in_turn(switch))
    ears = [submit(cluster, env, request) for request in (create("a"), create("b"), delete("c"))]
    env.run(until=0.75)
    cluster.crash(1.0)
    assert [len(ear.heard) for ear in ears] == [1, 1, 1]
    env.run(until=2.0)
    assert cluster.counters["queued"] == 0
    again = Ear(env)
    cluster.submit(Show(name="d"), 1, again)
    env.run()
    assert again.at == (3.0 if switch == 0 else 0.75 + switch + 3 * switch + 1.0)


def test_one_queue_limit_holds_for_all_classes() -> None:
    env = Environment()
    cluster = model(env, steady(1.0), order=in_turn(0.5), commands=1, queue=1)
    waiting = submit(cluster, env, create("a"))
    assert cluster.counters["queued"] == 1
    assert submit(cluster, env, create("b")).heard
    env.run()
    assert waiting.at == 2.0
