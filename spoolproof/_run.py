"""Runs a scenario to a verdict."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spoolproof._child import Lab, in_thread
from spoolproof._rows import Result, read_result
from spoolproof.errors import OutputError

__all__ = ["run", "run_async"]


def run(
    scenario: str | os.PathLike[str],
    /,
    *,
    world: str = "live",
    seed: int | None = None,
    design: str | None = None,
    service: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
) -> Result:
    """Run a scenario, judge it, and write its files, as `spoolproof run` does.

    scenario: the name of a shipped one, or the path of a file. world: `live`, `real`, `virtual`, `virtual-ssh`
    or `model`.
    seed, design, service (a file): instead of the scenario's own. out: the folder of the files; `runs/…` if left out.
    force: replace earlier results there.

    Raises `StartError`, `InputError`, `LabError` and `OutputError`. An anomaly is no error: look at the verdict.
    """
    lab = _start(scenario, world=world, seed=seed, design=design, service=service, out=out, force=force)
    return _result(lab, Path.cwd())


async def run_async(
    scenario: str | os.PathLike[str],
    /,
    *,
    world: str = "live",
    seed: int | None = None,
    design: str | None = None,
    service: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
) -> Result:
    """`run` for asyncio code. Where the task is cancelled, the run ends."""
    lab = _start(scenario, world=world, seed=seed, design=design, service=service, out=out, force=force)
    folder = Path.cwd()
    return await in_thread(lambda: _result(lab, folder), end=lab.close)


def _start(scenario: str | os.PathLike[str], **options: Any) -> Lab:
    return Lab("run", {"scenario": os.fspath(scenario), **options})


def _result(lab: Lab, folder: Path) -> Result:
    try:
        lab.receive_hello()
        row: Mapping[str, Any] = lab.receive("result")
    finally:
        lab.close()
    if not row["written"]:
        raise OutputError(
            f"the verdict is {row['verdict']}, and {row['journal']}: cannot be written", verdict=row["verdict"]
        )
    return read_result(row, folder)
