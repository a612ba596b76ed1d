"""What SimPy promises holds on the fast environment too; bare callbacks keep their order among it."""

import math
from collections.abc import Callable, Generator
from typing import Any

import pytest
from simpy import Environment, Interrupt, PriorityResource, Resource, Store
from simpy.core import EmptySchedule
from simpy.events import URGENT, Event

from connector.chance import Chance
from harness.model.environment import FastEnvironment

Trace = list[tuple[float, object]]
Play = Callable[[Environment, Trace], object]


@pytest.fixture(params=[Environment, FastEnvironment], ids=["stock", "fast"])
def env(request: pytest.FixtureRequest) -> Environment:
    made: Environment = request.param(0.0)
    return made


def test_events_of_one_instant_happen_in_the_order_in_which_they_were_scheduled(env: Environment) -> None:
    trace: list[int] = []
    for number in range(50):
        env.timeout(1.0, number).callbacks.append(lambda event: trace.append(event.value))
    env.run()
    assert trace == list(range(50))


def test_an_urgent_event_comes_before_what_was_scheduled_earlier_for_the_same_instant(env: Environment) -> None:
    trace: list[str] = []
    for word, priority in (("normal", 1), ("urgent", 0)):
        event = Event(env)
        event._ok, event._value = True, word
        event.callbacks.append(lambda happened: trace.append(happened.value))
        env.schedule(event, URGENT if priority == 0 else 1, delay=1.0)  # type: ignore[arg-type]  # as SimPy's own is
    env.run()
    assert trace == ["urgent", "normal"]


def test_a_run_until_an_instant_leaves_what_is_due_then_for_later(env: Environment) -> None:
    trace: list[float] = []
    for delay in (1.0, 2.0, 3.0):
        env.timeout(delay).callbacks.append(lambda event: trace.append(env.now))
    env.run(until=2.0)
    assert (trace, env.now) == ([1.0], 2.0)
    env.run()
    assert trace == [1.0, 2.0, 3.0]


def test_a_run_until_an_event_gives_its_value_and_leaves_its_later_callbacks_for_the_next_run(env: Environment) -> None:
    trace: list[str] = []
    event = env.timeout(1.0, "done")
    event.callbacks.append(lambda happened: trace.append("before"))
    assert env.run(until=event) == "done"
    assert trace == ["before"]
    assert env.run(until=event) == "done"


def test_callbacks_behind_the_one_that_stopped_a_run_are_called_by_the_next(env: Environment) -> None:
    trace: list[str] = []
    event = env.timeout(1.0)

    def later(happened: Event) -> None:
        trace.append("later")

    env.process(_appends(event, later))
    env.run(until=event)
    env.run()
    assert trace == ["later"]


def _appends(event: Event, callback: Callable[[Event], None]) -> Generator[Event, Any, None]:
    event.callbacks.append(callback)
    yield event


def test_a_run_until_something_that_never_happens_is_an_error(env: Environment) -> None:
    with pytest.raises(RuntimeError, match="No scheduled events left"):
        env.run(until=env.event())


def test_a_run_until_the_past_is_refused(env: Environment) -> None:
    with pytest.raises(ValueError, match="must be greater"):
        env.run(until=0.0)


def test_a_step_without_anything_scheduled_says_so(env: Environment) -> None:
    assert env.peek() == float("inf")
    with pytest.raises(EmptySchedule):
        env.step()


def test_the_failure_of_an_event_that_nobody_waits_for_ends_the_run_with_its_cause(env: Environment) -> None:
    failure = LookupError("gone")
    env.event().fail(failure)
    with pytest.raises(LookupError, match="gone") as caught:
        env.run()
    assert caught.value.__cause__ is failure


def test_a_process_meets_the_failure_of_what_it_waits_for(env: Environment) -> None:
    event = env.event()

    def waits() -> Generator[Event, Any, str]:
        try:
            yield event
        except LookupError as error:
            return f"met {error}"
        return "met nothing"

    process = env.process(waits())
    event.fail(LookupError("it"))
    assert env.run(until=process) == "met it"


def test_a_process_is_interrupted_with_a_cause_and_goes_on(env: Environment) -> None:
    def sleeps() -> Generator[Event, Any, tuple[float, object]]:
        try:
            yield env.timeout(10.0)
        except Interrupt as interrupt:
            return env.now, interrupt.cause
        return env.now, None

    process = env.process(sleeps())
    env.timeout(3.0).callbacks.append(lambda event: process.interrupt("enough"))
    assert env.run(until=process) == (3.0, "enough")


def test_conditions_hold_when_any_or_all_of_their_events_have_happened(env: Environment) -> None:
    quick, slow = env.timeout(1.0, "quick"), env.timeout(2.0, "slow")

    def waits() -> Generator[Event, Any, tuple[float, list[str], float, list[str]]]:
        first = yield quick | slow
        at = env.now
        both = yield quick & slow
        return at, list(first.values()), env.now, list(both.values())

    assert env.run(until=env.process(waits())) == (1.0, ["quick"], 2.0, ["quick", "slow"])


