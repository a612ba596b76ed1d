"""What was measured: a file of samples, quantiles interpolated linearly between them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connector.units import Duration, parse_duration

__all__ = ["Empirical", "read_samples"]


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


def read_samples(path: Path, column: str | None = None) -> tuple[float, ...]:
    """The samples in a text file: one number or duration a line, or the named column of a CSV file.

    Raises `ValueError` naming the file and the line. Empty lines and lines that open with `#` are skipped.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: is not a text file") from error
    samples = tuple(_sample(path, number, word) for number, word in _words(path, text, column))
    if not samples:
        raise ValueError(f"{path}: holds no samples")
    return samples


def _words(path: Path, text: str, column: str | None) -> Iterator[tuple[int, str]]:
    if column is None:
        lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), start=1))
        yield from ((number, line) for number, line in lines if line and not line.startswith("#"))
        return
    rows = csv.DictReader(text.splitlines())
    if column not in (rows.fieldnames or ()):
        raise ValueError(f"{path}: no column {column!r}; there are: {', '.join(rows.fieldnames or ()) or 'none'}")
    yield from ((rows.line_num, row[column] or "") for row in rows)


def _sample(path: Path, number: int, word: str) -> float:
    try:
        return parse_duration(float(word))
    except ValueError:
        pass
    try:
        return parse_duration(word)
    except ValueError as error:
        raise ValueError(f"{path}: line {number}: {error}") from error
