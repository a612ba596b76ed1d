"""Runs a scenario as `spoolproof run` does, and sends the object that `--json` prints for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from harness.cli.run import RunOptions, run_each
from harness.cli.summary import run_row
from harness.scenario.service import Design
from harness.world_name import WorldName

__all__ = ["RunTask"]


class RunTask(BaseModel):
    """As the options of the command."""

    model_config = ConfigDict(extra="forbid")

    scenario: str
    world: WorldName
    seed: int | None
    design: Design | None
    service: Path | None
    out: Path | None
    force: bool

    def do(self, send: Callable[[dict[str, Any]], None]) -> None:
        """Raises what the command ends with."""
        options = RunOptions(
            names=(self.scenario,),
            seed=self.seed,
            out=self.out,
            force=self.force,
            json=True,
            world=self.world,
            pipeline=self.design,
            service=self.service,
        )
        (report,) = run_each(options)
        send({"result": run_row(report)})
