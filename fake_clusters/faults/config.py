"""A fault as a scenario file or a request body spells it."""

from typing import Annotated, ClassVar

from pydantic import TypeAdapter

from fake_clusters.faults import FAULTS
from fake_clusters.rules.rule import RuleKind
from fake_clusters.rules.tables import WindowedTable, one_of

__all__ = ["AnyFault", "FaultTable", "read_fault"]


class FaultTable(WindowedTable):
    """One fault."""

    KINDS: ClassVar[dict[str, RuleKind]] = {**FAULTS}
    NOUN: ClassVar[str] = "fault"

    clusters: tuple[str, ...]


AnyFault = Annotated[FaultTable, one_of(FaultTable)]
"""A fault of any kind."""

_ANY: TypeAdapter[FaultTable] = TypeAdapter(AnyFault)


def read_fault(data: object) -> FaultTable:
    """Raises `ValidationError`."""
    return _ANY.validate_python(data)
