"""A load that goes on: every promise is kept, and no part of the pipeline keeps anything of what it has done.

The long form, on PostgreSQL and NATS, takes twenty minutes of two cores that have nothing else to do: a create and its
delete, with their commands, notices and polls, take some 80 ms of processor time, half of it in the harness.
"""

from collections.abc import Mapping, Sequence

import pytest

from harness.live.part_command import PartCommand
from harness.live.runner import LiveRunner
from harness.run.result import RunResult
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from reports.history import OpKind, OpResult
from tests.harness.live.growth import Growth, Look, growth_of
from tests.harness.live.resources import Resource, Resources
from tests.harness.live.scenes import invalid
from tests.harness.live.soak_scene import long_soak, short_soak

pytestmark = pytest.mark.slow

_CREATES = 20.0
"""Each second."""
_SECONDS = 1100.0
_FEWEST = 20_000
"""Creates that are accepted."""
_LEAST_JUDGED = 120.0
"""Seconds of a life behind its warm-up: with fewer, a run shows nothing of a part."""

_KEPT = {Resource.MEMORY: 256.0, Resource.FILES: 1e-3, Resource.CONNECTIONS: 1e-3}
"""Of each create, at most: bytes, or one in a thousand. A record alone is larger in memory."""
_OF_SERVERS = frozenset({Resource.CONNECTIONS})
"""What is judged of those that are not ours: memory and files are caches of theirs, which fill for hours."""
_REPEATING = PartCommand(extra=("--overrides", "tests.harness.live.repeating_spool:OVERRIDES"))

_Looks = Mapping[tuple[str, Resource], Sequence[Look]]


async def _played(scenario: Scenario, resources: Resources) -> RunResult:
    commands = {Role.PROCESSOR.value: _REPEATING}
    return await LiveRunner(commands=commands, open_player=resources.open_player).run(scenario, seed=1)


async def test_a_short_load_with_a_kill_is_valid_and_each_process_is_looked_at() -> None:
    resources, scenario = Resources(), short_soak()
    played = await _played(scenario, resources)
    assert invalid(scenario, played) == {}
    assert resources.seen.keys() == {(part, resource) for part in scenario.parts for resource in Resource}
    lowest = {key: min(look.value for look in looks) for key, looks in resources.seen.items()}
    assert all(lowest[part, Resource.MEMORY] > 1 << 20 for part in scenario.parts)
    assert all(lowest[part, Resource.FILES] > 0 for part in scenario.parts)
    assert lowest[Role.API, Resource.CONNECTIONS] > 0
    assert len({look.life for look in resources.seen[Role.PROCESSOR, Resource.MEMORY]}) == 2


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_tens_of_thousands_of_creates_leave_nothing_behind() -> None:
    resources, scenario = Resources(), long_soak(creates=_CREATES, duration=_SECONDS)
    played = await _played(scenario, resources)
    assert invalid(scenario, played) == {}
    creates = [op for op in played.history.ops if op.kind is OpKind.CREATE and op.result is OpResult.OK]
    accepted = len({(op.location, op.name) for op in creates})
    assert accepted >= _FEWEST
    assert _grown(_judged(resources.seen, scenario), creates=accepted / played.load_ends) == {}


@pytest.mark.parametrize(("kept", "told"), [(0.0, False), (100.0, False), (400.0, True)])
def test_a_part_that_keeps_more_bytes_of_each_create_than_it_may_is_told(kept: float, told: bool) -> None:
    looks = [Look(at=float(at), life=1, value=6e7 + 20.0 * kept * at + 1e5 * (at % 7)) for at in range(0, 1000, 2)]
    assert list(_grown({("api", Resource.MEMORY): looks}, creates=20.0)) == (["api, memory"] if told else [])


def test_a_part_that_did_not_live_for_long_enough_is_told() -> None:
    looks = [Look(at=float(at), life=at // 100, value=1.0) for at in range(0, 1000, 2)]
    assert _grown({("api", Resource.FILES): looks}, creates=20.0) == {"api, files": "no life that is long enough"}


def _judged(seen: _Looks, scenario: Scenario) -> _Looks:
    """What must be flat; what was never seen as well."""
    keys = [
        *((part, resource) for part in scenario.parts for resource in Resource),
        *((server, resource) for server in scenario.servers for resource in _OF_SERVERS),
    ]
    return {key: seen.get(key, ()) for key in keys}


def _grown(looks: _Looks, *, creates: float) -> dict[str, str]:
    """What may have grown by more than it may, for all that its interval says. creates: each second."""
    found = {(part, resource): growth_of(rows) for (part, resource), rows in looks.items()}
    return {
        f"{part}, {resource}": words
        for (part, resource), growth in found.items()
        if (words := _complaint(growth, _KEPT[resource] * creates)) is not None
    }


def _complaint(growth: Growth | None, most: float) -> str | None:
    if growth is None or growth.seconds < _LEAST_JUDGED:
        return "no life that is long enough"
    if growth.high <= most:
        return None
    interval = f"{growth.slope:.3g} ({growth.low:.3g} to {growth.high:.3g})"
    return f"{interval} a second in {growth.seconds:.0f} s, at {growth.level:.4g}; at most {most:.3g}"
