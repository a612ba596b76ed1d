"""One role of one queue, in a process of its own; what it prints is read by the bench.

`python -m tests.bench.jobs.child QUEUE WHERE ROLE …`, where ROLE is

- `prepare`: make the tables;
- `put JOBS AT_ONCE`: put so many, as fast as they are taken, and tell `{"began": …, "cpu": …}`;
- `trickle JOBS RATE`: put so many, at so many a second; each job bears the instant at which it was put;
- `work JOBS`: work until so many are done, and tell `{"ended": …, "cpu": …, "after": […]}`;
- `hang`: work on jobs whose work never ends.

`work` and `hang` print a line when they are ready; `hang` another one when it has begun a job.
"""

import asyncio
import json
import random
import resource
import sys
import time
from itertools import count

from connector.event_loop import run_serving
from pipeline.garbage import spare_the_start
from tests.bench.jobs.queues import QUEUES, Job, JobQueue

__all__ = ["main"]


async def _put(queue: JobQueue, jobs: int, at_once: int) -> dict[str, object]:
    numbers = count()
    async with queue.putting() as put:
        began, used = time.perf_counter(), _cpu()

        async def producer() -> None:
            while (number := next(numbers)) < jobs:
                await put(f"{number}")

        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(producer())
    return {"began": began, "cpu": _cpu() - used}


async def _trickle(queue: JobQueue, jobs: int, rate: float) -> dict[str, object]:
    waits = random.Random(1)
    async with queue.putting() as put:
        await put("0-first")
        await asyncio.sleep(1.0)
        for number in range(jobs - 1):
            await asyncio.sleep(waits.uniform(0.5, 1.5) / rate)
            await put(f"{time.perf_counter()}-{number}")
    return {"cpu": _cpu()}


async def _work(queue: JobQueue, jobs: int) -> dict[str, object]:
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    after: list[float] = []
    left = count(jobs - 1, -1)
    ended = 0.0

    def begun(word: str) -> None:
        nonlocal ended
        ended = time.perf_counter()
        if "." in word:
            after.append(ended - float(word.partition("-")[0]))
        if next(left) == 0:
            loop.call_soon_threadsafe(done.set)

    async with queue.working(Job(begun=begun)):
        await asyncio.sleep(0.5)
        used = _cpu()
        print("ready", flush=True)
        await done.wait()
        used = _cpu() - used
    return {"ended": ended, "cpu": used, "after": after}


async def _hang(queue: JobQueue) -> None:
    async with queue.working(Job(begun=lambda _: print("begun", flush=True), hangs=True)):
        await asyncio.sleep(0.5)
        print("ready", flush=True)
        await asyncio.Event().wait()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def main(name: str, where: str, role: str, *words: str) -> None:
    """The command line."""
    queue = QUEUES[name](where)
    spare_the_start()
    match role:
        case "prepare":
            await queue.prepare()
        case "put":
            print(json.dumps(await _put(queue, int(words[0]), int(words[1]))))
        case "trickle":
            print(json.dumps(await _trickle(queue, int(words[0]), float(words[1]))))
        case "work":
            print(json.dumps(await _work(queue, int(words[0]))))
        case "hang":
            await _hang(queue)
        case _:
            raise AssertionError(role)


if __name__ == "__main__":
    run_serving(main(*sys.argv[1:]))  # all alike, on the loop of a pipeline that is served
