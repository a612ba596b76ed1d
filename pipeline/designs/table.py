"""The table of designs: what each does, the parts that it needs, and how its side of the API is opened."""

from collections.abc import Mapping

from pipeline.designs.blocking import open_blocking
from pipeline.designs.design import DesignEntry
from pipeline.designs.in_process import open_in_process
from pipeline.parts import Part
from pipeline.settings import Design, PipelineSettings

__all__ = ["DESIGNS", "parts_of"]

DESIGNS: Mapping[Design, DesignEntry] = {
    Design.BLOCKING: DesignEntry(
        does="calls the connector inside the request, within a bound, and rolls back where no answer comes",
        parts=(Part.API, Part.GATEWAY),
        open=open_blocking,
    ),
    Design.IN_PROCESS: DesignEntry(
        does="answers at once, and carries on in a task of the same process",
        parts=(Part.API, Part.GATEWAY),
        open=open_in_process,
    ),
    Design.SPOOL: DesignEntry(
        does="writes record and message in one transaction, and leaves the rest to a processor",
        parts=(Part.API, Part.PROCESSOR, Part.GATEWAY),
        open=None,
    ),
}


def parts_of(settings: PipelineSettings) -> tuple[Part, ...]:
    """What there is of a pipeline, in the order in which it is started: a relay, where a broker is the spool, and a
    notifier where it is enabled."""
    parts = {*DESIGNS[settings.design].parts}
    if settings.spool is not None and Part.PROCESSOR in parts:
        parts.add(Part.RELAY)
    if settings.notifier.enabled:
        parts.add(Part.NOTIFIER)
    return tuple(part for part in Part if part in parts)
