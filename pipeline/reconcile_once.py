"""Reconciles store, spool and clusters once, without a processor."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from connector.clock import steady_clock
from pipeline.connectors import open_connectors
from pipeline.errors import SettingsError
from pipeline.overrides import Overrides
from pipeline.processor.differences import Discrepancy
from pipeline.processor.processor import one_reconciler
from pipeline.runtime import Runtime
from pipeline.settings import PipelineSettings

__all__ = ["reconcile"]


async def reconcile(settings: PipelineSettings, *, apply: bool) -> Sequence[Discrepancy]:
    """All that store, spool and clusters have against each other, once. apply: mend what may be mended.

    Raises what `running` raises.
    """
    if settings.targets is None:
        raise SettingsError("targets: a reconciler needs the clusters' address file")
    if isinstance(settings.store, Path) and not settings.store.exists():  # opened, it would be made
        raise SettingsError(f"store: {settings.store} does not exist: there is nothing to reconcile")
    runtime = Runtime()
    clock = steady_clock(asyncio.get_running_loop())
    targets = runtime.read_targets(settings.targets)
    async with (
        runtime.open_store(settings.store, clock) as store,
        open_connectors(settings, targets, overrides=Overrides(), runtime=runtime) as connectors,
    ):
        seen = store.with_writer("reconciler")
        reconciler = one_reconciler(settings, store=seen, connectors=connectors, clock=store.clock)
        return await reconciler.reconcile(apply=apply)
