"""Reconciles what is not its own: a share without a mark of ours is deleted as if it were an orphan."""

from pipeline.overrides import Overrides
from pipeline.processor.differences import DifferenceKind, Remedy, remedy_of
from pipeline.processor.processor import Table

__all__ = ["OVERRIDES", "thorough"]


def thorough(kind: DifferenceKind) -> Remedy | None:
    """Whatever has no record goes."""
    return Remedy.DELETE if kind is DifferenceKind.FOREIGN else remedy_of(kind)


OVERRIDES = Overrides(table=Table(remedy_of=thorough))
