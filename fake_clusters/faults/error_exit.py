"""The connector answers with an error of its catalogue."""

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from connector.codes import CATALOGUE, Code
from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import CommandPlan, EffectPlan

__all__ = ["ERROR_EXIT", "SENDABLE", "ErrorExit"]

SENDABLE = tuple(code for code, entry in CATALOGUE.items() if entry.status is not None)
"""The codes that a connector can send; the others are what a client makes of silence."""


def _sendable(code: object) -> object:
    if code not in SENDABLE:
        raise ValueError(f"no connector sends {code!r}; accepted: {', '.join(sorted(SENDABLE))}")
    return code


SendableCode = Annotated[
    Code, BeforeValidator(_sendable), WithJsonSchema({"type": "string", "enum": sorted(SENDABLE), "title": "Code"})
]


_DRAWN = tuple(code for code in SENDABLE if code not in {Code.ALREADY_EXISTS, Code.NOT_FOUND})
"""What a connector says of its shares has to be true: no pipeline knows it otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorExit:
    code: SendableCode = field(
        default=Code.INTERNAL, metadata={"doc": "what the connector answers with", "drawn": _DRAWN}
    )
    early: bool = field(default=False, metadata={"doc": "at once, before the command takes its place in service"})


def _apply(plan: CommandPlan, parameters: ErrorExit) -> CommandPlan:
    return replace(plan, refuse=parameters.code, refuse_early=parameters.early, effect=EffectPlan.NONE)


ERROR_EXIT = FaultKind(
    name="error_exit",
    site=Site.CONNECTOR_EXEC,
    plan=CommandPlan,
    parameters=ErrorExit,
    apply=_apply,
    does="The command is answered with an error and has no effect; codes that are not definite leave that open.",
    seen="The dialect's error message and exit status.",
    ambiguous=True,
)
