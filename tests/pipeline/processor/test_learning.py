"""What a cluster can do is asked once, by one at a time, and again at its own pace for as long as it does not say."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connector.codes import Code
from connector.operations import CapabilitiesReply, Capability, Request, Verb
from connector.outcomes import Done, Failed, Outcome, Unknown
from connector.protocol import Deadlines
from connector.sites import Site
from pipeline.processor.cluster import Cluster
from pipeline.processor.learning import Learning
from pipeline.settings import BreakerSettings, RetrySettings
from pipeline.store.sqlite import open_store
from tests.pipeline.store.stores import HandClock, Store

LOST = Unknown(code=Code.TIMEOUT, site=Site.CONNECTOR_REPLY, message="")
SAID = Done(reply=CapabilitiesReply(capabilities=frozenset({Capability.MARK})))
DEADLINES = Deadlines(connect=1.0, login=1.0, channel=1.0, command=10.0)


def learning(retry: RetrySettings | None = None) -> Learning:
    return Learning("north", DEADLINES, retry or RetrySettings(), seed=1)


def test_an_answer_ends_it() -> None:
    one = learning()
    assert one.is_due(0.0)
    one.heard(SAID, 0.0)
    assert (one.claimed, one.is_due(100.0), one.due_in(0.0)) == (frozenset({Capability.MARK}), False, 0.0)


def test_a_connector_that_does_not_know_the_question_can_do_nothing_of_it() -> None:
    one = learning()
    one.heard(Failed(code=Code.UNSUPPORTED, site=Site.CONNECTOR_EXEC, message=""), 0.0)
    assert one.claimed == frozenset()


def test_the_answer_is_waited_for_a_part_of_a_command_and_twice_as_long_each_time_up_to_a_whole_one() -> None:
    one, waits = learning(), []
    for _ in range(6):
        waits.append(one.deadlines.command)
        one.heard(LOST, 0.0)
    assert waits == [1.25, 2.5, 5.0, 10.0, 10.0, 10.0]
    assert one.deadlines.connect == DEADLINES.connect
    short = Learning("north", Deadlines(command=0.4), RetrySettings(), seed=1)
    assert short.deadlines.command == 0.4


def test_after_each_silence_it_rests_longer_up_to_the_longest_and_never_in_step_with_another_cluster() -> None:
    one, other = learning(), Learning("south", DEADLINES, RetrySettings(), seed=1)
    rests = []
    for at in range(200):
        for each in (one, other):
            each.heard(LOST, float(at))
        rests.append((one.due_in(float(at)), other.due_in(float(at))))
    assert all(0 < rest < min(10.0, 0.5 * 2**number) for number, pair in enumerate(rests) for rest in pair)
    assert max(rest for rest, _ in rests) > 9.0
    assert all(mine != others for mine, others in rests)


class Silent:
    """A connector whose answers are written out, and the rest are what a cluster can do."""

    def __init__(self, *answers: Outcome) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        self.asked.append(request)
        await asyncio.sleep(0)
        return self.answers.pop(0) if self.answers else SAID


@pytest.fixture
async def store(tmp_path: Path, clock: HandClock) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "store.db", clock) as opened:
        yield opened


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def cluster(connector: Silent, store: Store, clock: HandClock) -> Cluster:
    return Cluster(
        name="north",
        connector=connector,
        deadlines=DEADLINES,
        width=8,
        breaker=BreakerSettings(),
        retry=RetrySettings(),
        seed=0,
        log=store,
        clock=clock,
    )


async def test_all_who_wait_share_one_answer_or_one_silence(store: Store, clock: HandClock) -> None:
    connector = Silent(LOST)
    one = cluster(connector, store, clock)
    assert await asyncio.gather(*[one.learn() for _ in range(8)]) == [LOST] * 8
    assert len(connector.asked) == 1
    room = [one.room]
    clock.forward(one.learns_in)
    room.append(one.room)
    assert room == [0, one.width]
    assert await asyncio.gather(*[one.learn() for _ in range(8)]) == [None] * 8
    assert len(connector.asked) == 2
    assert one.claimed == frozenset({Capability.MARK})


async def test_every_time_that_it_is_asked_is_an_attempt(store: Store, clock: HandClock) -> None:
    one = cluster(Silent(LOST), store, clock)
    await one.learn()
    clock.forward(one.learns_in)
    await one.learn()
    rows = await store.attempts()
    assert [(row.verb, row.location, row.share, row.name, row.tried) for row in rows] == [
        (Verb.CAPABILITIES, "north", "", "", 1),
        (Verb.CAPABILITIES, "north", "", "", 2),
    ]
    assert [row.outcome for row in rows] == [LOST, SAID]
    assert rows[0].deadline - rows[0].began_at == pytest.approx(3.0 + 1.25)
