"""The worker: takes jobs off the queue and carries them out on the clusters, several at a time."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from portal import database
from portal.cluster import Clusters, Refused, Unclear

ATTEMPTS = 3
"""How often a command is tried before the portal gives up."""
AT_ONCE = 8
EMPTY = 0.1
"""Seconds until an empty queue is looked at again."""

log = logging.getLogger("portal.worker")

Job = sqlite3.Row


class Worker:
    """Carries out jobs. Each verb has a method that does it, and one that gives it up."""

    def __init__(self) -> None:
        self.clusters = Clusters()

    async def work(self) -> None:
        """Until it is cancelled."""
        while True:
            job = await database.take()
            if job is None:
                await asyncio.sleep(EMPTY)
                continue
            try:
                async with asyncio.timeout(database.LEASE - 0.5):
                    await self.run(job)
            except TimeoutError:
                log.warning("job %s: not done while its lease lasted", job["id"])
            except database.LeaseLost:
                log.warning("job %s: another worker has it", job["id"])

    async def run(self, job: Job) -> None:
        carry_out, give_up = self.steps(job["verb"])
        try:
            await carry_out(job)
        except Unclear as error:
            if job["attempts"] < ATTEMPTS:
                await database.again(job, after=0.1 * 2 ** job["attempts"])
            else:
                await give_up(job, error)
        except Refused as error:
            await give_up(job, error)

    def steps(self, verb: str) -> tuple[Callable[[Job], Awaitable[None]], Callable[[Job, Exception], Awaitable[None]]]:
        return {
            "create": (self.create, self.create_failed),
            "resize": (self.resize, self.resize_failed),
            "delete": (self.delete, self.never),
            "remove": (self.delete, self.never),
            "restore": (self.restore, self.never),
        }[verb]

    async def create(self, job: Job) -> None:
        share = await self.clusters.show(job["location"], job["name"]) if job["attempts"] > 1 else None
        if share is not None and not share["complete"]:
            raise Refused("it is half-made, and nothing can complete it")
        if share is None:  # else the last attempt has made it, and its answer was lost
            await self.clusters.create(job["location"], job["name"], job["size"], stamp_of(job), mark_of(job))
        await self.look(job)
        await database.finish(job, "UPDATE shares SET state = 'active'")

    async def create_failed(self, job: Job, error: Exception) -> None:
        log.warning("create %s at %s: given up: %s", job["name"], job["location"], error)
        await database.turn_back(job, "remove", "UPDATE shares SET state = 'failing'")

    async def resize(self, job: Job) -> None:
        await self.clusters.resize(job["location"], job["name"], job["size"], stamp_of(job))
        await self.look(job)
        await database.finish(job, "UPDATE shares SET state = 'active', size = ?", job["size"])

    async def resize_failed(self, job: Job, error: Exception) -> None:
        log.warning("resize %s at %s: given up: %s", job["name"], job["location"], error)
        await database.turn_back(job, "restore", "UPDATE shares SET state = 'updating'")

    async def restore(self, job: Job) -> None:
        await self.clusters.resize(job["location"], job["name"], job["size"], stamp_of(job))
        await self.look(job)
        await database.finish(job, "UPDATE shares SET state = 'active'")

    async def delete(self, job: Job) -> None:
        """Once a newer delete is answered, no older command takes effect any more."""
        await self.clusters.delete(job["location"], job["name"], stamp_of(job), mark_of(job))
        share = await self.clusters.show(job["location"], job["name"])
        if share is not None and share["mark"] == mark_of(job):
            raise Unclear("the cluster still shows it")
        await database.finish(job, "DELETE FROM shares")

    async def never(self, job: Job, error: Exception) -> None:
        """What has to be done in the end is not given up."""
        log.warning("%s %s at %s: not yet: %s", job["verb"], job["name"], job["location"], error)
        await database.again(job, after=1.0)

    async def look(self, job: Job) -> None:
        """Believe what can be seen. Raises `Unclear`."""
        share: dict[str, Any] | None = await self.clusters.show(job["location"], job["name"])
        if share is None or not share["complete"] or (share["size"], share["mark"]) != (job["size"], mark_of(job)):
            raise Unclear("the cluster does not show what it said that it has done")


def stamp_of(job: Job) -> str:
    """The same request id for every attempt, whichever worker makes it; and a higher number for each."""
    return f"--request-id {job['share']}-{job['id']}-{job['verb']} --sequence {job['sequence']}"


def mark_of(job: Job) -> str:
    """What tells the portal's shares from others, and a share from the next one of its name."""
    return f"portal/{job['share']}"


async def main() -> None:
    worker = Worker()
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(worker.work())
