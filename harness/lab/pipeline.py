"""Serves the reference pipeline until the process is asked to end; its store lies in a folder that ends with it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from harness.cli.interrupt import serve_until_signal
from harness.own_folder import own_folder
from harness.service.reference import PartsToServe

__all__ = ["PipelineTask"]


class PipelineTask(BaseModel):
    """targets: the address file of the clusters. settings: the tables of a pipeline file."""

    model_config = ConfigDict(extra="forbid")

    targets: Path
    settings: dict[str, Any]

    def do(self, send: Callable[[dict[str, Any]], None]) -> None:
        """Raises what reading such a file and serving the pipeline raises."""
        with own_folder() as folder:
            values = {"store": f"{folder}/shares.db", **self.settings, "targets": str(self.targets)}
            parts = PartsToServe.of_values(values, source="spoolproof.pipeline")
            parts.start_logging(verbose=False)
            serve_until_signal(parts.serve(lambda urls: send({"ready": dict(urls)})))
