"""What exploring may break: every kind of fault that a correct pipeline survives, and why the others are left out."""

from collections.abc import Mapping
from types import MappingProxyType

from fake_clusters.faults import FAULTS
from fake_clusters.faults.fault import FaultKind

__all__ = ["DRAWN", "LEFT_OUT"]

LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "lying_success": "a cluster that reports success of what it did not do cannot be told from one that did it",
        "host_key_changed": "a changed host key must be trusted by a person first, whatever the pipeline does",
    }
)
"""Kinds that are not drawn, with the reason."""

DRAWN: tuple[FaultKind, ...] = tuple(kind for kind in FAULTS.values() if kind.name not in LEFT_OUT)
