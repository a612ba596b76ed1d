"""Measured values: a file of samples; quantiles are interpolated linearly between them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connector.input_files import read_sibling
from connector.units import WANTED_DURATION, Duration, parse_duration

__all__ = ["Empirical", "read_samples"]

_MAX_BYTES = 8 * 1024 * 1024
"""Bytes of a file of samples: about a million of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Empirical:
    """samples: in any order; kept sorted. The quantiles are those of numpy's default method."""

    samples: tuple[Duration, ...]

    def __post_init__(self) -> None:
        if not self.samples:
            raise ValueError("samples must hold at least one duration")
        object.__setattr__(self, "samples", tuple(sorted(parse_duration(sample) for sample in self.samples)))

    def ppf(self, u: float) -> float:
        place = u * (len(self.samples) - 1)
        index = int(place)
        low = self.samples[index]
        return low + (place - index) * (self.samples[min(index + 1, len(self.samples) - 1)] - low)

    @property
    def mean(self) -> float:
        """Of the interpolated distribution, where the two outermost samples count half."""
        if len(self.samples) == 1:
            return self.samples[0]
        return (sum(self.samples) - (self.samples[0] + self.samples[-1]) / 2) / (len(self.samples) - 1)


def read_samples(folder: Path, name: Path, column: str | None = None) -> tuple[float, ...]:
    """The samples in a text file of a folder: one number or duration a line, or the named column of a CSV file.

    Raises `ValueError` naming the file and the line, and nothing that stands there. Empty lines are skipped, and those
    that open with `#`.
    """
    text = read_sibling(folder, name, _MAX_BYTES)
    try:
        samples = tuple(_sample(name, number, word) for number, word in _words(name, text, column))
    except csv.Error as error:
        raise ValueError(f"{name}: is not a CSV file") from error
    if not samples:
        raise ValueError(f"{name}: holds no samples")
    return samples


def _words(name: Path, text: str, column: str | None) -> Iterator[tuple[int, str]]:
    if column is None:
        lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), start=1))
        yield from ((number, line) for number, line in lines if line and not line.startswith("#"))
        return
    rows = csv.DictReader(text.splitlines())
    if column not in (rows.fieldnames or ()):
        raise ValueError(f"{name}: its first line names no column {column!r}")
    yield from ((rows.line_num, row[column] or "") for row in rows)


def _sample(name: Path, number: int, word: str) -> float:
    try:
        return parse_duration(float(word))
    except ValueError:
        pass
    try:
        return parse_duration(word)
    except ValueError:
        raise ValueError(f"{name}: line {number}: {WANTED_DURATION}") from None
