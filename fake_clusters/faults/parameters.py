"""The kinds of numbers and choices that faults take as parameters, and how a changed plan answers."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from connector.codes import Code
from connector.units import Size
from connector.values import replace
from fake_clusters.plans import CommandPlan

__all__ = ["Factor", "Fraction", "Number", "Rate", "ReplyMode", "Volume", "answering"]

Factor = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Number = Annotated[int, Field(ge=1, le=1_000_000)]
Rate = Annotated[float, Field(ge=0.001, le=1e9, allow_inf_nan=False)]
Volume = Annotated[Size, Field(le=10_000_000_000)]


class ReplyMode(StrEnum):
    """What the caller hears of an effect that is not what it asked for.

    none: no reply ever comes. error: exit status of an internal error, which says nothing. success: a lie.
    """

    NONE = "none"
    ERROR = "error"
    SUCCESS = "success"


def answering(plan: CommandPlan, answer: ReplyMode) -> CommandPlan:
    """The plan with that answer, its effect untouched."""
    match answer:
        case ReplyMode.NONE:
            return replace(plan, lose_reply=True)
        case ReplyMode.ERROR:
            return replace(plan, refuse=Code.INTERNAL)
        case ReplyMode.SUCCESS:
            return replace(plan, lie=True)
