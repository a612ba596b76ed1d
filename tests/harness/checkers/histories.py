"""Written-out histories for the checkers: one clean life of a share, and the pieces to spoil it with."""

import pytest
from _pytest.mark.structures import ParameterSet

from connector.sites import Site
from connector.values import replace
from harness.checkers.history_index import Bounds
from harness.checkers.run_checkers import run_checkers
from reports.history import (
    Attempt,
    Effect,
    EffectKind,
    History,
    Hop,
    Injection,
    Notice,
    Op,
    OpKind,
    OpResult,
    Purpose,
    Reading,
    Sample,
    SeenShare,
    StateChange,
    Timeout,
)
from reports.verdicts import Finding

GIB = 1 << 30
CRASHED = "the checker itself failed"
LIMITS = {"client": 5.0, "gateway": 3.0, "processor": 4.0}


def op(number: int, at: float, kind: OpKind = OpKind.CREATE, **fields: object) -> Op:
    """An op that took 0.1 s and was accepted, unless `fields` say otherwise."""
    plain = Op(
        number=number,
        client="c1",
        kind=kind,
        purpose=Purpose.LOAD,
        location="north",
        name="a",
        key=f"key-{number}",
        size=GIB if kind is OpKind.CREATE else None,
        intended_at=at,
        invoked_at=at,
        completed_at=at + 0.1,
        result=OpResult.OK,
        status=202,
        share="A",
        state="pending",
    )
    return replace(plain, **fields)  # type: ignore[arg-type]  # the tests' own field names


def change(number: int, at: float, before: str | None, after: str | None, **fields: object) -> StateChange:
    plain = StateChange(
        number=number, at=at, share="A", location="north", name="a", before=before, after=after, writer="processor"
    )
    return replace(plain, **fields)  # type: ignore[arg-type]  # the tests' own field names


def effect(number: int, at: float, kind: EffectKind = EffectKind.CREATED, **fields: object) -> Effect:
    plain = Effect(
        number=number,
        at=at,
        cluster="north",
        kind=kind,
        name="a",
        incarnation=1,
        request_id=f"request-{number}",
        mark="spool/A",
        size=GIB,
    )
    return replace(plain, **fields)  # type: ignore[arg-type]  # the tests' own field names


def attempt(number: int, at: float, **fields: object) -> Attempt:
    plain = Attempt(
        number=number,
        hop=Hop.PROCESSOR,
        share="A",
        location="north",
        name="a",
        verb="create",
        request_id=f"request-{number}",
        began_at=at,
        ended_at=at + 0.5,
        result=OpResult.OK,
    )
    return replace(plain, **fields)  # type: ignore[arg-type]  # the tests' own field names


def reading(side: str, round: int, *shares: SeenShare, **fields: object) -> Reading:
    number = round * 10 + (0 if side == "api" else 1)
    plain = Reading(number=number, at=20.0 + round if round else -1.0, side=side, round=round, shares=shares)
    return replace(plain, **fields)  # type: ignore[arg-type]  # the tests' own field names


def timeout(number: int, **fields: object) -> Timeout:
    plain = Timeout(number=number, at=2.0, hop=Hop.PROCESSOR, site=Site.CONNECTOR_REPLY, location="north", name="a")
    return replace(plain, **fields)  # type: ignore[arg-type]  # the tests' own field names


def notice(number: int, at: float, **fields: object) -> Notice:
    plain = Notice(
        number=number, at=at, share="A", location="north", name="a", outcome="active", dedupe_id="A", receiver="portal"
    )
    return replace(plain, **fields)  # type: ignore[arg-type]  # the tests' own field names


RECORD = SeenShare(location="north", name="a", share="A", state="active", size=GIB)
ON_CLUSTER = SeenShare(location="north", name="a", size=GIB, mark="spool/A")


def clean() -> History:
    """Asked at 1, made on the cluster at 2, active at 3, read as such, there at rest."""
    return History(
        ops=(
            op(1, 1.0),
            op(2, 4.0, OpKind.GET, status=200, state="active", purpose=Purpose.POLL, key=None),
        ),
        attempts=(attempt(1, 1.5),),
        changes=(change(1, 1.05, None, "pending", writer="api"), change(2, 3.0, "pending", "active")),
        effects=(effect(1, 2.0),),
        injections=(
            Injection(number=1, at=2.0, fault="reply_lost", label="lost", cluster="north", site=Site.CONNECTOR_REPLY),
        ),
        readings=(
            reading("api", 0),
            reading("north", 0),
            *(reading(side, round, share) for round in (1, 2) for side, share in SIDES),
        ),
        samples=(Sample(at=25.0, metric="queue", value=0.0),),
    )


SIDES = (("api", RECORD), ("north", ON_CLUSTER))


def finding(history: History, invariant: str, bounds: Bounds | None = None) -> Finding:
    """What the checker of one invariant says."""
    found = run_checkers(history, bounds or Bounds(limits=LIMITS))
    return next(row for row in found if row.invariant == invariant)


def anomalies(history: History, bounds: Bounds | None = None) -> list[str]:
    """What all checkers find, a line each: the invariant, the message, and the rows that are its witnesses."""
    findings = run_checkers(history, bounds or Bounds(limits=LIMITS))
    crashed = [f"{row.invariant} {row.summary}" for row in findings if row.summary.startswith(CRASHED)]
    return crashed + [
        f"{row.invariant} {row.message} [{', '.join(f'{witness.kind} {witness.number}' for witness in row.witnesses)}]"
        for found in findings
        for row in found.anomalies
    ]


def case(id: str, history: History, *found: str, bounds: Bounds | None = None) -> ParameterSet:
    """A row of a checker's table. found: all that all checkers find in it, as `anomalies` writes it."""
    return pytest.param(history, bounds, list(found), id=id)


def more(history: History, **rows: tuple[object, ...]) -> History:
    """The history with further rows."""
    return replace(history, **{name: (*getattr(history, name), *added) for name, added in rows.items()})  # type: ignore[arg-type]  # the fields of a history


def showing(history: History, side: str, round: int, *shares: SeenShare, **fields: object) -> History:
    """The history with another reading of a side in a round."""
    rest = without(history, side=side, round=round)
    return replace(history, readings=(*rest, reading(side, round, *shares, **fields)))


def without(history: History, *, side: str, round: int) -> tuple[Reading, ...]:
    """The readings less one, to put another in its place."""
    return tuple(row for row in history.readings if (row.side, row.round) != (side, round))
