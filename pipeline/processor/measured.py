"""A connector whose commands are counted and timed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connector.operations import Request
from connector.outcomes import Outcome
from connector.protocol import Connector, Deadlines
from pipeline.processor.outcome_classes import classify

if TYPE_CHECKING:
    from pipeline.metrics import Metrics

__all__ = ["measured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _MeasuredConnector:
    """cluster: its name."""

    cluster: str
    connector: Connector
    metrics: "Metrics"

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        """See `Connector.perform`."""
        clock = asyncio.get_running_loop().time
        began_at = clock()
        outcome = await self.connector.perform(request, deadlines)
        seconds = clock() - began_at
        self.metrics.commanded(self.cluster, request.verb.value, classify(outcome).value, seconds)
        return outcome


def measured(connectors: Mapping[str, Connector], metrics: "Metrics") -> Mapping[str, Connector]:
    """The same connectors, by the names of their clusters."""
    return {
        name: _MeasuredConnector(cluster=name, connector=connector, metrics=metrics)
        for name, connector in connectors.items()
    }
