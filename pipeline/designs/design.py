"""What a design is, and what it gets to work with."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from connector.clock import Clock
from connector.protocol import Connector
from pipeline.marks import Marks
from pipeline.parts import Part
from pipeline.processor.cluster import Cluster
from pipeline.processor.processor import Table, deadlines_of
from pipeline.settings import PipelineSettings
from pipeline.store.protocol import ApiStore
from pipeline.store.store import Store

__all__ = ["DesignContext", "DesignEntry", "clusters_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignContext:
    """What an API process has. connectors: by location.

    table: how outcomes are read and what follows from them. holder: unique to this process, it owns the claims.
    """

    settings: PipelineSettings
    store: Store
    connectors: Mapping[str, Connector]
    clock: Clock
    table: Table
    holder: str

    @property
    def marks(self) -> Marks:
        return Marks(owner=self.settings.processor.owner, store=self.store.identity)


Opener = Callable[[DesignContext], AbstractAsyncContextManager[ApiStore]]
"""Gives who accepts requests while the context is open; on leaving, its work is finished or dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignEntry:
    """One design. parts: what there is of it, in the order in which they are started.

    open: who accepts and carries out; None where the store alone accepts, and a processor carries out.
    """

    does: str
    parts: tuple[Part, ...]
    open: Opener | None


def clusters_of(context: DesignContext) -> Mapping[str, Cluster]:
    """Each connector behind a bulkhead as wide as its pool of connections."""
    settings = context.settings
    return {
        name: Cluster(
            name=name,
            connector=connector,
            deadlines=deadlines_of(settings.command),
            width=settings.command.connections * settings.command.sessions,
            breaker=settings.breaker,
            retry=settings.retry,
            seed=settings.processor.seed,
            log=context.store,
            clock=context.clock,
            classify=context.table.classify,
        )
        for name, connector in context.connectors.items()
    }
