"""What exploring found, on disk: a folder for each failure, each breakdown and the first unknown run, and a record."""

import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connector.values import replace
from harness.cli.results_folder import write_output, write_results
from harness.errors import OutputError
from harness.explore import Breakdown, Confirmation, Exploration, Failure, Schedule, Shrunk, UnknownRun
from harness.explore.regression import regression_text
from harness.explore.schedule import lifted
from harness.explore.summary import event_lines, summarize
from harness.scenario.scenario import Scenario
from reports.journal import Journal

__all__ = [
    "RECORD",
    "SavedFailure",
    "SavedFailures",
    "clear",
    "replay_command",
    "save_failure",
    "saved_failures",
    "write_failures",
    "write_record",
]

RECORD = "exploration.json"
"""The file that identifies the results of an exploration."""

_BREAKDOWN = "breakdown.toml"
_FOLDER = re.compile(r"(failure|breakdown|unknown)-\d+")
_FILES = ("regression.toml", "journal.json", "report.html", "junit.xml", _BREAKDOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFailure:
    """A failure, its smallest form, and the folder that it is saved in. confirmed: how often it came back, in the live
    world."""

    failure: Failure
    shrunk: Shrunk
    summary: tuple[str, ...]
    folder: Path
    confirmed: Confirmation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFailures:
    """breakdowns: by the file that each is saved in. unknown: the first run without a verdict, and its folder."""

    failures: Sequence[SavedFailure] = ()
    unknown: tuple[Path, UnknownRun] | None = None
    breakdowns: Mapping[Path, Breakdown] = field(default_factory=dict)


def saved_failures(
    root: Path, found: Exploration, shrunk: Sequence[Shrunk], confirmed: Sequence[Confirmation] = ()
) -> SavedFailures:
    """Where all that was found will be saved. shrunk, confirmed: of each failure, in their order."""
    failures = [
        SavedFailure(
            failure=failure,
            shrunk=least,
            summary=summarize(least.schedule, least.journal),
            folder=root / f"failure-{number}",
            confirmed=confirmed[number - 1] if confirmed else None,
        )
        for number, (failure, least) in enumerate(zip(found.failures, shrunk, strict=True), start=1)
    ]
    breakdowns = {
        root / f"breakdown-{number}" / _BREAKDOWN: breakdown
        for number, breakdown in enumerate(found.breakdowns, start=1)
    }
    unknown = None if found.unknown is None else (root / "unknown-1", found.unknown)
    return SavedFailures(failures=failures, unknown=unknown, breakdowns=breakdowns)


def write_failures(root: Path, saved: SavedFailures, overrides: Mapping[str, str]) -> None:
    """Write everything, and remove the results of an earlier exploration. Raises `OutputError`."""
    clear(root, lambda name: _FOLDER.fullmatch(name) is not None)
    for each in saved.failures:
        save_failure(each.shrunk, overrides, each.folder)
    if saved.unknown is not None:
        _save_unknown(saved.unknown[1], overrides, saved.unknown[0])
    for path, breakdown in saved.breakdowns.items():
        _save_breakdown(breakdown, overrides, path)


def save_failure(shrunk: Shrunk, overrides: Mapping[str, str], folder: Path) -> None:
    """The journal, its reports, and the regression scenario, which is also the journal's own. Raises `OutputError`."""
    text = regression_text(shrunk.base, shrunk.schedule, summarize(shrunk.schedule, shrunk.journal))
    _save_run(shrunk.journal, text, overrides, folder)


def _save_unknown(unknown: UnknownRun, overrides: Mapping[str, str], folder: Path) -> None:
    """The run as it was: what is unknown is not shrunk."""
    bare, schedule = _whole(unknown.base, unknown.schedule)
    words = ["No verdict:", *(f"  {doubt}" for doubt in unknown.doubts), *summarize(schedule, unknown.journal)]
    _save_run(unknown.journal, regression_text(bare, schedule, words), overrides, folder)


def _save_run(journal: Journal, text: str, overrides: Mapping[str, str], folder: Path) -> None:
    saved = replace(
        journal,
        scenario="regression",
        scenario_text=text,
        service_text="",  # which is in the text
        command=shlex.join(replay_command(folder)),
        notes=(*journal.notes, *_seams_comment(overrides)),
    )
    write_output(folder / "regression.toml", text, make_folder=True)
    write_results(folder, saved)


def _whole(base: Scenario, schedule: Schedule) -> tuple[Scenario, Schedule]:
    """The base without anything that breaks, and the schedule with all that."""
    bare, own = lifted(base)
    return bare, replace(schedule, events=(*own, *schedule.events))


def _save_breakdown(breakdown: Breakdown, overrides: Mapping[str, str], path: Path) -> None:
    """The scenario that leads to it, and the reason in its opening comment."""
    bare, schedule = _whole(breakdown.base, breakdown.schedule)
    words = [
        "The world failed by itself, so there is no verdict:",
        f"  {breakdown.error}",
        *_seams_comment(overrides),
        *event_lines(schedule),
        f"Replay: {shlex.join(['spoolproof', 'run', str(path), '--world', breakdown.world])}",
    ]
    write_output(path, regression_text(bare, schedule, words), make_folder=True)


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write the summary as JSON. Raises `OutputError`."""
    write_output(path, json.dumps(record, ensure_ascii=False, indent=2) + "\n", make_folder=True)


def replay_command(folder: Path) -> list[str]:
    """The command that replays a failure."""
    return ["spoolproof", "replay", str(folder)]


def clear(root: Path, ours: Callable[[str], bool]) -> None:
    """Remove earlier results, so that no stale file is left among the new ones.

    Other files stay, and so do their folders. Raises `OutputError`.
    """
    try:
        for folder in sorted(root.iterdir()):
            if ours(folder.name) and folder.is_dir() and not folder.is_symlink():
                for name in _FILES:
                    (folder / name).unlink(missing_ok=True)
                if not any(folder.iterdir()):
                    folder.rmdir()
    except OSError as error:
        raise OutputError(f"{error.filename or root}: cannot be removed: {error.strerror}") from error


def _seams_comment(overrides: Mapping[str, str]) -> list[str]:
    return (
        [f"replaced behaviour: {' '.join(f'{part}={words}' for part, words in overrides.items())}"] if overrides else []
    )
