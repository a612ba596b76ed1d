"""What an op asks of a share: the members of its body, and what its path names besides the share."""

from collections.abc import Callable, Mapping

from harness.service.access import SNAPSHOT, rule_of
from pipeline.kinds.request import ChangeRequest
from pipeline.kinds.table import KINDS
from pipeline.states import Operation
from reports.history import Op, OpKind

__all__ = ["METHODS", "asked_members", "asked_path", "create_members", "request_of_kind"]

METHODS: Mapping[OpKind, str] = {
    OpKind(kind.operation.value): kind.request.method for kind in KINDS.values() if kind.request is not None
}
"""Of all ops that change a share; they are called as their kinds of task are."""


def _rule(op: Op) -> Mapping[str, object]:
    rule = rule_of(op)
    return {"client": rule.client, "access": rule.access.value}


_MEMBERS: Mapping[OpKind, Callable[[Op], Mapping[str, object]]] = {
    OpKind.RESIZE: lambda op: {"size": op.size},
    OpKind.ALLOW: _rule,
    OpKind.SNAPSHOT_CREATE: lambda op: {"name": SNAPSHOT},
}
_PATHS: Mapping[OpKind, Callable[[Op], Mapping[str, str]]] = {
    OpKind.DENY: lambda op: {"client": rule_of(op).client},
    OpKind.SNAPSHOT_DELETE: lambda op: {"snapshot": SNAPSHOT},
}


def request_of_kind(op: Op) -> ChangeRequest:
    """How its kind of task is asked for."""
    asked = KINDS[Operation(op.kind.value)].request
    assert asked is not None, op.kind
    return asked


def create_members(op: Op) -> Mapping[str, object]:
    """Of the body of a create."""
    members = {"location": op.location, "name": op.name, "size": op.size}
    return members if op.priority is None else {**members, "priority": op.priority}


def asked_members(op: Op) -> Mapping[str, object] | None:
    """None: it has no body."""
    members = _MEMBERS.get(op.kind)
    return None if members is None else members(op)


def asked_path(op: Op) -> Mapping[str, str]:
    """Besides location and name."""
    path = _PATHS.get(op.kind)
    return {} if path is None else path(op)
