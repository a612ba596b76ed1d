"""A portal's client: one op becomes one or more tries, all with the same key, until an answer is clear."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from connector.chance import Chance, word_index
from connector.values import replace
from harness.scenario.scenario import ClientPolicy
from harness.service.answer import Answer
from harness.service.client import OpenServiceClient, ServiceClient
from harness.workload.budget import RetryBudget
from harness.workload.recorder import Recorder
from reports.history import Op, OpKind, OpResult

__all__ = ["Client", "Sleep", "open_client"]

Sleep = Callable[[float], Awaitable[None]]
"""Waits so many seconds; none for a number that is not above 0."""

_MUTATIONS = frozenset(OpKind) - {OpKind.GET, OpKind.LIST}


class Client:
    """Asks ops of a gateway and records every try. Made by `open_client`.

    sleep: waits between two tries. Whoever has no event loop gives one that waits in its own way.
    """

    def __init__(
        self,
        service: ServiceClient,
        policy: ClientPolicy,
        recorder: Recorder,
        seed: int,
        *,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._service = service
        self._policy = policy
        self._recorder = recorder
        self._jitter = Chance(seed, "workload.retry")
        self._budget = RetryBudget(policy.retry_budget)
        self._sleep = sleep

    async def perform(self, op: Op) -> Op:
        """Carry an invoked op to its end; never raises for what a server or a network can do.

        Reads are tried once: whoever polls asks again anyway. The last clear answer decides, since all tries carry one
        key; without a clear one the op is `info`, unless no try ever left.
        """
        tries = 1 + (self._policy.retries if op.kind in _MUTATIONS else 0)
        unclear: Answer | None = None
        tried = 0
        if tries > 1:
            self._budget.earn()
        while True:
            tried += 1
            answer = await self._try(op, tried)
            if answer.clear:
                break
            if unclear is None or answer.result is OpResult.INFO:
                unclear = answer
            if tried == tries or not self._budget.spend():
                answer = unclear
                break
            await self._sleep(self._wait(op, tried))
        return self._recorder.complete(op, answer, tried)

    async def _try(self, op: Op, tried: int) -> Answer:
        attempt = self._recorder.begin(op, tried)
        answer = await self._service.send(op if tried == 1 else replace(op, tries=tried), within=self._policy.total)
        self._recorder.end(attempt, answer)
        return answer

    def _wait(self, op: Op, tried: int) -> float:
        """Exponential backoff, spread over its upper half so that clients who failed together do not return so."""
        longest = self._policy.retry_wait * 2.0 ** (tried - 1)
        return longest * (0.5 + 0.5 * self._jitter.u01(word_index(op.key or op.name), tried))


@asynccontextmanager
async def open_client(
    url: str, policy: ClientPolicy, recorder: Recorder, *, seed: int, open_service: OpenServiceClient
) -> AsyncIterator[Client]:
    """A client of the service at `url`."""
    async with open_service(url, connect=policy.connect) as service:
        yield Client(service, policy, recorder, seed)
