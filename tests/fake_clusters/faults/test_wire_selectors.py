"""Which commands are affected, seen from the client: the exit statuses of a series of them."""

from pathlib import Path
from typing import Any

import pytest

from tests.fake_clusters.faults.farms import Faulty, fault

BUSY = 22


async def statuses(key_directory: Path, commands: list[str], **selectors: Any) -> list[int | None]:
    async with Faulty.open(key_directory, {"kind": "error_exit", "code": "busy", **selectors}) as faulty:
        connection = await faulty.connect()
        return [(await faulty.run(command, on=connection)).status for command in commands]


def creates(*names: str) -> list[str]:
    return [f"share create {name} --size 1 --request-id {number}" for number, name in enumerate(names)]


PINGS = ["ping"] * 6
TRIES = creates("a", "b") * 2


@pytest.mark.parametrize(
    ("commands", "selectors", "affected"),
    [
        (PINGS, {}, [0, 1, 2, 3, 4, 5]),
        (PINGS, {"first": 2}, [0, 1]),
        (PINGS, {"every": 3}, [2, 5]),
        (PINGS, {"attempts": [2, 5]}, [1, 4]),
        (creates("home-1", "proj", "home-2"), {"keys": ["home-*"]}, [0, 2]),
        (["ping", "share list", "ping"], {"verbs": ["list"]}, [1]),
        (TRIES, {"first": 1, "per": "key"}, [0, 1]),
        (TRIES, {"every": 2, "per": "key"}, [2, 3]),
        (PINGS, {"between": ["1h", "2h"]}, []),
        (PINGS, {"between": [0, "1h"]}, [0, 1, 2, 3, 4, 5]),
        (PINGS, {"clusters": ["calm"]}, []),
    ],
)
async def test_exactly_the_chosen_commands_are_struck(
    key_directory: Path, commands: list[str], selectors: dict[str, Any], affected: list[int]
) -> None:
    seen = await statuses(key_directory, commands, **selectors)
    assert [number for number, status in enumerate(seen) if status == BUSY] == affected
    assert all(status in (0, BUSY) for status in seen)


async def test_chance_strikes_the_same_commands_in_every_run_of_one_seed(key_directory: Path) -> None:
    commands = creates(*(f"s{number}" for number in range(40)))
    first = await statuses(key_directory, commands, probability=0.3)
    again = await statuses(key_directory, commands, probability=0.3)
    assert first == again
    assert 3 <= first.count(BUSY) <= 25


async def test_a_time_window_opens_and_closes_by_the_clock(key_directory: Path) -> None:
    async with Faulty.open(key_directory) as faulty:
        connection = await faulty.connect()
        begins = faulty.cluster.now + 0.2
        window = fault("error_exit", code="busy", between=[begins, begins + 0.2])
        faulty.cluster.add_fault(window)
        series = []
        while faulty.cluster.now < begins + 0.3:
            before = faulty.cluster.now
            status = (await faulty.run("ping", on=connection)).status
            series.append((before, status, faulty.cluster.now))
        # A command that overlaps an edge may fall on either side of it.
        assert all(status == 0 for _, status, after in series if after < begins)
        assert all(status == 0 for before, status, _ in series if before >= begins + 0.2)
        assert all(status == BUSY for before, status, after in series if before >= begins and after < begins + 0.2)
        assert BUSY in [status for _, status, _ in series]
