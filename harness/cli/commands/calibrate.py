"""The command `calibrate`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.contract import Dialect, HostKey, Key, KnownHosts, LedgerFolder, Profile
from harness.cli.commands.options import Json

__all__ = ["FitShape", "calibrate"]

_SOURCE = "A target, as `contract` takes it, or samples: CSV with a heading (phase,seconds,concurrency), .jsonl."


class FitShape(StrEnum):
    """What stands for the samples of a phase."""

    AUTO = "auto"
    FAMILY = "family"
    EMPIRICAL = "empirical"


def calibrate(  # noqa: PLR0917 - Typer makes options of parameters
    source: Annotated[str, typer.Argument(metavar="TARGET|SAMPLES", help=_SOURCE)],
    out: Annotated[Path | None, typer.Option(help="The clusters file to write; default: stdout.")] = None,
    page: Annotated[Path | None, typer.Option(metavar="FILE", help="Write an HTML page with the fits, too.")] = None,
    save: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the samples as CSV, too.")] = None,
    name: Annotated[str | None, typer.Option(help="The cluster's name; default: measured.")] = None,
    shape: Annotated[
        FitShape, typer.Option(help="auto: a family of distributions where one fits, else the samples themselves.")
    ] = FitShape.AUTO,
    check: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write no cluster: check against this clusters file.")
    ] = None,
    tolerance: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="With --check: the distance (Kolmogorov-Smirnov) that is no drift.")
    ] = 0.1,
    count: Annotated[
        int,
        typer.Option(min=2, max=10_000, help="Of a target: logins, and commands of each verb, at each concurrency."),
    ] = 30,
    concurrency: Annotated[
        str, typer.Option(metavar="N,…", help="Of a target: how many at once, one after another; 1 among them.")
    ] = "1,2,4,8",
    seconds: Annotated[float, typer.Option(min=1.0, help="Of a target: the longest that it may take.")] = 300.0,
    dialect: Dialect = None,
    profile: Profile = None,
    key: Key = None,
    known_hosts: KnownHosts = None,
    host_key: HostKey = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of a target that is a file with several clusters: which.")
    ] = None,
    ledger: LedgerFolder = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the files.")] = False,
    json: Json = False,
) -> None:
    """Make a fake cluster that is as slow as a measured connector, or check whether it still is.

    A target is measured with shares of its own, which are removed, also after Ctrl-C. Exit codes: 0 done, 3 a phase has
    drifted, 64 bad input, 69 the target cannot be measured or was lost, 130 interrupted.
    """
    from pydantic import TypeAdapter, ValidationError

    from connector.names import ClusterName
    from harness.calibrate.measure import MeasureBounds
    from harness.cli.calibrate import CalibrateOptions
    from harness.cli.calibrate import calibrate as run
    from harness.contract.target_named import FAKE, NamedTarget

    try:
        TypeAdapter(ClusterName).validate_python(name or "measured")
    except ValidationError as error:
        raise typer.BadParameter(error.errors()[0]["msg"], param_hint="--name") from error
    if check is not None and (out or page) is not None:
        hint = "--out" if out is not None else "--page"
        raise typer.BadParameter("cannot be combined with --check, which writes no cluster", param_hint=hint)
    named = NamedTarget(
        name=source,
        dialect=dialect,
        profile=profile,
        key=key,
        known_hosts=known_hosts,
        host_key=host_key,
        cluster=cluster,
    )
    is_target = source == FAKE or named.is_address or source.endswith((".toml", ".json"))
    given = {"--dialect": dialect, "--profile": profile, "--key": key, "--cluster": cluster, "--ledger": ledger}
    if not is_target and (wrong := [option for option, value in given.items() if value is not None]):
        raise typer.BadParameter("is only for a target", param_hint=wrong[0])
    options = CalibrateOptions(
        samples=None if is_target else Path(source),
        target=named if is_target else None,
        bounds=MeasureBounds(count=count, concurrency=_levels(concurrency), seconds=seconds),
        ledger=ledger,
        out=out,
        page=page,
        save=save,
        name=name,
        shape=shape.value,
        check=check,
        tolerance=tolerance,
        force=force,
        json=json,
    )
    raise typer.Exit(run(options))


def _levels(text: str) -> tuple[int, ...]:
    """Raises `typer.BadParameter`."""
    words = text.split(",")
    if not all(word.isascii() and word.isdigit() and 1 <= int(word) <= 64 for word in words) or "1" not in words:
        message = f"{text!r}: whole numbers from 1 to 64 with commas between, 1 among them, such as 1,2,4,8"
        raise typer.BadParameter(message, param_hint="--concurrency")
    return tuple(sorted({int(word) for word in words}))
