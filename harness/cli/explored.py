"""What exploring found, for people and for scripts."""

import shlex
from collections.abc import Iterator
from typing import Any

from harness.cli.keeping import Kept, KeptFailure, again
from harness.explore import Exploration

__all__ = ["counted", "record_of", "words_of"]


def words_of(found: Exploration, kept: Kept) -> Iterator[str]:
    """Line by line."""
    for each in kept.failures:
        yield from _failure(each)
    for path, breakdown in kept.breakdowns.items():
        yield f"the world broke by itself after {counted(breakdown.runs, 'run')}: {breakdown.error}"
        yield f"  scenario: {path}"
    standing = found.standing
    broke = f", {counted(standing.broke, 'run')} in which the world broke" if standing.broke else ""
    yield (
        f"{counted(standing.runs, 'run')}, {standing.seconds:.1f} s of CPU time, "
        f"{counted(standing.items, 'thing')} exercised, {counted(standing.failures, 'distinct failure')}, "
        f"{counted(standing.unknown, 'run')} that cannot tell{broke}"
        f"{'; stopped early' if found.stopped else ''}"
    )


def record_of(found: Exploration, kept: Kept, *, scenario: str, seed: int) -> dict[str, Any]:
    """The same as an object."""
    standing = found.standing
    return {
        "scenario": scenario,
        "seed": seed,
        "runs": standing.runs,
        "cpu_seconds": standing.seconds,
        "unknown": standing.unknown,
        "broke": standing.broke,
        "interrupted": found.stopped,
        "exercised": list(found.items),
        "failures": [_object(each) for each in kept.failures],
        "breakdowns": [
            {"error": breakdown.error, "runs": breakdown.runs, "seed": breakdown.schedule.seed, "scenario": str(path)}
            for path, breakdown in kept.breakdowns.items()
        ],
    }


def _failure(each: KeptFailure) -> Iterator[str]:
    shrunk = each.shrunk
    least = "" if shrunk.minimal else "; budget used up, may not be minimal"
    yield (
        f"{', '.join(each.failure.invariants)} broken after {counted(each.failure.runs, 'run')}; "
        f"shrunk to {counted(shrunk.events, 'event')}, {counted(shrunk.arrivals, 'arrival')}{least}"
    )
    yield from (f"  {line}" for line in each.story)
    yield f"  scenario: {each.folder / 'regression.toml'}"
    yield f"  again: {shlex.join(again(each.folder))}"


def _object(each: KeptFailure) -> dict[str, Any]:
    return {
        "invariants": list(each.failure.invariants),
        "runs": each.failure.runs,
        "cpu_seconds": each.failure.seconds,
        "seed": each.failure.seed,
        "events": each.shrunk.events,
        "arrivals": each.shrunk.arrivals,
        "minimal": each.shrunk.minimal,
        "story": list(each.story),
        "folder": str(each.folder),
    }


def counted(number: int, thing: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
