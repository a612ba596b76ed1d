"""A portal's client: one op becomes one or more tries, all with the same key, until an answer is clear."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from connector.chance import Chance, word_index
from harness.scenario.scenario import ClientPolicy
from harness.workload.answers import Answer, out_of_time, read_answer, read_failure
from harness.workload.recorder import Recorder
from harness.workload.requests import build_request
from reports.history import Op, OpKind, OpResult

__all__ = ["Client", "open_client"]

_MUTATIONS = frozenset({OpKind.CREATE, OpKind.RESIZE, OpKind.DELETE})


class Client:
    """Asks ops of a gateway and records every try. Made by `open_client`."""

    def __init__(self, http: httpx.AsyncClient, policy: ClientPolicy, recorder: Recorder, seed: int) -> None:
        self._http = http
        self._policy = policy
        self._recorder = recorder
        self._jitter = Chance(seed, "workload.retry")

    async def perform(self, op: Op) -> Op:
        """Carry an invoked op to its end; never raises for what a server or a network can do.

        Reads are tried once: whoever polls asks again anyway. The last clear answer decides, since all tries carry one
        key; without a clear one the op is `info`, unless no try ever left.
        """
        tries = 1 + (self._policy.retries if op.kind in _MUTATIONS else 0)
        unclear: Answer | None = None
        tried = 0
        while True:
            tried += 1
            answer = await self._try(op, tried)
            if answer.clear:
                break
            if unclear is None or answer.result is OpResult.INFO:
                unclear = answer
            if tried == tries:
                answer = unclear
                break
            await asyncio.sleep(self._wait(op, tried))
        return self._recorder.complete(op, answer, tried)

    async def _try(self, op: Op, tried: int) -> Answer:
        attempt = self._recorder.begin(op, tried)
        try:
            async with asyncio.timeout(self._policy.total):
                answer = read_answer(await self._http.send(build_request(self._http, op)))
        except TimeoutError:
            answer = out_of_time(self._policy.total)
        except httpx.RequestError as error:
            answer = read_failure(error)
        self._recorder.end(attempt, answer)
        return answer

    def _wait(self, op: Op, tried: int) -> float:
        """Exponential backoff, spread over its upper half so that clients who failed together do not return so."""
        longest = self._policy.retry_wait * 2.0 ** (tried - 1)
        return longest * (0.5 + 0.5 * self._jitter.u01(word_index(op.key or op.name), tried))


@asynccontextmanager
async def open_client(
    url: str,
    policy: ClientPolicy,
    recorder: Recorder,
    *,
    seed: int,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[Client]:
    """A client of the gateway at `url`. transport: how to get there, where that is not the network.

    Connections are not limited: an open-loop load that waited for a free one would hide the very stalls it looks for.
    Idle ones are given up before a server gives them up: a request into a closing connection has an unclear end.
    """
    async with httpx.AsyncClient(
        base_url=url,
        transport=transport,
        timeout=httpx.Timeout(None, connect=policy.connect),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=64, keepalive_expiry=2.0),
        trust_env=False,
        headers={"User-Agent": "spoolproof-load"},
    ) as http:
        yield Client(http, policy, recorder, seed)
