"""The result of a search for capacity in sentences, for the terminal and for the page."""

from collections.abc import Iterator

from reports.capacity import CapacityCase, CapacityReport, LoadTrial, RateInterval, TrialOutcome
from reports.sentences import count_of

__all__ = ["case_lines", "interval_words", "replay_words", "report_lines", "trial_words"]


def report_lines(report: CapacityReport) -> Iterator[str]:
    """All of it."""
    yield f"capacity of {report.scenario}, {report.world} world, seed {report.seed}"
    for case in report.cases:
        yield from case_lines(case)
    yield from (f"note: {remark}" for remark in report.remarks)


def case_lines(case: CapacityCase) -> Iterator[str]:
    """One design: its interval, then what belongs to it."""
    yield f"{case.label}: {interval_words(case.whole)}"
    for interval in case.intervals[1:]:
        yield f"  {interval.goal}: {interval_words(interval)}"
    if case.again is not None:
        yield f"  after an overload{_overload(case)}: {interval_words(case.again)}"
        yield f"  hysteresis: an overload takes away {_percent(case.gap)} of the capacity"
    if case.predicted is not None:
        yield f"  the model expects {_between(case.predicted)}"
    yield f"  {count_of(len(case.trials), 'trial')} in {case.spent:.0f} s"


def interval_words(interval: RateInterval) -> str:
    """Where the highest rate lies, what limits it, and what is wrong with the interval."""
    width = "" if interval.width is None else f" ({100 * interval.width:.1f}% wide)"
    limit = f"; at {_rate(interval.upper)}: {interval.limit}" if interval.limit and interval.upper is not None else ""
    doubt = " (says nothing of the service: the upper bound is unknown)" if interval.doubtful else ""
    return f"{_between(interval)}{width}{limit}{doubt}{'' if interval.complete else '; the search was not finished'}"


def _between(interval: RateInterval) -> str:
    match interval.lower, interval.upper:
        case None, None:
            return "nothing is known yet"
        case None, upper:
            return f"no rate holds from {_rate(upper)} on" if interval.complete else f"below {_rate(upper)}"
        case lower, None:
            return f"at least {_rate(lower)}"
        case lower, upper:
            return f"between {_rate(lower)} and {_rate(upper)}"


def trial_words(trial: LoadTrial) -> str:
    """One trial on one line."""
    why = trial.note or "; ".join(
        f"{figure.criterion}: {figure.text}" for figure in trial.figures if figure.outcome is not TrialOutcome.HELD
    )
    return f"{_rate(trial.rate)} for {trial.seconds:.3g} s, seed {trial.seed}: {trial.outcome}{why and f' ({why})'}"


def replay_words(report: CapacityReport, case: CapacityCase, trial: LoadTrial) -> str:
    """The command that plays a trial again."""
    words = [report.trial_command, f"--rate {trial.rate!r}", f"--trial {trial.seconds!r}s"]
    words += [f"--warm-up {trial.warm_up!r}s", f"--seed {trial.seed}"]
    words += [f"--pipelines {case.design}"] if len({each.design for each in report.cases}) > 1 else []
    words += [f"--gateways {case.gateway}"] if case.gateway else []
    if (first := trial.overload) is not None:
        words += [f"--hysteresis {first.seconds!r}s", f"--recovery {first.recovery!r}s", f"--overload {first.rate!r}"]
    return " ".join(words)


def _overload(case: CapacityCase) -> str:
    first = next((trial.overload for trial in reversed(case.trials) if trial.overload is not None), None)
    return "" if first is None else f" of {_rate(first.rate)} for {first.seconds:g} s, and {first.recovery:g} s of rest"


def _percent(share: float | None) -> str:
    return "an unknown part" if share is None else f"{100 * share:.0f}%"


def _rate(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:.3g}/s"
