"""A closed loop of creates over kept connections, in a process of its own, cheap enough not to be what is measured.

`python -m tests.bench.http.load HOST PORT CONNECTIONS SECONDS PREFIX` prints one line of JSON: seconds, answers by
status, how many of 503 say when to ask again, and the latencies of all answers in microseconds, sorted.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from functools import partial
from itertools import count

__all__ = ["main"]

_HEAD_ENDS = b"\r\n\r\n"
_LENGTH = b"content-length: "
_RETRY_AFTER = b"\r\nretry-after: "


class _Load:
    """Shared by all connections: the next name, and what was answered."""

    def __init__(self, host: str, prefix: str, ends: float) -> None:
        self._numbers = count()
        self._host = host
        self._prefix = prefix
        self.ends = ends
        self.latencies: list[int] = []
        self.statuses: Counter[str] = Counter()
        self.retry_after = 0

    def request(self) -> bytes:
        body = f'{{"location":"north","name":"{self._prefix}-{next(self._numbers)}","size":1073741824}}'
        return (
            f"POST /v1/shares HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


class _Connection(asyncio.Protocol):
    """One client: asks, waits for the whole answer, asks again."""

    def __init__(self, load: _Load, ended: asyncio.Future[None]) -> None:
        self._load = load
        self._ended = ended
        self._received = b""
        self._began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_ends = self._received.find(_HEAD_ENDS)
        if head_ends < 0:
            return
        head = self._received[:head_ends].lower()
        at = head.find(_LENGTH)
        length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._received) < head_ends + len(_HEAD_ENDS) + length:
            return
        now = time.perf_counter()
        self._load.latencies.append(int((now - self._began) * 1e6))
        status = head[9:12].decode()
        self._load.statuses[status] += 1
        self._load.retry_after += status == "503" and _RETRY_AFTER in head
        self._received = b""
        if now < self._load.ends:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._ended.done():
            self._ended.set_result(None)

    def _ask(self) -> None:
        self._began = time.perf_counter()
        self._transport.write(self._load.request())


async def _run(host: str, port: int, connections: int, seconds: float, prefix: str) -> dict[str, object]:
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    load = _Load(host, prefix, began + seconds)
    ends: list[asyncio.Future[None]] = [loop.create_future() for _ in range(connections)]
    for ended in ends:
        await loop.create_connection(partial(_Connection, load, ended), host, port)
    await asyncio.gather(*ends)
    spent = time.perf_counter() - began
    return {
        "seconds": spent,
        "statuses": dict(load.statuses),
        "retry_after": load.retry_after,
        "latencies": sorted(load.latencies),
    }


def main(host: str, port: str, connections: str, seconds: str, prefix: str) -> None:
    """The command line."""
    print(json.dumps(asyncio.run(_run(host, int(port), int(connections), float(seconds), prefix))))


if __name__ == "__main__":
    main(*sys.argv[1:])
