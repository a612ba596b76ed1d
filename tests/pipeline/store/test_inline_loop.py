"""The store on a loop that has no threads, as loops of virtual time have none."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.record import Message
from pipeline.states import ShareState
from pipeline.store.sqlite import open_store
from tests.pipeline.store.stores import HandClock, accepted, new_share, next_message


class InlineLoop(asyncio.SelectorEventLoop):
    """Runs executor jobs at once, in the caller."""

    def run_in_executor(self, _: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]  # no overloads needed here
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - whatever a job raises is its caller's
            future.set_exception(error)
        return future


async def life(path: Path) -> list[tuple[object, ...]]:
    async with open_store(path, HandClock()) as store:
        async with asyncio.TaskGroup() as tasks:
            waiting = [tasks.create_task(next_message(store, wait=60.0)) for _ in range(4)]
            for number in range(4):
                tasks.create_task(accepted(store, new_share(str(number))))
        messages = [message for task in waiting if (message := task.result())]
        async with asyncio.TaskGroup() as tasks:
            for message in messages:
                tasks.create_task(_activate(store, message))
        return [(event.share, event.after, event.fence) for event in await store.events()]


async def _activate(store: Any, message: Message) -> None:
    claim = await store.claim(message, owner="one", lease=30.0)
    assert await store.move(claim, ShareState.ACTIVE, confirmed_size=10)


def test_it_works_and_repeats_exactly(tmp_path: Path) -> None:
    runs = []
    for number in range(2):
        with asyncio.Runner(loop_factory=InlineLoop) as runner:
            runs.append(runner.run(life(tmp_path / f"{number}.db")))
    assert len(runs[0]) == 8
    assert runs[0] == runs[1]
