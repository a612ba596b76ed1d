"""Whether a capacity is lower than it was."""

from collections.abc import Iterator

from reports.capacity import CapacityReport

__all__ = ["dropped"]


def dropped(before: CapacityReport, after: CapacityReport) -> Iterator[str]:
    """A sentence for every case whose interval now lies below where it was: bounds that overlap may be chance."""
    earlier = {case.label: case.whole for case in before.cases}
    for case in after.cases:
        was, now = earlier.get(case.label), case.whole
        if was is None or was.lower is None or now.upper is None or now.doubtful:
            continue
        if now.upper < was.lower:
            yield f"{case.label}: at most {now.upper:.3g}/s now, at least {was.lower:.3g}/s before"
