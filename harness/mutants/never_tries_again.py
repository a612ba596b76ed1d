"""Never tries again: a breaker that has opened after some outages lets no trial through, however long ago that was."""

from pipeline.overrides import Overrides
from pipeline.settings import PipelineSettings

__all__ = ["OVERRIDES"]

_FOR_GOOD = 1e9


def _opening_for_good(settings: PipelineSettings) -> PipelineSettings:
    breaker = settings.breaker.model_copy(update={"pause": _FOR_GOOD})
    return settings.model_copy(update={"breaker": breaker})


OVERRIDES = Overrides(settings=_opening_for_good)
