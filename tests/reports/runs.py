"""Small runs of one scenario by three designs, written out by hand: the same creates, and what became of them."""

from connector.sites import Site
from connector.values import replace
from reports.history import History, Hop, Op, OpKind, OpResult, Purpose, Reading, SeenShare, StateChange, Timeout
from reports.journal import Journal
from reports.verdicts import Anomaly, Finding, Verdict
from tests.reports.sample import journal

__all__ = ["blocking", "in_process", "run", "spool"]

NAMES = ("a", "b", "c", "d")


def create(number: int, result: OpResult, *, waits: float | None = 0.1) -> Op:
    """The create of the share of this number, due at that second."""
    at = float(number)
    return Op(
        number=number,
        client=f"c{number}",
        kind=OpKind.CREATE,
        purpose=Purpose.LOAD,
        location="north",
        name=NAMES[number - 1],
        size=10,
        intended_at=at,
        invoked_at=at,
        completed_at=None if waits is None else at + waits,
        result=result,
        share=NAMES[number - 1].upper() if result is OpResult.OK else None,
    )


def change(number: int, name: str, at: float, before: str | None, after: str | None) -> StateChange:
    return StateChange(
        number=number, at=at, share=name.upper(), location="north", name=name, before=before, after=after, writer="api"
    )


def readings(records: dict[str, str], there: str) -> tuple[Reading, ...]:
    """The last looks: the API's records with their states, and the names on the cluster."""
    seen = tuple(SeenShare(location="north", name=name, state=state) for name, state in records.items())
    shares = tuple(SeenShare(location="north", name=name) for name in there)
    return (
        Reading(number=1, at=9.0, side="api", round=2, shares=seen),
        Reading(number=2, at=9.0, side="north", round=2, shares=shares),
    )


def run(design: str, history: History, findings: tuple[Finding, ...] = ()) -> Journal:
    verdict = Verdict.INVALID if findings else Verdict.VALID
    return replace(
        journal(),
        design=design,
        history=history,
        findings=findings,
        verdict=verdict,
        ends=10.0,
        load_ends=5.0,
        phases=(),
    )


def blocking() -> Journal:
    """a: made. b: its reply was lost, so it is an orphan. c: the API gave up; nothing came of it. d: a ghost."""
    ops = (
        create(1, OpResult.OK, waits=1.0),
        create(2, OpResult.INFO, waits=2.0),
        create(3, OpResult.INFO, waits=2.0),
        create(4, OpResult.OK, waits=1.0),
    )
    changes = (
        change(1, "a", 1.0, None, "pending"),
        change(2, "a", 2.0, "pending", "active"),
        change(3, "d", 4.0, None, "pending"),
        change(4, "d", 5.0, "pending", "active"),
    )
    timeouts = (
        Timeout(number=1, at=5.0, hop=Hop.API, site=Site.CONNECTOR_REPLY, op=3),
        Timeout(number=2, at=5.0, hop=Hop.PROCESSOR, site=Site.CONNECTOR_REPLY),
    )
    history = History(
        ops=ops, changes=changes, timeouts=timeouts, readings=readings({"a": "active", "d": "active"}, "ab")
    )
    anomalies = (Anomaly(invariant="L2", message="orphan"),)
    found = Finding(invariant="L2", title="clean", verdict=Verdict.INVALID, summary="40 anomalies", anomalies=anomalies)
    return run("blocking", history, (found,))


def in_process() -> Journal:
    """a: made. b, c: accepted, and pending for ever. d: its record vanished."""
    ops = tuple(create(number, OpResult.OK) for number in (1, 2, 3, 4))
    changes = (
        change(1, "a", 1.0, None, "pending"),
        change(2, "a", 3.0, "pending", "active"),
        change(3, "b", 2.0, None, "pending"),
        change(4, "c", 3.0, None, "pending"),
        change(5, "d", 4.0, None, "pending"),
    )
    states = {"a": "active", "b": "pending", "c": "pending"}
    history = History(ops=ops, changes=changes, readings=readings(states, "a"))
    return run("in-process", history)


def spool() -> Journal:
    """a, b: made. c: failed and taken back. d: made, and deleted again."""
    ops = tuple(create(number, OpResult.OK) for number in (1, 2, 3, 4))
    changes = (
        change(1, "a", 2.0, "pending", "active"),
        change(2, "b", 4.0, "pending", "active"),
        change(3, "c", 4.0, "pending", "failing"),
        change(4, "c", 5.0, "failing", None),
        change(5, "d", 5.0, "pending", "active"),
        change(6, "d", 6.0, "active", "deleting"),
        change(7, "d", 7.0, "deleting", None),
    )
    return run("spool", History(ops=ops, changes=changes, readings=readings({"a": "active", "b": "active"}, "ab")))
