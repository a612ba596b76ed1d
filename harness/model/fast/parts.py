"""The pipeline and its clusters for calm creates: a claim, a create, a show, and the share is active.

Each instant is the sum that the general path would come to. What does not go so (a deadline that
runs out, above all) is handed to `SlowPath`, which decides by the pipeline's own tables.
"""

from collections.abc import Iterator, Mapping
from math import inf

from harness.model.environment import FastEnvironment
from harness.model.fast.claims import Claims
from harness.model.fast.commands import Commands
from harness.model.fast.creates import Creates
from harness.model.fast.foreseen import ForeseenCommands
from harness.model.fast.share import FastCluster
from harness.model.fast.spool import FastSpool
from harness.model.fast.stream import Batch
from harness.model.fast.tally import Tally
from harness.model.fast.upkeep import Upkeep
from harness.service.reference import PipelineSettings, deadlines_of

__all__ = ["Parts", "width_of"]


class Parts:
    """The parts, put together."""

    def __init__(
        self,
        env: FastEnvironment,
        settings: PipelineSettings,
        clusters: Mapping[str, FastCluster],
        tally: Tally,
        batches: Iterator[Batch],
    ) -> None:
        self.env = env
        self.settings = settings
        self.clusters = clusters
        self.tally = tally
        width, patience = width_of(settings), deadlines_of(settings.command).command
        self.calm = ForeseenCommands(env, clusters.values(), tally, width=width, patience=patience)
        self.commands = Commands(env, self.calm, patience=patience)
        self.spool = FastSpool(batches)
        self.upkeep = Upkeep(env, self.calm, self.commands, tally, sweep=settings.sweeper.every, retry=settings.retry)
        self.claims = Claims(env, self.spool, self.calm, self.upkeep, width=width, scan=settings.processor.scan)
        self.creates = Creates(env, self.claims, self.commands, tally)
        self.claims.create = self.creates.create
        self.calm.go_on = self.creates.go_on

    def start(self) -> None:
        """The processor's looks, scans and sweeps begin now."""
        for cluster in self.clusters.values():
            self.upkeep.sweep_later(cluster)
        self.claims.start()

    def close(self) -> None:
        """Nothing more is asked from now on."""
        self.tally.asked = self.spool.close(self.env.now)

    def finish(self) -> None:
        """The tally is complete, and what is under way in it."""
        self.calm.close()
        self.creates.finish()
        self.upkeep.finish()
        every, watched = self.tally.every, self.tally.watched
        while self.spool.next_at < inf:
            batch, rows = self.spool.some()
            numbers = [number for number, *_ in rows]
            watched.update((number, batch.share(number)) for number in numbers if not number % every)
            self.spool.taken(numbers[-1])


def width_of(settings: PipelineSettings) -> int:
    """Shares that are worked on at once, per cluster."""
    return min(settings.processor.workers, settings.command.connections * settings.command.sessions)
