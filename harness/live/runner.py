"""Runs scenarios in live worlds."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import MappingProxyType

from connector.values import replace
from harness.errors import first_world_error
from harness.live.loopback import check_loopback
from harness.live.open_files import allow_open_files
from harness.live.part_command import PartCommand
from harness.live.world import open_live_world
from harness.run.player import OpenPlayer, open_clients
from harness.run.progress import Progress, ProgressReporter, Stage
from harness.run.result import RunResult
from harness.run.run import Run
from harness.run.world import World
from harness.scenario.scenario import Scenario

__all__ = ["LiveRunner"]


class LiveRunner:
    """Runs scenarios, each in a world of its own that is gone afterwards. open_world: opens one. open_player: who plays
    the load. The other arguments are `open_live_world`'s."""

    def __init__(
        self,
        *,
        keep: Path | None = None,
        commands: Mapping[str, PartCommand] = MappingProxyType({}),
        admin: Path | None = None,
        logs: Path | None = None,
        open_world: Callable[..., AbstractAsyncContextManager[World]] = open_live_world,
        open_player: OpenPlayer = open_clients,
    ) -> None:
        self._keep = keep
        self._commands = commands
        self._admin = admin
        self._logs = logs
        self._open_world = open_world
        self._open_player = open_player

    async def run(
        self,
        scenario: Scenario,
        *,
        seed: int,
        progress: Progress | None = None,
        stop: asyncio.Event | None = None,
    ) -> RunResult:
        """Run one scenario to its end. stop: ends the load early; healing, reading and collecting are still done.

        Raises `WorldError` where the world does not come up or breaks by itself.
        """
        reporter = ProgressReporter(progress, asyncio.get_running_loop().time)
        reporter.enter(Stage.START)
        allow_open_files()
        await check_loopback()
        try:
            async with self._open_world(
                scenario, seed=seed, keep=self._keep, commands=self._commands, admin=self._admin, logs=self._logs
            ) as world:
                run = Run(world, reporter=reporter, stop=stop or asyncio.Event(), open_player=self._open_player)
                result = await run.execute()
                reporter.enter(Stage.STOP)
        except BaseExceptionGroup as group:
            error = first_world_error(group)
            if error is None:
                raise
            raise error from group
        # With the ends between the end of the run and the stop of its parts.
        return replace(result, history=replace(result.history, part_ends=world.ends.rows))
