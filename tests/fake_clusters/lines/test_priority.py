"""Class before class: looks pass waiting changes, and what is in service goes on."""

import pytest
from simpy import Environment

from connector.operations import Create, Delete, Request, Show, Verb
from connector.protocol import Refusal
from fake_clusters.order import LOOKS, Order, OrderKind
from tests.fake_clusters.models import Ear, create, delete, model, steady, submit

LOOKS_FIRST = Order(kind=OrderKind.PRIORITY)
DELETES_FIRST = Order(kind=OrderKind.PRIORITY, classes=((Verb.DELETE,), (Verb.CREATE, Verb.SHOW)))


def ends(order: Order, *requests: Request, places: int = 1) -> list[float | None]:
    """When each is answered, where all come at once and each takes a second."""
    env = Environment()
    cluster = model(env, steady(1.0), order=order, commands=places)
    ears = [submit(cluster, env, request) for request in requests]
    env.run()
    return [ear.at for ear in ears]


def test_who_waits_is_served_by_class_and_within_it_as_they_came() -> None:
    assert ends(LOOKS_FIRST, create("a"), create("b"), Show(name="c"), create("d"), Show(name="e")) == [1, 4, 2, 5, 3]


def test_a_command_in_service_is_not_preempted_by_a_higher_class() -> None:
    env = Environment()
    cluster = model(env, steady(2.0), order=LOOKS_FIRST, commands=1)
    first = submit(cluster, env, create("a"))
    env.run(until=1.0)
    second = submit(cluster, env, Show(name="a"))
    env.run()
    assert (first.at, second.at) == (2.0, 4.0)


def test_a_profile_may_put_deletes_first() -> None:
    assert ends(DELETES_FIRST, create("a"), create("b"), delete("c"), Show(name="d")) == [1, 3, 2, 4]


def test_verbs_that_no_class_names_come_last() -> None:
    assert ends(Order(kind=OrderKind.PRIORITY, classes=((Verb.DELETE,),)), *_three()) == [1, 3, 2]


def _three() -> tuple[Create, Create, Delete]:
    return create("a"), create("b"), delete("c")


def test_several_places_are_given_out_by_class() -> None:
    requests = [create(name) for name in "abcd"] + [Show(name=name) for name in "ef"]
    assert ends(LOOKS_FIRST, *requests, places=2) == [1, 1, 3, 3, 2, 2]


def test_the_queue_has_one_bound_for_all_classes() -> None:
    env = Environment()
    cluster = model(env, steady(1.0), order=LOOKS_FIRST, commands=1, queue=2)
    ears = [submit(cluster, env, create(name)) for name in "abc"]
    refused = submit(cluster, env, Show(name="a"))
    assert isinstance(refused.answer, Refusal)
    assert [ear.answer for ear in ears] == [None] * 3
    assert cluster.counters["queued"] == 2


def test_a_crash_loses_who_waits_in_every_class() -> None:
    env = Environment()
    cluster = model(env, steady(1.0), order=LOOKS_FIRST, commands=1)
    ears = [submit(cluster, env, request) for request in (create("a"), create("b"), Show(name="c"))]
    cluster.crash(1.0)
    assert [len(ear.heard) for ear in ears] == [1, 1, 1]
    assert (cluster.counters["lost"], cluster.counters["queued"]) == (3, 0)


def test_by_default_what_changes_nothing_comes_first() -> None:
    assert set(LOOKS) == {verb for verb, rank in LOOKS_FIRST.ranks.items() if rank == 0}
    assert LOOKS_FIRST.class_count == 2


@pytest.mark.parametrize(
    ("classes", "complaint"),
    [(((Verb.SHOW,), ()), "at least one verb"), (((Verb.SHOW,), (Verb.PING, Verb.SHOW)), "'show' is named twice")],
)
def test_classes_that_do_not_go_together_are_refused(classes: tuple[tuple[Verb, ...], ...], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Order(kind=OrderKind.PRIORITY, classes=classes)


def test_who_gave_up_waiting_is_carried_out_all_the_same() -> None:
    env = Environment()
    cluster = model(env, steady(1.0), order=LOOKS_FIRST, commands=1)
    submit(cluster, env, create("a"))
    ear = Ear(env)
    cluster.submit(create("b"), 1, ear).abandon()
    env.run()
    assert ear.answer is None
    assert [share.name for share in cluster.shares] == ["a", "b"]
