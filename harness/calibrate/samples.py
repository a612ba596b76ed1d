"""Measured values from a file: how long which phase or verb took, with how many commands at once."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connector.errors import ConnectorError
from connector.input_files import read_input
from connector.operations import Verb
from connector.toml_words import did_you_mean
from connector.units import WANTED_DURATION, parse_duration
from fake_clusters.profile import LoginPhase

__all__ = ["PHASES", "MeasuredSample", "SamplesError", "read_measured", "samples_text"]

_MAX_BYTES = 64 * 1024 * 1024
_KEYS = ("phase", "seconds", "concurrency")

PHASES: Mapping[str, LoginPhase | Verb] = {each.value: each for each in (*LoginPhase, *Verb)}
"""What a sample may be of."""


class SamplesError(ConnectorError):
    """A file of samples cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSample:
    """seconds: how long it took. concurrency: commands that were under way at once, this one too."""

    phase: LoginPhase | Verb
    seconds: float
    concurrency: int = 1


def samples_text(samples: Iterable[MeasuredSample]) -> str:
    """As a CSV file that `read_measured` takes."""
    rows = (f"{each.phase},{each.seconds:.6f},{each.concurrency}\n" for each in samples)
    return f"{','.join(_KEYS)}\n{''.join(rows)}"


def read_measured(path: Path) -> tuple[MeasuredSample, ...]:
    """From a CSV file with a heading (`phase,seconds,concurrency`; the last one may be left out), or from JSON Lines of
    objects with these keys where the name ends in `.jsonl`. Seconds are numbers or durations such as `12ms`.

    Raises `SamplesError` naming the line, and what is accepted.
    """
    try:
        text = read_input(path, _MAX_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise SamplesError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise SamplesError(f"{path}: is not UTF-8") from error
    rows = _json_rows(path, text) if path.suffix == ".jsonl" else _csv_rows(path, text)
    samples = tuple(_sample(f"{path}: line {line}", row) for line, row in rows)
    if not samples:
        raise SamplesError(f"{path}: holds no samples")
    return samples


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    rows = csv.DictReader(text.splitlines())
    try:
        heading = rows.fieldnames or ()
        if not {"phase", "seconds"} <= set(heading):
            raise SamplesError(f"{path}: its first line must name the columns {', '.join(_KEYS)}")
        for row in rows:
            yield rows.line_num, {key: row[key] for key in _KEYS if row.get(key) not in {None, ""}}
    except csv.Error as error:
        raise SamplesError(f"{path}: is not a CSV file: {error}") from error


def _json_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line, words in enumerate(text.splitlines(), start=1):
        if not words.strip():
            continue
        try:
            row = json.loads(words)
        except (ValueError, RecursionError) as error:
            raise SamplesError(f"{path}: line {line}: is not JSON") from error
        if not isinstance(row, dict):
            raise SamplesError(f"{path}: line {line}: must be an object with {', '.join(_KEYS)}")
        yield line, row


def _sample(where: str, row: Mapping[str, Any]) -> MeasuredSample:
    for key in ("phase", "seconds"):
        if key not in row:
            raise SamplesError(f"{where}: {key} is missing")
    name = str(row["phase"])
    if name not in PHASES:
        raise SamplesError(
            f"{where}: no phase {name!r}{did_you_mean(name, list(PHASES))}; accepted: {', '.join(PHASES)}"
        )
    return MeasuredSample(
        phase=PHASES[name],
        seconds=_seconds(where, row["seconds"]),
        concurrency=_concurrency(where, row.get("concurrency", 1)),
    )


def _seconds(where: str, value: Any) -> float:
    try:
        return parse_duration(float(value))
    except (TypeError, ValueError):
        pass
    try:
        return parse_duration(value)
    except (TypeError, ValueError):
        raise SamplesError(f"{where}: seconds: {WANTED_DURATION}") from None


def _concurrency(where: str, value: Any) -> int:
    if not (
        isinstance(value, int | str) and not isinstance(value, bool) and str(value).isascii() and str(value).isdigit()
    ):
        raise SamplesError(f"{where}: concurrency must be a whole number from 1")
    if not 1 <= int(value) <= 100_000:
        raise SamplesError(f"{where}: concurrency must be a whole number from 1 to 100000")
    return int(value)
