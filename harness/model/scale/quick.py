"""The pipeline and its clusters for calm creates: a claim, a create, a show, and the share is active.

Each instant is the sum that the twin which goes part for part would come to. What does not go so (a deadline that
runs out, above all) is handed to `Troubles`, which decides by the pipeline's own tables.
"""

from collections.abc import Mapping

from harness.model.environment import FastEnvironment
from harness.model.scale.claims import Claims
from harness.model.scale.commands import Commands
from harness.model.scale.creates import Creates
from harness.model.scale.share import Cluster
from harness.model.scale.tally import Tally
from harness.model.scale.upkeep import Upkeep
from pipeline.processor.processor import deadlines_of
from pipeline.settings import PipelineSettings

__all__ = ["Quick", "width_of"]


class Quick:
    """The parts, put together."""

    def __init__(
        self, env: FastEnvironment, settings: PipelineSettings, clusters: Mapping[str, Cluster], tally: Tally
    ) -> None:
        self.env = env
        self.tally = tally
        self.clusters = clusters
        self.commands = Commands(env, deadlines_of(settings.command).command)
        self.upkeep = Upkeep(env, self.commands, tally, sweep=settings.sweeper.every)
        self.claims = Claims(env, self.upkeep, width=width_of(settings), scan=settings.processor.scan)
        self.creates = Creates(env, self.claims, self.commands, tally)
        self.claims.create = self.creates.create

    def start(self) -> None:
        """The processor's looks, scans and sweeps begin now."""
        for cluster in self.clusters.values():
            self.upkeep.sweep_later(cluster)
        self.claims.start()

    def finish(self) -> None:
        """The tally is complete."""
        self.creates.finish()


def width_of(settings: PipelineSettings) -> int:
    """Shares that are worked on at once, per cluster."""
    return min(settings.processor.workers, settings.command.connections * settings.command.sessions)
