"""Creates at a fixed rate over kept connections, timed from the instant at which each was due.

`python -m tests.bench.http.open HOST PORT RATE SECONDS PREFIX` prints one line of JSON: seconds, answers by status, and
the latencies of all answers in microseconds, sorted. A connection that is busy delays nobody: there is one more then.
"""

import asyncio
import json
import sys
import time
from collections import Counter, deque

__all__ = ["main"]

_HEAD_ENDS = b"\r\n\r\n"
_LENGTH = b"content-length: "


async def _run(host: str, port: int, rate: float, seconds: float, prefix: str) -> dict[str, object]:
    idle: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()
    latencies: list[int] = []
    statuses: Counter[str] = Counter()

    async def ask(number: int, due: float) -> None:
        reader, writer = idle.pop() if idle else await asyncio.open_connection(host, port)
        body = f'{{"location":"north","name":"{prefix}-{number}","size":1073741824}}'
        head = f"POST /v1/shares HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        answer = (await reader.readuntil(_HEAD_ENDS)).lower()
        length = answer.partition(_LENGTH)[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or 0))
        latencies.append(int((time.perf_counter() - due) * 1e6))
        statuses[answer[9:12].decode()] += 1
        idle.append((reader, writer))

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(rate * seconds)):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(ask(number, due))
    spent = time.perf_counter() - began
    for _, writer in idle:
        writer.close()
    return {"seconds": spent, "statuses": dict(statuses), "latencies": sorted(latencies)}


def main(host: str, port: str, rate: str, seconds: str, prefix: str) -> None:
    """The command line."""
    print(json.dumps(asyncio.run(_run(host, int(port), float(rate), float(seconds), prefix))))


if __name__ == "__main__":
    main(*sys.argv[1:])
