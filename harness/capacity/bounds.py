"""From the bounds of a search to an interval that says what limits it, and whether it can be believed."""

from collections import Counter
from collections.abc import Sequence

from harness.capacity.rate_search import RateBounds
from reports.capacity import ALL, CriterionFigure, LoadTrial, RateInterval, TrialOutcome

__all__ = ["interval_of"]


def interval_of(goal: str, bounds: RateBounds, trials: Sequence[LoadTrial]) -> RateInterval:
    """trials: of the search."""
    above = [figure for trial in trials if trial.rate == bounds.upper for figure in _missed(goal, trial)]
    failed = [figure for figure in above if figure.outcome is TrialOutcome.FAILED]
    notes = [trial.note for trial in trials if trial.rate == bounds.upper and trial.note]
    return RateInterval(
        goal=goal,
        lower=bounds.lower,
        upper=bounds.upper,
        limit=_limit(failed) if failed else next(iter(notes), ""),
        doubtful=bool(above) and not failed,
        complete=bounds.complete,
    )


def _missed(goal: str, trial: LoadTrial) -> list[CriterionFigure]:
    """What of the goal the trial did not hold."""
    return [
        figure
        for figure in trial.figures
        if goal in (ALL, figure.criterion) and figure.outcome is not TrialOutcome.HELD
    ]


def _limit(failed: Sequence[CriterionFigure]) -> str:
    """What failed most often, with the figure of its last trial."""
    ((criterion, _),) = Counter(figure.criterion for figure in failed).most_common(1)
    last = next(figure for figure in reversed(failed) if figure.criterion == criterion)
    return f"{criterion} ({last.text})"
