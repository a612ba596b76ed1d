"""The kinds of numbers and choices that faults take as parameters, and how a changed plan answers."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from connector.codes import Code
from connector.units import Size
from connector.values import replace
from fake_clusters.plans import CommandPlan

__all__ = ["Answer", "Factor", "Fraction", "Rate", "Volume", "answering"]

Factor = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(ge=0.001, le=1e9, allow_inf_nan=False)]
Volume = Annotated[Size, Field(le=10_000_000_000)]


class Answer(StrEnum):
    """What the caller hears of an effect that is not what it asked for.

    none: no reply ever comes. error: exit status of an internal error, which says nothing. success: a lie.
    """

    NONE = "none"
    ERROR = "error"
    SUCCESS = "success"


def answering(plan: CommandPlan, answer: Answer) -> CommandPlan:
    """The plan with that answer, its effect untouched."""
    match answer:
        case Answer.NONE:
            return replace(plan, lose_reply=True)
        case Answer.ERROR:
            return replace(plan, refuse=Code.INTERNAL)
        case Answer.SUCCESS:
            return replace(plan, lie=True)
