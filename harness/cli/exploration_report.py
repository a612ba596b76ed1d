"""Formats what `explore` found, as text and as a JSON object."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.cli.saved_failures import SavedFailure, SavedFailures, replay_command
from harness.explore import Exploration, UnknownRun

__all__ = ["exploration_object", "format_result", "pluralize"]


def format_result(found: Exploration, saved: SavedFailures) -> Iterator[str]:
    """Yield the lines of the text report."""
    for each in saved.failures:
        yield from _failure(each)
    if saved.unknown is not None:
        folder, unknown = saved.unknown
        yield f"no verdict after {pluralize(unknown.runs, 'run')}: {'; '.join(unknown.doubts)}"
        yield from _places(folder)
    for path, breakdown in saved.breakdowns.items():
        yield f"harness failure after {pluralize(breakdown.runs, 'run')}: {breakdown.error}"
        yield f"  scenario: {path}"
    stats = found.stats
    failed = f", {pluralize(stats.harness_failures, 'harness failure')}" if stats.harness_failures else ""
    yield (
        f"{pluralize(stats.runs, 'run')}, {stats.seconds:.1f} s of CPU time, "
        f"{pluralize(stats.items, 'coverage item')}, {pluralize(stats.failures, 'distinct failure')}, "
        f"{stats.unknown} unknown{failed}"
        f"{'; stopped early' if found.stopped else ''}"
    )


def exploration_object(found: Exploration, saved: SavedFailures, *, scenario: str, seed: int) -> dict[str, Any]:
    """Return the JSON object."""
    stats = found.stats
    return {
        "scenario": scenario,
        "seed": seed,
        "runs": stats.runs,
        "cpu_seconds": stats.seconds,
        "unknown": stats.unknown,
        "first_unknown": None if saved.unknown is None else _unknown(*saved.unknown),
        "harness_failures": stats.harness_failures,
        "interrupted": found.stopped,
        "exercised": list(found.items),
        "failures": [_object(each) for each in saved.failures],
        "breakdowns": [
            {"error": breakdown.error, "runs": breakdown.runs, "seed": breakdown.schedule.seed, "scenario": str(path)}
            for path, breakdown in saved.breakdowns.items()
        ],
    }


def _failure(each: SavedFailure) -> Iterator[str]:
    shrunk = each.shrunk
    least = "" if shrunk.minimal else "; budget used up, may not be minimal"
    again = ""
    if each.confirmed is not None:
        least = "; no two live runs are alike, so it may not be minimal"
        again = f"played again, violated in {each.confirmed} runs; "
    yield (
        f"{', '.join(each.failure.invariants)} violated after {pluralize(each.failure.runs, 'run')}; {again}"
        f"shrunk to {pluralize(shrunk.events, 'event')}, {pluralize(shrunk.arrivals, 'arrival')}{least}"
    )
    yield from (f"  {line}" for line in each.summary)
    yield from _places(each.folder)


def _places(folder: Path) -> Iterator[str]:
    yield f"  scenario: {folder / 'regression.toml'}"
    yield f"  replay: {shlex.join(replay_command(folder))}"


def _unknown(folder: Path, unknown: UnknownRun) -> dict[str, Any]:
    return {
        "doubts": list(unknown.doubts),
        "runs": unknown.runs,
        "seed": unknown.schedule.seed,
        "folder": str(folder),
    }


def _object(each: SavedFailure) -> dict[str, Any]:
    return {
        "invariants": list(each.failure.invariants),
        "runs": each.failure.runs,
        "cpu_seconds": each.failure.seconds,
        "seed": each.failure.seed,
        "events": each.shrunk.events,
        "arrivals": each.shrunk.arrivals,
        "minimal": each.shrunk.minimal,
        "again": None if each.confirmed is None else each.confirmed.again,
        "of": None if each.confirmed is None else each.confirmed.of,
        "summary": list(each.summary),
        "folder": str(each.folder),
    }


def pluralize(number: int, thing: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
