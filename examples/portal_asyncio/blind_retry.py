"""The worker with one bug, to be found: it retries a create without looking, and believes the second answer.

Where the reply to the first attempt was lost, the share is there, and the second attempt is refused: `already-exists`.
That refusal is certain, so the record goes, and the user is told that there is no such share.
"""

import asyncio
import uuid

from portal import database
from portal.cluster import Refused
from portal.worker import AT_ONCE, Job, Worker, mark_of


class BlindWorker(Worker):
    async def create(self, job: Job) -> None:
        stamp = f"--request-id {uuid.uuid4()} --sequence {job['sequence']}"
        await self.clusters.create(job["location"], job["name"], job["size"], stamp, mark_of(job))
        await database.finish(job, "UPDATE shares SET state = 'active'")

    async def create_failed(self, job: Job, error: Exception) -> None:
        if isinstance(error, Refused):  # so nothing was created
            await database.finish(job, "DELETE FROM shares")
        else:
            await super().create_failed(job, error)


async def main() -> None:
    worker = BlindWorker()
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(worker.work())
