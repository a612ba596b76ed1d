"""`spoolproof calibrate`: a fake cluster from a measured connector or from samples, or a check of one for drift."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import typer

from fake_clusters.clusters_file import read_clusters_file
from fake_clusters.profile import Profile
from harness.calibrate.calibration import Calibration, alone, calibrated
from harness.calibrate.cluster_file import cluster_text
from harness.calibrate.drift import drift_of
from harness.calibrate.fit import Shape
from harness.calibrate.measure import MeasureBounds, Measurement, measure, measured_floor
from harness.calibrate.samples import MeasuredSample, read_measured, samples_text
from harness.cli.calibration_tables import capacity_lines, curve_of, drifts_table, fits_table
from harness.cli.counted_progress import show_count
from harness.cli.exits import Exit
from harness.cli.interrupt import until_interrupted
from harness.cli.results_folder import write_output
from harness.cli.start_file import check_new
from harness.cli.stdout import print_json, results_console
from harness.cli.target_runs import STOPPING, ledger_folder
from harness.contract.target import ContractTarget
from harness.contract.target_named import NamedTarget, check_named, open_target
from harness.own_folder import own_folder
from harness.versions import product
from reports.calibration import CalibrationReport, CapacityCurve
from reports.contract.wording import left_line
from reports.html.calibration import calibration_page
from reports.plain import plain

__all__ = ["CalibrateOptions", "calibrate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrateOptions:
    """The options of the command. samples: a file of them, or None where `target` is measured. name: of the cluster
    that is written, or of the one in `check`; None: the default. save: where the samples go."""

    samples: Path | None
    target: NamedTarget | None
    bounds: MeasureBounds
    ledger: Path | None = None
    out: Path | None
    page: Path | None = None
    save: Path | None = None
    name: str | None
    shape: Shape
    check: Path | None
    tolerance: float
    force: bool
    json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What samples come from. notes: what the reader has to know of it."""

    samples: tuple[MeasuredSample, ...]
    title: str
    dialect: str | None = None
    target: ContractTarget | None = None
    found: Measurement | None = None
    notes: tuple[str, ...] = field(default=())


def calibrate(options: CalibrateOptions) -> Exit:
    """3 where something is checked and a phase has drifted. Raises `SamplesError`, `InputProblems`, `OutputError`,
    `ServiceUnavailable`, and what reading files raises."""
    profile = None if options.check is None else _profile(options.check, options.name)
    for file in (options.out, options.page, options.save):
        if file is not None:
            check_new(file, force=options.force)
    source = _source(options)
    if source.found is not None and (end := _cut_short(source.title, source.found)) is not None:
        return end
    if options.save is not None:
        write_output(options.save, samples_text(source.samples))
    if profile is not None:
        return _check(source, profile, options)
    return _write(source, options)


def _source(options: CalibrateOptions) -> _Source:
    if options.target is None:
        assert options.samples is not None
        return _Source(samples=read_measured(options.samples), title=options.samples.name)
    named = options.target
    check_named(named)
    with ledger_folder(options.ledger, named) as ledger:
        commands = options.bounds.count * len(options.bounds.concurrency)
        with show_count(commands, "creates", quiet=options.json) as tell:
            target, found = until_interrupted(
                lambda stop: _measured(named, options.bounds, ledger, tell, stop), on_first_signal=STOPPING
            )
    return _Source(
        samples=tuple(found.samples),
        title=target.title,
        dialect=target.dialect.name,
        target=target,
        found=found,
        notes=tuple(_notes(found)),
    )


async def _measured(
    named: NamedTarget, bounds: MeasureBounds, ledger: Path, tell: Callable[[str], None], stop: asyncio.Event
) -> tuple[ContractTarget, Measurement]:
    def on_sample(what: str) -> None:
        if what == "create":
            tell("")

    async with open_target(named) as target:
        with own_folder() as folder:
            floor = await measured_floor(target.target.dialect, ledger=folder, stop=stop)
        return target, await measure(target, bounds, ledger=ledger, stop=stop, floor=floor, on_sample=on_sample)


def _cut_short(title: str, found: Measurement) -> Exit | None:
    """How to exit where nothing can be made of it."""
    for line in _left(found):
        sys.stderr.write(plain(f"spoolproof: {line}\n"))
    if found.stopped is not None:
        sys.stderr.write(plain(f"spoolproof: the target was lost in mid-run: {found.stopped}\n"))
        return Exit.SERVICE_UNAVAILABLE
    if found.interrupted:
        sys.stderr.write(plain(f"spoolproof: {title}: interrupted: nothing is written\n"))
        return Exit.INTERRUPTED
    return None


