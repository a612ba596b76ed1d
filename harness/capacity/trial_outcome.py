"""What a trial showed: each gate, the backlog, and whether the generator was up to its rate."""

from collections.abc import Iterable, Sequence

from connector.values import replace
from harness.capacity.backlog import trend_of
from harness.capacity.trial_scenario import TrialPlan, measured_window
from harness.checkers.kept_pace import MOST_BUSY
from harness.gates import evaluate
from harness.metrics import METRICS, Measure
from harness.run.result import RunResult
from harness.scenario.scenario import Gate, Scenario
from reports.capacity import BACKLOG, CriterionFigure, LoadTrial, TrialOutcome
from reports.history import History, Purpose
from reports.measures import quantile
from reports.seen_changes import seen_changes
from reports.sentences import measured, seconds
from reports.verdicts import GateResult

__all__ = ["most_lateness", "trial_of", "worst_outcome"]

_LATE = 0.010
"""Seconds of lateness (p99) that no gate of a provisioning service notices."""
_LATE_SHARE = 0.1
"""Of the tightest latency that a gate allows: as much of a figure may be lateness."""


def most_lateness(gates: Sequence[Gate]) -> float:
    """The p99 of the generator's lateness beyond which a trial says nothing of the service."""
    latencies = [gate.threshold for gate in gates if METRICS[gate.metric].measure is Measure.LATENCY]
    return max(_LATE, _LATE_SHARE * min(latencies, default=0.0))


def worst_outcome(outcomes: Iterable[TrialOutcome]) -> TrialOutcome:
    """failed, if anything failed; else unknown, if anything is unknown."""
    found = set(outcomes)
    for outcome in (TrialOutcome.FAILED, TrialOutcome.UNKNOWN):
        if outcome in found:
            return outcome
    return TrialOutcome.HELD


def trial_of(played: Scenario, plan: TrialPlan, result: RunResult, *, busy: float = 0.0) -> LoadTrial:
    """The outcome of a run. played: what `trial_scenario` made of the plan. busy: the share of a core that the load
    generator took where it took most."""
    history = _with_changes(result.history)
    begins, ends = measured_window(plan)
    asked = [op for op in history.ops if op.purpose is Purpose.LOAD and begins <= op.intended_at < ends]
    lateness = quantile([op.invoked_at - op.intended_at for op in asked], 0.99) or 0.0
    gates = evaluate(played.gates, history, result.phases, load_ends=result.load_ends)
    figures = (*map(_gate_figure, gates), _backlog_figure(history, begins, ends))
    note, outcome = _doubt(history, lateness, most_lateness(played.gates), busy)
    if outcome is not None:
        figures = tuple(replace(figure, outcome=outcome) for figure in figures)
    return LoadTrial(
        rate=plan.rate,
        seconds=plan.seconds,
        warm_up=plan.warm_up,
        seed=plan.seed,
        outcome=worst_outcome(figure.outcome for figure in figures),
        figures=figures,
        arrivals=len(asked),
        lateness=lateness,
        busy=busy,
        overload=plan.overload,
        note=note,
    )


def _with_changes(history: History) -> History:
    """A service without a change log is measured by what its clients saw."""
    return history if history.has_changes else replace(history, changes=seen_changes(history))


def _doubt(history: History, lateness: float, bound: float, busy: float) -> tuple[str, TrialOutcome | None]:
    """Why the outcome is not what the figures say, and what it is: a part of the service ended, or the generator was
    the bound."""
    if history.part_ends:
        end = history.part_ends[0]
        return f"{end.part} ended at {end.at:.1f} s ({end.how})", TrialOutcome.FAILED
    if lateness > bound:
        late, most = seconds(lateness), seconds(bound)
        return f"the generator was late: p99 {late}, at most {most} is allowed", TrialOutcome.UNKNOWN
    if busy > MOST_BUSY:
        return f"the generator took {busy:.0%} of a core, at most {MOST_BUSY:.0%} is allowed", TrialOutcome.UNKNOWN
    return "", None


def _gate_figure(gate: GateResult) -> CriterionFigure:
    """Nothing to measure fails a run; a trial so short or slow that nothing arrived says nothing."""
    outcome = TrialOutcome.HELD if gate.passed else TrialOutcome.FAILED
    return CriterionFigure(
        criterion=gate.expression,
        outcome=TrialOutcome.UNKNOWN if gate.value is None else outcome,
        value=gate.value,
        text=measured(gate),
        threshold=gate.threshold,
    )


def _backlog_figure(history: History, begins: float, ends: float) -> CriterionFigure:
    trend = trend_of(history, begins, ends)
    return CriterionFigure(
        criterion=BACKLOG,
        outcome=TrialOutcome.FAILED if trend.grows else TrialOutcome.HELD,
        value=trend.per_second,
        text=f"{trend.per_second:+.3g}/s ± {trend.half:.2g}/s",
    )
