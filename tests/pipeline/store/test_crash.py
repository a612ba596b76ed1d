"""kill -9 in the middle of commits: what was answered is there, and what is there is whole."""

import asyncio
import os
import signal
import sys
from functools import partial
from pathlib import Path

import pytest

from connector.clock import steady_clock
from pipeline.states import ShareState
from pipeline.store.sqlite import open_store
from tests.pipeline.store.stores import sql

CHILD = """
import asyncio, sys
from functools import partial
from pathlib import Path
from connector.clock import steady_clock
from pipeline.record import NewShare
from pipeline.states import ShareState
from pipeline.store.acceptances import StoredAnswer
from pipeline.store.sqlite import open_store

async def client(store, number):
    for n in range(10_000):
        name = f"{number}-{n}"
        await store.create(NewShare(id=name, location="north", name=name, size=1), None, lambda _: StoredAnswer(
            status=202, headers=(), body=b""))
        print("accepted", name, flush=True)

async def processor(store):
    while True:
        taken = await store.spool.take(owner="one", lease=60.0, wait=1.0, limit=1)
        claim = taken and await store.claim(taken[0].message, owner="one", lease=60.0)
        if not claim:
            continue
        if claim.record.row % 3:
            await store.move(claim, ShareState.ACTIVE, confirmed_size=1)
            print("active", claim.record.id, flush=True)
        else:
            claim = await store.move(claim, ShareState.FAILING, reason="quota")
            await store.remove(claim)
            print("removed", claim.record.id, flush=True)
        await taken[0].ack()

async def main():
    clock = steady_clock(asyncio.get_running_loop())
    async with open_store(Path(sys.argv[1]), clock) as store, asyncio.TaskGroup() as tasks:
        for number in range(16):
            tasks.create_task(client(store, number))
        for _ in range(4):
            tasks.create_task(processor(store))

asyncio.run(main())
"""


async def killed_after(path: Path, lines: int) -> dict[str, set[str]]:
    """Run the child until it has said so many lines, kill it, and return what it had said by then."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, str(path), stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    assert child.stdout is not None
    said: dict[str, set[str]] = {"accepted": set(), "active": set(), "removed": set()}
    count = 0
    while line := await child.stdout.readline():
        count += 1
        if count == lines:
            os.kill(child.pid, signal.SIGKILL)
        if line.endswith(b"\n"):
            word, id = line.decode().split()
            said[word].add(id)
    assert await child.wait() == -signal.SIGKILL
    return said


@pytest.mark.parametrize("lines", [1, 50, 333])
async def test_a_killed_process_leaves_what_it_answered_and_nothing_half_done(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "store.db"
    said = await killed_after(path, lines)
    async with open_store(path, steady_clock(asyncio.get_running_loop())) as store:
        records = {record.id: record for record in await store.list(limit=100_000)}
        events = await store.events(limit=1_000_000)
        counts = await store.message_counts()
        messages = {id for (id,) in await store.transact(partial(sql, "SELECT share FROM messages"))}
        (check,) = await store.transact(partial(sql, "PRAGMA integrity_check"))

    made = {event.share for event in events if event.before is None}
    removed = {event.share for event in events if event.after is None}
    last = {event.share: event.after for event in events}
    assert check == ("ok",)
    assert set(records) == made - removed  # a record iff its event
    assert messages == made  # a message iff its event
    assert counts.sent == len(made)
    assert all(record.state is last[id] for id, record in records.items())
    assert said["accepted"] <= made  # what was answered is durable
    assert said["removed"] <= removed
    assert all(records[id].state is ShareState.ACTIVE for id in said["active"])
