"""Processors that go by one name, as copies of a container do: a claim is held by its fence, and by no name."""

from collections.abc import Sequence
from typing import Any

import pytest

from connector.values import replace
from harness.mutants.rest import Rest
from harness.scenario.nemesis_kinds import kill, pause
from harness.scenario.roles import Role
from harness.scenario.spool_kind import SpoolKind
from harness.service.reference import settings_of
from harness.virtual.runner import VirtualRunner
from pipeline.overrides import Overrides
from pipeline.record import Claim, Message
from pipeline.store.delivery import Delivery, Spool
from tests.harness.live.scenes import QUICK, faulty, invalid

_NAME = "processor-1"


class _OneName(Rest):
    """The processor's side of a store."""

    async def claim_many(self, messages: Sequence[Message] | None, *, owner: str, **terms: Any) -> Sequence[Claim]:
        claims: Sequence[Claim] = await self._store.claim_many(messages, owner=_NAME, **terms)
        return claims


class _OneNameSpool:
    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    async def take(self, *, owner: str, lease: float, wait: float, limit: int) -> Sequence[Delivery]:
        return await self._spool.take(owner=_NAME, lease=lease, wait=wait, limit=limit)


@pytest.mark.parametrize("spool", SpoolKind)
def test_a_processor_started_again_under_the_same_name_and_one_that_stalls_do_no_harm(spool: SpoolKind) -> None:
    """The first is killed and comes up again; the second stalls for longer than a lease, and then goes on."""
    base = faulty(8.0)
    processor = QUICK.processor.model_copy(update={"processes": 2})
    steps = (
        kill(Role.PROCESSOR, at=1.0, duration=0.2),
        pause(f"{Role.PROCESSOR}-2", at=1.5, duration=QUICK.processor.lease + 1.0),
        kill(Role.PROCESSOR, at=3.0, duration=0.2),
    )
    scenario = replace(
        base,
        spool=spool,
        nemesis=steps,
        pipeline=settings_of(base).model_copy(update={"processor": processor}),
        expect={**base.expect, "kill": 2, "pause": 1},
    )
    named = Overrides(processor_store=_OneName, spool=_OneNameSpool)
    played = VirtualRunner(sampled=False, overrides={Role.PROCESSOR: named}).run_now(scenario, seed=3)
    assert invalid(scenario, played) == {}
