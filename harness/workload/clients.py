"""The clients of a load: what each asks and does afterwards, whoever lets them come and waits for them."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from harness.scenario.scenario import ClientPolicy, WorkloadKind
from harness.scenario.scripted import ScriptedKind, ScriptedRequest
from harness.service.access import ACCESS_CHANGES
from harness.workload.arrivals import Arrival
from harness.workload.client import Client, Sleep
from harness.workload.drafts import draft_op
from harness.workload.follower import Follower
from harness.workload.ledger import Ledger, ShareStatus
from harness.workload.recorder import Recorder
from reports.history import Op, OpKind, OpResult, Purpose

__all__ = ["Clients", "unoffered_kinds"]

_UPDATING = "updating"


class Clients:
    """All clients that know of each other's shares. size_unit: as in `draft_op`. sleep: as in `Client`.

    access_changes: those that the service offers; other arrivals of that kind are skipped. on_active: called with each
    create when its client sees the share active.
    """

    def __init__(
        self,
        client: Client,
        recorder: Recorder,
        policy: ClientPolicy,
        *,
        size_unit: int = 1,
        access_changes: frozenset[OpKind] = frozenset(),
        sleep: Sleep = asyncio.sleep,
        on_active: Callable[[Op], object] | None = None,
    ) -> None:
        self._on_active = on_active
        self._size_unit = size_unit
        self._not_offered = unoffered_kinds(access_changes)
        self._client = client
        self._recorder = recorder
        self._ledger = Ledger()
        self._follower = Follower(client, recorder, self._ledger, policy, sleep=sleep)
        self.skipped: Counter[WorkloadKind] = Counter()
        self._keys: dict[str, tuple[int, ScriptedRequest]] = {}
        """Of scripted requests: the op that came with a key first."""

    def arrive(self, arrival: Arrival) -> tuple[Op, Coroutine[Any, Any, None]] | None:
        """The op of an arrival that comes now, and what its client does until it is done; None where there is no share
        that the arrival can concern, or the service cannot be asked, which `skipped` counts."""
        if arrival.scripted is not None:
            op = self._recorder.invoke(self._scripted(arrival, arrival.scripted))
            return op, self._ask(op)
        offered = arrival.kind not in self._not_offered
        draft = draft_op(arrival, self._ledger, unit=self._size_unit) if offered else None
        if draft is None:
            self.skipped[arrival.kind] += 1
            return None
        op = self._recorder.invoke(draft)
        self._ledger.announce(arrival, op)
        return op, self._carry_out(op)

    def _scripted(self, arrival: Arrival, request: ScriptedRequest) -> Op:
        """What was asked with a key before is asked again: it may be with another body, on purpose."""
        first = self._keys.setdefault(arrival.key, (self._recorder.asked + 1, request))
        again = first[1] is not request
        return Op(
            number=0,
            client=f"client-{arrival.number}",
            kind=OpKind(request.kind.value),
            purpose=Purpose.DUPLICATE if again else Purpose.LOAD,
            location=request.location,
            name=request.name,
            key=None if request.kind is ScriptedKind.GET else arrival.key,
            duplicate_of=first[0] if again else None,
            body_differs=again and _body(first[1]) != _body(request),
            size=request.size,
            phase=arrival.phase,
            intended_at=arrival.at,
            invoked_at=arrival.at,
        )

    async def _ask(self, op: Op) -> None:
        """Once: what is asked next is scripted too."""
        await self._client.perform(op)

    async def _carry_out(self, op: Op) -> None:
        done = await self._client.perform(op)
        match done.kind:
            case OpKind.LIST | OpKind.GET:
                return
            case OpKind.ALLOW | OpKind.DENY | OpKind.SNAPSHOT_CREATE | OpKind.SNAPSHOT_DELETE | OpKind.VERIFY:
                if done.result is OpResult.OK:
                    await self._given(done)
            case OpKind.CREATE | OpKind.RESIZE | OpKind.DELETE:
                await self._follow_up(done)

    async def _given(self, op: Op) -> None:
        """A part of a share was changed, or is being: then the share is busy until that has ended."""
        self._ledger.given(op)
        if op.state == _UPDATING:
            self._ledger.busy(op)
            await self._follower.follow(op)

    async def _follow_up(self, op: Op) -> None:
        if op.result is OpResult.FAIL:
            self._ledger.refused(op)
            return
        if op.result is OpResult.OK and not self._ledger.granted(op):
            return
        status = await self._follower.follow(op)
        if op.kind is OpKind.CREATE and status is ShareStatus.ACTIVE and self._on_active is not None:
            self._on_active(op)


def _body(request: ScriptedRequest) -> tuple[object, ...]:
    return request.kind, request.location, request.name, request.size


def unoffered_kinds(access_changes: frozenset[OpKind]) -> frozenset[WorkloadKind]:
    """The arrivals for which a service has no request. access_changes: those that it offers."""
    return frozenset(WorkloadKind(kind.value) for kind in ACCESS_CHANGES - access_changes)
