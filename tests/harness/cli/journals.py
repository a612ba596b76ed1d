"""Journals for tests of what is made from them."""

from connector.values import replace
from reports.history import History, Op, OpKind, OpResult, Purpose
from reports.journal import Journal
from reports.verdicts import Finding, GateResult, Verdict

__all__ = ["journal"]

_OP = Op(
    number=1,
    client="c1",
    kind=OpKind.CREATE,
    purpose=Purpose.LOAD,
    location="north",
    name="a",
    intended_at=0.1,
    invoked_at=0.1,
    completed_at=0.2,
    result=OpResult.OK,
    status=202,
    share="id-1",
    state="pending",
)

_JOURNAL = Journal(
    product="spoolproof 0",
    scenario="calm",
    title="Calm",
    scenario_text="",
    seed=7,
    world="live",
    command="spoolproof run calm --seed 7",
    began="2026-01-01T00:00:00.000+00:00",
    load_ends=1.0,
    ends=2.0,
    history=History(ops=(_OP,)),
    findings=(Finding(invariant="S1", title="at most one"),),
    verdict=Verdict.VALID,
)

_GATE = GateResult(expression="count(op) > 5", metric="op", phase="", value=1.0, threshold=5.0, passed=False)


def journal(
    *, verdict: Verdict = Verdict.VALID, interrupted: bool = False, gate_failed: bool = False, scenario: str = "calm"
) -> Journal:
    """A small journal."""
    gates = (_GATE,) if gate_failed else ()
    return replace(_JOURNAL, verdict=verdict, interrupted=interrupted, gates=gates, scenario=scenario)