def _clinic(env: Environment, trace: Trace) -> None:
    """Patients with priorities, a store between two stages, impatience by `|`, interrupts: much of SimPy at once."""
    desk, shelf, rooms = PriorityResource(env, 2), Store(env, capacity=3), Resource(env, 1)
    chance = Chance(4, "clinic")

    def patient(number: int) -> Generator[Event, Any, None]:
        yield env.timeout(round(chance.u01(number, 0) * 20))
        with desk.request(priority=number % 3) as turn:
            met = yield turn | env.timeout(3)
            trace.append((env.now, ("desk" if turn in met else "left", number)))
            if turn not in met:
                return
            yield env.timeout(round(chance.u01(number, 1) * 3))
        yield shelf.put(number)

    def nurse() -> Generator[Event, Any, None]:
        while True:
            try:
                number = yield shelf.get()
                with rooms.request() as room:
                    yield room
                    yield env.timeout(1)
                trace.append((env.now, ("treated", number)))
            except Interrupt as interrupt:
                trace.append((env.now, interrupt.cause))

    nurses = [env.process(nurse()) for _ in range(2)]
    for number in range(60):
        env.process(patient(number))

    def alarm() -> Generator[Event, Any, None]:
        for at in range(5, 30, 5):
            yield env.timeout(5)
            nurses[at % 2].interrupt(("alarm", at))

    env.process(alarm())


def test_resources_stores_priorities_and_interrupts_give_the_same_trace_as_stock_simpy() -> None:
    traces: list[Trace] = []
    for made in (Environment(), FastEnvironment()):
        trace: Trace = []
        _clinic(made, trace)
        made.run(until=200)
        traces.append(trace)
    stock, fast = traces
    assert len(stock) > 60
    assert fast == stock


def test_bare_callbacks_and_events_of_one_instant_keep_the_order_in_which_they_were_made() -> None:
    env = FastEnvironment()
    trace: list[str] = []
    env.call_at(1.0, trace.append, "first")
    env.timeout(1.0).callbacks.append(lambda event: trace.append("second"))
    env.call_in(1.0, trace.append, "third")
    env.run()
    assert trace == ["first", "second", "third"]
    assert env.now == 1.0


def test_what_comes_last_comes_when_nothing_else_is_left_of_its_instant_in_turns() -> None:
    env, trace = FastEnvironment(), list[str]()

    def chain(left: int) -> None:
        trace.append(f"chain {left}")
        if left:
            env.call_in(0.0, chain, left - 1)

    def last(name: str) -> None:
        trace.append(name)
        env.call_in(0.0, trace.append, f"after {name}")

    env.last_at(1.0, trace.append, "second turn", turns=2)
    env.last_at(1.0, last, "one")
    env.last_at(1.0, last, "two")
    env.call_in(1.0, chain, 2)
    env.call_in(1.5, trace.append, "later")
    env.run()
    chained = ["chain 2", "chain 1", "chain 0"]
    assert trace == [*chained, "one", "after one", "two", "after two", "second turn", "later"]


def test_a_callback_cannot_be_asked_for_in_the_past() -> None:
    env = FastEnvironment(5.0)
    with pytest.raises(ValueError, match="is over"):
        env.call_at(4.0, print)


def test_stepping_and_running_give_one_order() -> None:
    def play(env: FastEnvironment, trace: Trace) -> None:
        def happens(word: object) -> None:
            trace.append((env.now, word))
            if isinstance(word, int) and word < 40:
                env.call_in(word % 3, happens, word + 7)

        for at in range(12):
            env.call_at(float(at // 2), happens, at)
        env.call_at(2.0, happens, "callback")

    ran: Trace = []
    stepped: Trace = []
    env = FastEnvironment()
    play(env, ran)
    env.run()
    env = FastEnvironment()
    play(env, stepped)
    while env.peek() < float("inf"):
        env.step()
    assert stepped == ran
    assert len(ran) > 40


def test_a_leap_goes_no_further_than_what_else_is_due() -> None:
    env = FastEnvironment()
    seen: list[tuple[bool, float]] = []

    def leaps(at: float) -> None:
        seen.append((env.leap(at), env.now))

    env.call_at(1.0, leaps, 1.5)
    env.call_at(2.0, leaps, 2.5)
    env.call_at(2.5, leaps, 4.5)
    env.call_at(4.0, lambda word: seen.append((False, env.now)))
    env.run()
    assert seen == [(True, 1.5), (False, 2.0), (False, 2.5), (False, 4.0)]


def test_the_next_thing_due_is_the_earliest() -> None:
    env = FastEnvironment()
    assert env.next_due() == math.inf
    for at in (2.0, 1.0):
        env.call_at(at, lambda argument: None)
    assert env.next_due() == 1.0
