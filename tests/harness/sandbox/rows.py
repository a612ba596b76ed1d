"""Rows of a history, with what matters for a test alone."""

from typing import Any

from connector.codes import Code
from connector.sites import Site
from reports.history import Attempt, Effect, EffectKind, Hop, NemesisAction, Op, OpKind, OpResult, Purpose, StateChange

__all__ = ["change", "command", "effect", "nemesis", "op", "refused"]


def change(number: int, at: float, before: str | None, after: str | None, **values: Any) -> StateChange:
    given = {"share": "s1", "location": "north", "name": "one", "writer": "processor"} | values
    return StateChange(number=number, at=at, before=before, after=after, **given)


def command(number: int, began: float, ended: float | None, result: OpResult = OpResult.OK, **values: Any) -> Attempt:
    given = {"share": "s1", "location": "north", "name": "one", "verb": "create", "hop": Hop.PROCESSOR} | values
    return Attempt(number=number, began_at=began, ended_at=ended, result=result, **given)


def refused(number: int, at: float) -> Attempt:
    """A command that did not reach its cluster."""
    return command(number, at - 0.1, at, OpResult.FAIL, code=Code.REFUSED, site=Site.SSH_CONNECT)


def op(number: int, at: float, kind: OpKind = OpKind.CREATE, **values: Any) -> Op:
    given = {"client": "you", "purpose": Purpose.LOAD, "location": "north", "name": "one"} | values
    return Op(number=number, kind=kind, intended_at=at, invoked_at=at, **given)


def effect(number: int, at: float, kind: EffectKind = EffectKind.CREATED, **values: Any) -> Effect:
    given: dict[str, Any] = {"cluster": "north", "name": "one", "incarnation": 1, "size": 1 << 30} | values
    return Effect(number=number, at=at, kind=kind, **given)


def nemesis(number: int, at: float, action: str = "kill", target: str = "processor") -> NemesisAction:
    return NemesisAction(number=number, at=at, action=action, target=target)
