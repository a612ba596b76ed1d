"""The hops of a design: which of them commands the clusters, and within what each answers or gives up."""

from harness.scenario.gateway import longest_wait
from harness.scenario.scenario import Scenario
from harness.scenario.service import Design
from reports.history import Hop

__all__ = ["commander_of", "limits_of"]


def commander_of(design: str) -> Hop:
    """Whose process calls the connector: the API's where there is no processor."""
    return Hop.PROCESSOR if design == Design.SPOOL else Hop.API


def limits_of(scenario: Scenario) -> dict[str, float]:
    """Seconds, by hop; `processor` is one command's, whoever sends it. Of another service than the reference pipeline
    the client's alone, and that of a gateway which the scenario puts in front of it."""
    kind, settings = scenario.gateway_kind, scenario.gateway_settings
    gateway = {} if kind is None or settings is None else {"gateway": longest_wait(kind, settings)}
    if scenario.pipeline is None:
        return {"client": scenario.client.total, **gateway}
    is_blocking = scenario.design == Design.BLOCKING
    return {
        **({"api": scenario.pipeline.blocking.bound} if is_blocking else {}),
        "client": scenario.client.total,
        **gateway,
        "processor": scenario.pipeline.command.total,
    }
