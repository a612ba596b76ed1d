"""The hops of a design: which of them commands the clusters, and within what each answers or gives up."""

from harness.scenario.scenario import Scenario
from pipeline.designs.table import DESIGNS
from pipeline.parts import Part
from pipeline.settings import Design
from reports.history import Hop

__all__ = ["commander_of", "limits_of"]


def commander_of(design: Design) -> Hop:
    """Whose process calls the connector: the API's where there is no processor."""
    return Hop.PROCESSOR if Part.PROCESSOR in DESIGNS[design].parts else Hop.API


def limits_of(scenario: Scenario) -> dict[str, float]:
    """Seconds, by hop; `processor` is one command's, whoever sends it."""
    is_blocking = scenario.pipeline.design is Design.BLOCKING
    return {
        **({"api": scenario.pipeline.blocking.bound} if is_blocking else {}),
        "client": scenario.client.total,
        "gateway": scenario.pipeline.gateway.total,
        "processor": scenario.pipeline.command.total,
    }
