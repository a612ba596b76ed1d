"""Asks a cluster that answers nothing as often as it likes: retries take no token of its budget."""

from pipeline.overrides import Overrides
from pipeline.settings import PipelineSettings

__all__ = ["OVERRIDES"]


def _without_budget(settings: PipelineSettings) -> PipelineSettings:
    return settings.model_copy(update={"retry": settings.retry.model_copy(update={"budget": None})})


OVERRIDES = Overrides(settings=_without_budget)
