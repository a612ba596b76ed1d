"""`spoolproof calibrate`: a fake cluster from measured latencies, or a check of one against fresh ones."""

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typer
from rich.table import Table

from fake_clusters.clusters_file import read_clusters_file
from fake_clusters.profile import Profile
from harness.calibrate.calibration import Calibration, calibrated
from harness.calibrate.cluster_file import cluster_text
from harness.calibrate.drift import PhaseDrift, drift_of
from harness.calibrate.fit import Shape
from harness.calibrate.samples import read_measured
from harness.cli.exits import Exit
from harness.cli.results_folder import write_output
from harness.cli.start_file import check_new
from harness.cli.stdout import print_json, results_console
from reports.plain import plain

__all__ = ["CalibrateOptions", "calibrate", "check_drift"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrateOptions:
    """The options of the command. name: of the cluster that is written, or of the one in `check`; None: the default."""

    samples: Path
    out: Path | None
    name: str | None
    shape: Shape
    check: Path | None
    tolerance: float
    force: bool
    json: bool


def calibrate(options: CalibrateOptions) -> Exit:
    """Raises `SamplesError` and `OutputError`."""
    name = options.name or "measured"
    if options.out is not None:
        check_new(options.out, force=options.force)
    found = calibrated(read_measured(options.samples), options.shape)
    text = cluster_text(found, name=name, source=options.samples)
    if options.out is not None:
        write_output(options.out, text)
    if options.json:
        print_json({"cluster": name, **_object(found)})
    elif options.out is None:
        sys.stdout.write(text)
    else:
        results_console().print(_fits(found))
        sys.stdout.writelines(f"{line}\n" for line in _capacity(found))
        sys.stdout.write(plain(f"clusters file: {options.out}\n"))
    return Exit.VALID


def check_drift(options: CalibrateOptions) -> Exit:
    """3 where a phase has drifted. Raises `SamplesError`, and what reading a clusters file raises."""
    assert options.check is not None
    rows = drift_of(read_measured(options.samples), _profile(options.check, options.name), tolerance=options.tolerance)
    drifted = [row for row in rows if row.drifted]
    if options.json:
        print_json({"drifted": bool(drifted), "phases": [asdict(row) for row in rows]})
    else:
        results_console().print(_drifts(rows))
        names = ", ".join(str(row.phase) for row in drifted)
        told = f"drifted: {names}" if drifted else f"no phase is farther than {options.tolerance:g} from the file"
        sys.stdout.write(f"{told}\n")
    return Exit.GATE_FAILED if drifted else Exit.VALID


def _profile(path: Path, name: str | None) -> Profile:
    specs = {spec.name: spec for spec in read_clusters_file(path).specs}
    if name is None and len(specs) == 1:
        (name,) = specs
    if name is None or name not in specs:
        asked = f"no cluster {name!r}" if name else "several clusters: choose one with --name"
        raise typer.BadParameter(f"{path} has {asked}; there are: {', '.join(specs)}", param_hint="--name")
    return specs[name].profile


def _fits(found: Calibration) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("phase", "samples", "mean", "taken", "nearest family", "distance", "p"):
        table.add_column(heading, justify="left" if heading in {"phase", "taken", "nearest family"} else "right")
    for phase, fitted in found.fits.items():
        table.add_row(
            str(phase),
            str(fitted.size),
            f"{1000 * fitted.chosen.mean:.3g} ms",
            fitted.kind,
            fitted.nearest,
            f"{fitted.distance:.3f}",
            f"{fitted.by_chance:.2f}",
        )
    return table


def _capacity(found: Calibration) -> list[str]:
    capacity = found.capacity
    if capacity is None:
        return ["capacity: not known; it takes samples of one verb with several concurrencies, 1 among them"]
    tried = ", ".join(f"{number}: {rate:.3g}/s" for number, rate in capacity.throughput.items())
    if capacity.places is None:
        return [f"capacity: above {max(capacity.throughput)} commands at once ({found.by} at {tried})"]
    return [f"capacity: {capacity.places} commands at once ({found.by} at {tried})"]


def _drifts(rows: list[PhaseDrift]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("phase", "samples", "mean", "expected", "distance", "at least", ""):
        table.add_column(heading, justify="left" if heading in {"phase", ""} else "right")
    for row in rows:
        table.add_row(
            str(row.phase),
            str(row.size),
            f"{1000 * row.mean:.3g} ms",
            f"{1000 * row.expected:.3g} ms",
            f"{row.found:.3f}",
            f"{row.least:.3f}",
            "drifted" if row.drifted else "",
        )
    return table


def _object(found: Calibration) -> dict[str, Any]:
    phases = {
        str(phase): {
            "samples": fitted.size,
            "mean": fitted.chosen.mean,
            "taken": fitted.kind,
            "nearest": fitted.nearest,
            "distances": fitted.distances,
            "by_chance": fitted.by_chance,
        }
        for phase, fitted in found.fits.items()
    }
    capacity = found.capacity
    told = None if capacity is None else {"by": found.by, "places": capacity.places, "throughput": capacity.throughput}
    return {"phases": phases, "capacity": told}
