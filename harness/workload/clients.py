"""The clients of a load: what each asks and does afterwards, whoever lets them come and waits for them."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from harness.scenario.scenario import ClientPolicy, WorkloadKind
from harness.workload.arrivals import Arrival
from harness.workload.client import Client, Sleep
from harness.workload.drafts import draft_op
from harness.workload.follower import Follower
from harness.workload.ledger import Ledger
from harness.workload.recorder import Recorder
from reports.history import Op, OpKind, OpResult

__all__ = ["Clients"]


class Clients:
    """All clients that know of each other's shares. size_unit: as in `draft_op`. sleep: as in `Client`."""

    def __init__(
        self,
        client: Client,
        recorder: Recorder,
        policy: ClientPolicy,
        *,
        size_unit: int = 1,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._size_unit = size_unit
        self._client = client
        self._recorder = recorder
        self._ledger = Ledger()
        self._follower = Follower(client, recorder, self._ledger, policy, sleep=sleep)
        self.skipped: Counter[WorkloadKind] = Counter()

    def arrive(self, arrival: Arrival) -> tuple[Op, Coroutine[Any, Any, None]] | None:
        """The op of an arrival that comes now, and what its client does until it is done; None where there is no share
        that the arrival can concern, which `skipped` counts."""
        draft = draft_op(arrival, self._ledger, unit=self._size_unit)
        if draft is None:
            self.skipped[arrival.kind] += 1
            return None
        op = self._recorder.invoke(draft)
        self._ledger.announce(arrival, op)
        return op, self._carry_out(op)

    async def _carry_out(self, op: Op) -> None:
        done = await self._client.perform(op)
        match done.kind:
            case OpKind.LIST | OpKind.GET:
                return
            case OpKind.CREATE | OpKind.RESIZE | OpKind.DELETE:
                await self._follow_up(done)

    async def _follow_up(self, op: Op) -> None:
        if op.result is OpResult.FAIL:
            self._ledger.refused(op)
            return
        if op.result is OpResult.OK and not self._ledger.granted(op):
            return
        await self._follower.follow(op)
