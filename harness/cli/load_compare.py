"""`spoolproof load compare`: the response times of two loads, quantile by quantile, with intervals."""

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness.cli.exits import Exit, with_unwritten
from harness.cli.results_folder import try_show
from harness.cli.stdout import print_json
from harness.errors import InputProblems
from harness.load.compare_loads import OpComparison, compare_loads
from harness.load.quantile_ratios import ASKED, QuantileRatio
from harness.load.samples import LoadSample, read_samples
from reports.plain import plain
from reports.sentences import seconds

__all__ = ["compare_load_folders"]

_FOLDER = "load"


def compare_load_folders(before: Path, after: Path, *, json: bool) -> Exit:
    """Return GATE_FAILED if B is slower, UNKNOWN if there was nothing to compare. Raises `InputProblems`."""
    found = compare_loads(_read(before), _read(after))
    code = _exit(found)

    def show() -> None:
        if json:
            print_json({"exit": int(code), "ops": [_row(each) for each in found]})
        else:
            sys.stdout.writelines(plain(f"{line}\n") for line in _lines(found))

    return code if try_show(show) else with_unwritten(code)


def _read(folder: Path) -> Sequence[LoadSample]:
    place = folder / _FOLDER if (folder / _FOLDER).is_dir() else folder
    try:
        return read_samples(place)
    except OSError as error:
        raise InputProblems(f"{place}: has no samples of a load: {error.strerror}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise InputProblems(f"{place}: its samples cannot be read: {error}") from error


def _exit(found: Sequence[OpComparison]) -> Exit:
    if any(each.slower for each in found):
        return Exit.GATE_FAILED
    return Exit.VALID if any(each.quantiles and not each.late for each in found) else Exit.UNKNOWN


def _lines(found: Sequence[OpComparison]) -> Iterator[str]:
    if not found:
        yield "nothing to compare: no op was asked in both loads"
    for each in found:
        yield f"{each.op}: {each.before} samples in A, {each.after} in B"
        if each.late:
            yield f"  unknown: {each.late}"
        if not each.quantiles:
            yield "  too few samples that ended for any quantile"
        yield from (f"  {_words(row)}" for row in each.quantiles)


def _words(row: QuantileRatio) -> str:
    verdict = f"differs by {_percent(row.ratio)}" if row.differs else "no difference shown"
    more = "" if row.differs or row.smallest <= ASKED else f", one of {_percent(ASKED)} with about {_about(row.needed)}"
    return (
        f"p{100 * row.quantile:g}: {seconds(row.before)} in A, {seconds(row.after)} in B: {verdict} "
        f"(95%: {_percent(row.low)} to {_percent(row.high)}; a rise of {_percent(row.smallest)} would be found{more})"
    )


def _about(samples: int) -> str:
    """Two digits: it is an estimate."""
    return f"{float(f'{samples:.1e}'):,.0f} samples in each"


def _percent(factor: float) -> str:
    return f"{100 * (factor - 1):+.1f}%"


def _row(each: OpComparison) -> dict[str, Any]:
    rows = [{**asdict(row), "ratio": row.ratio} for row in each.quantiles]
    return {
        "op": each.op,
        "samples": [each.before, each.after],
        "late": each.late or None,
        "slower": each.slower,
        "quantiles": [{name: _finite(value) for name, value in row.items()} for row in rows],
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
