"""The table of kinds: nothing else asks which kind a task is."""

from collections.abc import Mapping

from connector.operations import Verb
from pipeline.kinds.allow import ALLOW
from pipeline.kinds.create import CREATE
from pipeline.kinds.delete import DELETE
from pipeline.kinds.deny import DENY
from pipeline.kinds.kind import Kind
from pipeline.kinds.resize import RESIZE
from pipeline.kinds.snapshot_create import SNAPSHOT_CREATE
from pipeline.kinds.snapshot_delete import SNAPSHOT_DELETE
from pipeline.kinds.verify import VERIFY
from pipeline.record import ShareRecord
from pipeline.states import Operation

__all__ = ["KINDS", "KIND_OF_VERB", "kind_of"]

_ALL = (CREATE, RESIZE, DELETE, ALLOW, DENY, SNAPSHOT_CREATE, SNAPSHOT_DELETE, VERIFY)

KINDS: Mapping[Operation, Kind] = {kind.operation: kind for kind in _ALL}

KIND_OF_VERB: Mapping[Verb, Kind] = {kind.verb: kind for kind in _ALL if kind.verb is not None}
"""Whose command a verb is: a create that failed is cleaned up by the command of the kind delete."""


def kind_of(record: ShareRecord) -> Kind:
    """What is under way with a record, or was last."""
    return KINDS[record.operation]
