"""What Locust's own statistics show: each op, and the flow from pending to active, timed from the intended start."""

from locust.env import Environment

from harness.metrics import is_error
from reports.history import Op, Purpose

__all__ = ["FLOW", "fire_active", "fire_op"]

FLOW = "flow"
"""The type of the entries of shares that became active; those of ops have the type `op`."""


class _Failed(Exception):
    """How an op failed, for Locust's table of failures."""


def fire_op(environment: Environment, op: Op) -> None:
    """A completed op."""
    name = f"{op.kind} (poll)" if op.purpose is Purpose.POLL else str(op.kind)
    failure = _Failed(op.cause or f"status-{op.status}") if is_error(op) else None
    assert op.completed_at is not None, "a completed op has an end"
    _fire(environment, "op", name, op.completed_at - op.intended_at, failure)


def fire_active(environment: Environment, op: Op, at: float) -> None:
    """A create whose clients saw its share active at this instant."""
    _fire(environment, FLOW, f"{op.kind}: pending to active", at - op.intended_at, None)


def _fire(environment: Environment, kind: str, name: str, seconds: float, failure: Exception | None) -> None:
    environment.events.request.fire(
        request_type=kind,
        name=name,
        response_time=seconds * 1000,
        response_length=0,
        exception=failure,
        context={},
    )
