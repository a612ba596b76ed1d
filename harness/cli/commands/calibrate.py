"""The command `calibrate`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Json

__all__ = ["FitShape", "calibrate"]


class FitShape(StrEnum):
    """What stands for the samples of a phase."""

    AUTO = "auto"
    FAMILY = "family"
    EMPIRICAL = "empirical"


def calibrate(  # noqa: PLR0917 - Typer makes options of parameters
    samples: Annotated[
        Path, typer.Argument(metavar="SAMPLES", help="CSV with a heading (phase,seconds,concurrency), or .jsonl.")
    ],
    out: Annotated[Path | None, typer.Option(help="The clusters file to write; default: stdout.")] = None,
    name: Annotated[str | None, typer.Option(help="The cluster's name; default: measured.")] = None,
    shape: Annotated[
        FitShape, typer.Option(help="auto: a family of distributions where one fits, else the samples themselves.")
    ] = FitShape.AUTO,
    check: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write nothing: check the samples against this clusters file.")
    ] = None,
    tolerance: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="With --check: the distance (Kolmogorov-Smirnov) that is no drift.")
    ] = 0.1,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
    json: Json = False,
) -> None:
    """Make a fake cluster that is as slow as a measured connector, or check whether it still is.

    Exit codes: 0 done, 3 a phase has drifted, 64 bad input.
    """
    from pydantic import TypeAdapter, ValidationError

    from connector.names import ClusterName
    from harness.cli.calibrate import CalibrateOptions, check_drift
    from harness.cli.calibrate import calibrate as write_cluster

    try:
        TypeAdapter(ClusterName).validate_python(name or "measured")
    except ValidationError as error:
        raise typer.BadParameter(error.errors()[0]["msg"], param_hint="--name") from error
    options = CalibrateOptions(
        samples=samples,
        out=out,
        name=name,
        shape=shape.value,
        check=check,
        tolerance=tolerance,
        force=force,
        json=json,
    )
    if check is not None and out is not None:
        raise typer.BadParameter("cannot be combined with --check, which writes nothing", param_hint="--out")
    raise typer.Exit(write_cluster(options) if check is None else check_drift(options))
