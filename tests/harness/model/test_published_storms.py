"""Storms as in "Metastable failures in the wild" (Huang and others, OSDI 2022), at several sizes: a trigger takes
capacity away or adds load, retries amplify the work, and the question is which loads recover once it is gone.

What must come out is worked out here by a few lines that share no code with the model: a fluid (where it can stay, and
for how long) and a replay, request by request, of a queue whose servers change their speed.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush, heapreplace

import pytest

from tests.harness.model.storm import Storm, StormLoad, play_storm


@dataclass(frozen=True)
class Case:
    """Clients with a timeout who try again at once; a trigger from 10 s on, for `lasts` seconds."""

    servers: int
    work: float
    load: float
    """Of the capacity."""
    lasts: float
    speed: float = 1.0
    surge: float = 1.0
    retries: int = 1
    timeout: float = 1.0
    watched: float = 40.0

    @property
    def capacity(self) -> float:
        return self.servers / self.work

    @property
    def storm(self) -> StormLoad:
        return StormLoad(
            rate=self.load * self.capacity,
            places=self.servers,
            service=self.work,
            timeout=self.timeout,
            retries=self.retries,
            trigger=10.0,
            stands_still=self.lasts,
            speed=self.speed,
            surge=self.surge,
            watched=self.watched,
            even=True,
        )


def elapsed(case: Case, start: float, amount: float, speed: float) -> float:
    """When so much is done that begins at `start`, at that speed during the trigger and at full speed otherwise."""
    begins, ends = 10.0, 10.0 + case.lasts
    if start < begins:
        if start + amount <= begins:
            return start + amount
        amount, start = amount - (begins - start), begins
    if start < ends:
        if amount <= (ends - start) * speed:
            return start + amount / speed
        amount, start = amount - (ends - start) * speed, ends
    return start + amount


def arrivals(case: Case) -> Iterator[float]:
    """At equal distances; during the trigger at `surge` times the rate."""
    at = elapsed(case, 0.0, 1 / (case.load * case.capacity), case.surge)
    while at < 10.0 + case.lasts + case.watched:
        yield at
        at = elapsed(case, at, 1 / (case.load * case.capacity), case.surge)


def replayed(case: Case) -> Counter[int]:
    """By second of arrival, requests that are answered before their time is over, at the first try or a later one.

    First come, first served, and what has been given up is done all the same.
    """
    tries = [(at, at, 0) for at in arrivals(case)]
    free = [0.0] * case.servers
    good: Counter[int] = Counter()
    while tries:
        at, came, tried = heappop(tries)
        done = elapsed(case, max(at, free[0]), case.work, case.speed)
        heapreplace(free, done)
        if done < at + case.timeout:
            good[int(came)] += 1
        elif tried < case.retries:
            heappush(tries, (at + case.timeout, came, tried + 1))
    return good


def stays(case: Case) -> bool:
    """Whether a fluid stays down: it is asked for more than it can do, all retries included, and what has piled up by
    the end of the trigger makes everybody wait for longer than they will. In units of the capacity."""
    if (1 + case.retries) * case.load <= 1.0:
        return False
    step, patience = 0.001, round(case.timeout / 0.001)
    steps = round(case.lasts / step)
    flows = [[case.load * case.surge] * steps, *([0.0] * steps for _ in range(case.retries))]
    backlog = 0.0
    for now in range(steps):
        left = case.lasts - now * step
        is_served_within = backlog <= case.speed * left
        wait = backlog / case.speed if is_served_within and backlog else left * (1 - case.speed) + backlog
        for tried in range(case.retries):
            if wait > case.timeout and now + patience < steps:
                flows[tried + 1][now + patience] = flows[tried][now]
        backlog = max(0.0, backlog + (sum(flow[now] for flow in flows) - case.speed) * step)
    return backlog > case.timeout


STABLE, VULNERABLE = 0.3, 0.7
WEAK, STRONG = 0.5, 10.0
TRIGGERS = {
    "half of the capacity is gone": {"speed": 0.5},
    "nine tenths of the capacity are gone": {"speed": 0.1},
    "it stands still": {"speed": 0.0},
    "four times the load": {"surge": 4.0},
}
SIZES = {"10/s": (1, 0.0987), "100/s": (10, 0.0987), "300/s": (30, 0.0987)}


def cases(trigger: dict[str, float], size: tuple[int, float]) -> dict[str, Case]:
    servers, work = size
    return {
        f"{load:g} of the capacity for {lasts:g} s": Case(
            servers=servers,
            work=work,
            load=load,
            lasts=lasts,
            watched=60.0,
            speed=trigger.get("speed", 1.0),
            surge=trigger.get("surge", 1.0),
        )
        for load in (STABLE, VULNERABLE)
        for lasts in (WEAK, STRONG)
    }


@pytest.mark.parametrize("size", ["10/s", *(pytest.param(size, marks=pytest.mark.soak) for size in ("100/s", "300/s"))])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_each_trigger_leaves_behind_what_it_must(trigger: str, size: str) -> None:
    told = {}
    for name, case in cases(TRIGGERS[trigger], SIZES[size]).items():
        storm = play_storm(case.storm)
        assert by_second(storm) == until(replayed(case), storm), name
        told[name] = not storm.recovers
    assert told == {name: stays(case) for name, case in cases(TRIGGERS[trigger], SIZES[size]).items()}


def by_second(storm: Storm) -> Counter[int]:
    return until(storm.good, storm)


def until(good: Counter[int], storm: Storm) -> Counter[int]:
    """Of those who had time to be answered, or not, within what is watched."""
    last = storm.ends - int(storm.load.timeout * (1 + storm.load.retries)) - 1
    return Counter({second: count for second, count in good.items() if second < last and count})


def test_the_cases_are_of_both_kinds() -> None:
    """A table that knows only one answer would hold of any model."""
    told = [stays(case) for trigger in TRIGGERS.values() for case in cases(trigger, SIZES["10/s"]).values()]
    assert told.count(True) >= 3
    assert told.count(False) >= 8


@pytest.mark.parametrize(
    ("trigger", "retries"),
    [
        ("nine tenths of the capacity are gone", 1),
        ("nine tenths of the capacity are gone", 2),
        ("nine tenths of the capacity are gone", 4),
        ("four times the load", 1),
        ("four times the load", 2),
    ],
)
def test_the_load_from_which_on_it_stays_down_is_one_over_the_number_of_tries(trigger: str, retries: int) -> None:
    def stays_down(share: float) -> bool:
        load = share / (1 + retries)
        case = Case(servers=2, work=0.0987, load=load, lasts=5.0, retries=retries, watched=90.0, **TRIGGERS[trigger])
        storm = play_storm(case.storm)
        assert by_second(storm) == until(replayed(case), storm)
        return not storm.recovers

    assert (stays_down(0.8), stays_down(1.1)) == (False, True)


@pytest.mark.parametrize(
    "case",
    [
        Case(servers=3, work=0.0987, load=0.4, lasts=10.0, speed=0.1, watched=80.0),
        Case(servers=3, work=0.0987, load=0.4, lasts=20.0, speed=0.3, watched=80.0),
        Case(servers=3, work=0.0987, load=0.25, lasts=10.0, speed=0.0, retries=2, watched=80.0),
        Case(servers=3, work=0.0987, load=0.4, lasts=10.0, surge=4.0, watched=160.0),
    ],
    ids=["a tenth of the speed", "three tenths of the speed", "two retries", "four times the load"],
)
def test_recovery_takes_the_time_of_the_fluid(case: Case) -> None:
    """(B - mu T) / (mu - (1 + R) lambda), with B = ((1 + R) lambda surge - mu speed) D, as far as the backlog had piled
    up to one timeout at the beginning, from when on everybody comes again."""
    storm, capacity, tries = play_storm(case.storm), case.capacity, 1 + case.retries
    rate = case.load * capacity
    first = case.timeout * case.speed * capacity / (rate * case.surge - case.speed * capacity)
    piled = (tries * rate * case.surge - case.speed * capacity) * case.lasts
    piled -= case.retries * rate * case.surge * (first + case.timeout)
    expected = (piled - capacity * case.timeout) / (capacity - tries * rate)
    assert storm.recovered_after == pytest.approx(expected, rel=0.1, abs=1.5)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("load", [STABLE, VULNERABLE])
@pytest.mark.parametrize("trigger", ["nine tenths of the capacity are gone", "four times the load"])
def test_a_thousand_servers_do_as_ten_of_them(trigger: str, load: float) -> None:
    name = f"{load:g} of the capacity for {STRONG:g} s"
    large, small = (cases(TRIGGERS[trigger], (servers, 0.296))[name] for servers in (1000, 10))
    storm = play_storm(large.storm)
    assert by_second(storm) == until(replayed(large), storm)
    assert storm.recovers is play_storm(small.storm).recovers is not stays(large)
