"""HdrHistogram logs: one histogram for each tag, which other tools can read, and which can be added up.

Values are whole microseconds up to an hour, with three significant digits: an error of at most 0.1 per cent. The lines
are written and read here, in version 1.2 of the format: the library's writer knows no tags.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from connector.atomic_file import write_atomic

__all__ = ["merge_histograms", "quantiles", "read_histograms", "write_histograms"]

_MICROSECONDS = 1_000_000
_LONGEST = 3600 * _MICROSECONDS
_DIGITS = 3
_HEAD = (
    "#[Histogram log format version 1.2]",
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
)
_TAG = "Tag="


def write_histograms(path: Path, series: Mapping[str, Sequence[float]], *, length: float) -> None:
    """series: seconds by tag, gathered over a load of this length. Raises `OSError`."""
    from hdrh.histogram import HdrHistogram

    lines = [*_HEAD]
    for tag, values in sorted(series.items()):
        histogram = HdrHistogram(1, _LONGEST, _DIGITS)
        for value in values:
            histogram.record_value(min(max(round(value * _MICROSECONDS), 1), _LONGEST))
        longest = histogram.get_max_value() / _MICROSECONDS
        lines.append(f"{_TAG}{_worded(tag)},0.000,{length:.3f},{longest:.3f},{histogram.encode().decode('ascii')}")
    write_atomic(path, "\n".join(lines) + "\n")


def read_histograms(path: Path) -> dict[str, Any]:
    """`hdrh.histogram.HdrHistogram` by tag; empty for those without. Raises `OSError`."""
    from hdrh.histogram import HdrHistogram

    found: dict[str, Any] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        tag, _, rest = line.removeprefix(_TAG).partition(",") if line.startswith(_TAG) else ("", "", line)
        if rest and rest[0].isdigit():
            found[tag] = HdrHistogram.decode(rest.rpartition(",")[2])
    return found


def merge_histograms(paths: Iterable[Path]) -> dict[str, Any]:
    """Those of several logs added up, by tag: of generators apart, or of runs."""
    found: dict[str, Any] = {}
    for path in paths:
        for tag, histogram in read_histograms(path).items():
            if tag in found:
                found[tag].add(histogram)
            else:
                found[tag] = histogram
    return found


def quantiles(histogram: Any, percents: Sequence[float]) -> dict[float, float]:
    """Seconds by percent."""
    return {percent: histogram.get_value_at_percentile(percent) / _MICROSECONDS for percent in percents}


def _worded(tag: str) -> str:
    """A tag has no commas, spaces or line breaks in this format."""
    return "".join("_" if each in ",\t\n\r " else each for each in tag)
