"""The reference pipeline on a store with a server, with kills and faults."""

import pytest

from connector.values import replace
from harness.scenario.nemesis_kinds import kill
from harness.scenario.spool_kind import SpoolKind
from harness.scenario.store_kind import StoreKind
from reports.history import OpResult
from tests.harness.live.scenes import faulty, invalid, played_with_room

pytestmark = pytest.mark.slow


async def test_with_postgresql_kills_of_every_part_break_no_promise() -> None:
    nemesis = (kill("api", at=3.0, duration=0.5), kill("processor", at=5.0, duration=0.5))
    scenario = replace(faulty(8.0), store=StoreKind.POSTGRESQL, nemesis=nemesis)
    scenario, played = await played_with_room(scenario, seed=5)
    assert invalid(scenario, played) == {}
    assert [row for row in played.history.ops if row.result is OpResult.OK]
    assert {row.after for row in played.history.changes} >= {"pending", "active"}


async def test_with_nats_as_the_spool_kills_of_relay_and_processor_break_no_promise() -> None:
    nemesis = (kill("relay", at=3.0, duration=0.5), kill("processor", at=5.0, duration=0.5))
    scenario = replace(faulty(8.0), store=StoreKind.POSTGRESQL, spool=SpoolKind.NATS, nemesis=nemesis)
    scenario, played = await played_with_room(scenario, seed=5)
    assert invalid(scenario, played) == {}
    assert [row for row in played.history.ops if row.result is OpResult.OK]
    assert {row.target for row in played.history.nemesis if row.action == "kill"} == {"relay", "processor"}