def _left(found: Measurement) -> list[str]:
    return [left_line(found.shares.left)] if found.shares.left else []


def _notes(found: Measurement) -> list[str]:
    notes = [f"{count} times refused or not answered: {what}" for what, count in sorted(found.refused.items())]
    if found.late:
        notes.append("the time was up before all was asked: --seconds gives it more")
    if found.connect:
        mean = sum(found.connect) / len(found.connect)
        notes.append(f"a TCP connection took {1000 * mean:.3g} ms in the mean, which no profile has")
    return notes


def _write(source: _Source, options: CalibrateOptions) -> Exit:
    found = calibrated(source.samples, options.shape)
    name = options.name or "measured"
    text = cluster_text(
        found,
        name=name,
        source=source.title,
        dialect=_written_dialect(source),
        capabilities=_capabilities(source),
        limits=_limits(source.target),
    )
    if options.page is not None:
        write_output(options.page, calibration_page(_report(found, source, name)))
    if options.out is not None:
        write_output(options.out, text)
    if options.json:
        print_json({"cluster": name, **_object(found, source)})
    elif options.out is None:
        sys.stdout.write(text)
    else:
        results_console().print(fits_table(found))
        lines = [*capacity_lines(found), *source.notes, f"clusters file: {options.out}"]
        lines += [] if options.page is None else [f"page: {options.page}"]
        sys.stdout.writelines(plain(f"{line}\n") for line in lines)
    return Exit.VALID


def _written_dialect(source: _Source) -> str | None:
    """None: that is the default."""
    if source.target is None or source.dialect == "native":
        return None
    return source.target.target.dialect


def _capabilities(source: _Source) -> Any:
    """What it claims, where that is not all that its dialect carries."""
    if source.target is None or source.found is None:
        return None
    claimed = source.found.capabilities
    return None if claimed == source.target.dialect.capabilities else claimed


def _limits(target: ContractTarget | None) -> Mapping[str, int]:
    """What the target declares."""
    if target is None:
        return {}
    declared = target.limits
    known = {"sessions": declared.sessions, "connections": declared.connections, "share_size": declared.share_size}
    known["allocation"] = declared.rounding if declared.rounding > 1 else None
    return {key: value for key, value in known.items() if value is not None}


def _check(source: _Source, profile: Profile, options: CalibrateOptions) -> Exit:
    rows = drift_of(source.samples, profile, tolerance=options.tolerance)
    drifted = [row for row in rows if row.drifted]
    if options.json:
        print_json({"drifted": bool(drifted), "phases": [asdict(row) for row in rows]})
    else:
        results_console().print(drifts_table(rows))
        names = ", ".join(str(row.phase) for row in drifted)
        told = f"drifted: {names}" if drifted else f"no phase is farther than {options.tolerance:g} from the file"
        sys.stdout.writelines(plain(f"{line}\n") for line in (*source.notes, told))
    return Exit.GATE_FAILED if drifted else Exit.VALID


def _profile(path: Path, name: str | None) -> Profile:
    specs = {spec.name: spec for spec in read_clusters_file(path).specs}
    if name is None and len(specs) == 1:
        (name,) = specs
    if name is None or name not in specs:
        asked = f"no cluster {name!r}" if name else "several clusters: choose one with --name"
        raise typer.BadParameter(f"{path} has {asked}; there are: {', '.join(specs)}", param_hint="--name")
    return specs[name].profile


def _report(found: Calibration, source: _Source, name: str) -> CalibrationReport:
    times = alone(source.samples)
    capacity = found.capacity
    return CalibrationReport(
        title=name,
        source=source.title,
        dialect=source.dialect or "native",
        phases=tuple(curve_of(str(phase), fitted, times[phase]) for phase, fitted in found.fits.items()),
        capacity=None
        if capacity is None
        else CapacityCurve(by=found.words, throughput=capacity.throughput, places=capacity.places),
        product=product(),
        notes=source.notes,
    )


def _object(found: Calibration, source: _Source) -> dict[str, Any]:
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
    told = (
        None if capacity is None else {"by": found.words, "places": capacity.places, "throughput": capacity.throughput}
    )
    measured = source.found
    return {
        "phases": phases,
        "capacity": told,
        "source": source.title,
        "refused": {} if measured is None else dict(measured.refused),
        "shares": None if measured is None else asdict(measured.shares),
    }
