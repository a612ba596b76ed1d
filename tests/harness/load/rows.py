"""Ops of a load, written out."""

from connector.values import replace
from reports.history import Op, OpKind, OpResult, Purpose

__all__ = ["CREATE", "asked"]

CREATE = Op(
    number=1,
    client="client-1",
    kind=OpKind.CREATE,
    purpose=Purpose.LOAD,
    location="north",
    name="share-0001",
    key="key",
    intended_at=1.0,
    invoked_at=1.0,
    completed_at=1.2,
    result=OpResult.OK,
    status=202,
    share="id-1",
    state="pending",
)
"""Due at 1 s, sent at once, accepted 200 ms later."""


def asked(number: int, at: float, *, takes: float | None = 0.1, late: float = 0.0) -> Op:
    """A create that is due at an instant, is sent late, and takes so long from then (None: for ever)."""
    return replace(
        CREATE,
        number=number,
        name=f"share-{number}",
        share=f"id-{number}",
        intended_at=at,
        invoked_at=at + late,
        completed_at=None if takes is None else at + late + takes,
        result=OpResult.INFO if takes is None else OpResult.OK,
    )
