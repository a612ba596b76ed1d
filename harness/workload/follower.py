"""Polls a share after an operation on it, as a portal does, until the operation has ended or patience has."""

import asyncio

from harness.scenario.scenario import ClientPolicy
from harness.workload.client import Client, Sleep
from harness.workload.drafts import draft_poll
from harness.workload.ledger import Ledger, ShareStatus
from harness.workload.recorder import Recorder
from reports.history import Op, OpKind, OpResult

__all__ = ["Follower", "status_of"]


class Follower:
    """Follows ops that were accepted, or whose answer was unclear."""

    def __init__(
        self,
        client: Client,
        recorder: Recorder,
        ledger: Ledger,
        policy: ClientPolicy,
        *,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._client = client
        self._recorder = recorder
        self._ledger = ledger
        self._policy = policy
        self._sleep = sleep

    async def follow(self, op: Op) -> ShareStatus | None:
        """Poll until `op` has visibly ended, or `poll_deadline` has passed since it was asked: what became of the
        share; None where that is not known, or somebody else polls it."""
        if not self._ledger.follow(op.location, op.name):
            return None
        try:
            status = await self._poll(op)
        finally:
            self._ledger.unfollow(op.location, op.name)
        if status is not None:
            self._ledger.mark(op.location, op.name, status)
        return status

    async def _poll(self, op: Op) -> ShareStatus | None:
        """What became of the share; None where the client gave up not knowing."""
        began = self._recorder.now()
        due = began
        while due < op.intended_at + self._policy.poll_deadline:
            due += self._policy.poll_every
            await self._sleep(due - self._recorder.now())
            seen = await self._client.perform(self._recorder.invoke(draft_poll(op, due)))
            late = self._recorder.now() > began + self._policy.total
            status = status_of(op, seen, late=late)
            if status is not None:
                return status
            due = max(due, self._recorder.now())
        return None


def status_of(op: Op, seen: Op, *, late: bool) -> ShareStatus | None:
    """What an answer to a poll settles. `late`: a request with an unclear answer can no longer be on its way."""
    gone = seen.result is OpResult.FAIL and seen.status == 404
    active = seen.result is OpResult.OK and seen.state == "active"
    unclear = op.result is OpResult.INFO
    match op.kind:
        case OpKind.DELETE:
            never_came = active and unclear and late
            return ShareStatus.GONE if gone else ShareStatus.ACTIVE if never_came else None
        case OpKind.GET | OpKind.LIST:
            raise AssertionError("what changes no state is not followed")
        case _:
            truly_gone = seen.state == "lost" or (gone and (late or not unclear))
            return ShareStatus.ACTIVE if active else ShareStatus.GONE if truly_gone else None
