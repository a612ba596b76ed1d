"""Whether a figure of a process grows: a robust slope over its longest life, with the interval that holds it.

The slope is Theil and Sen's: the median of the slopes between all pairs, so that single bursts do not move it. What is
looked at often depends on what was seen just before, and an interval would look surer than it is: so looks are joined
to blocks, and each block counts once, by its median.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from scipy.stats import theilslopes

__all__ = ["Growth", "Look", "growth_of"]

_BLOCKS = 40
"""Of one life: enough for an interval, and each long enough to forget the one before."""
_LEAST = 10
_WARM = 0.25
"""The share of a life in which caches fill."""
_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a process showed at an instant (seconds). life: changes where it was started again."""

    at: float
    life: int
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What is gained each second. low, high: the interval of 95 per cent. seconds: that were judged. level: the median
    there."""

    slope: float
    low: float
    high: float
    seconds: float
    level: float


def growth_of(looks: Iterable[Look]) -> Growth | None:
    """Of the longest life, behind its warm-up; None where that is too short to tell anything."""
    lives = [list(life) for _, life in groupby(looks, key=lambda look: look.life)]
    if not lives:
        return None
    longest = max(lives, key=_seconds)
    begins = longest[0].at + _WARM * _seconds(longest)
    settled = [look for look in longest if look.at >= begins]
    blocks = _blocks(settled)
    if len(blocks) < _LEAST:
        return None
    found = theilslopes([value for _, value in blocks], [at for at, _ in blocks], alpha=_CONFIDENCE)
    return Growth(
        slope=float(found.slope),
        low=float(found.low_slope),
        high=float(found.high_slope),
        seconds=_seconds(settled),
        level=median(look.value for look in settled),
    )


def _seconds(looks: Sequence[Look]) -> float:
    return looks[-1].at - looks[0].at


def _blocks(looks: Sequence[Look]) -> list[tuple[float, float]]:
    """Instant and value of each block, by its medians."""
    begins, seconds = looks[0].at, _seconds(looks)
    if not seconds:
        return []
    numbered = groupby(looks, key=lambda look: int(_BLOCKS * (look.at - begins) / seconds))
    blocks = [list(block) for _, block in numbered]
    return [(median(look.at for look in block), median(look.value for look in block)) for block in blocks]
