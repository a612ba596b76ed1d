"""Runs parts of the pipeline in a process of their own, until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.overrides import Overrides
from pipeline.parts import Part
from pipeline.ready_file import check_ready, write_ready
from pipeline.running import running
from pipeline.settings import PipelineSettings

__all__ = ["serve"]

_LOG = logging.getLogger(__name__)


async def serve(
    settings: PipelineSettings, parts: frozenset[Part], *, ready: Path | None = None, overrides: Overrides | None = None
) -> None:
    """Run the parts until SIGTERM or SIGINT. ready: a file that says where they are, written when all are up.

    Raises what `running` raises.
    """
    if ready is not None:
        check_ready(ready)
    with _stop_signal() as stop:
        async with running(settings, parts, overrides=overrides) as urls:
            if ready is not None:
                write_ready(ready, urls)
            await stop.wait()


@contextmanager
def _stop_signal() -> Iterator[asyncio.Event]:
    """An event that SIGTERM or SIGINT sets; a second one ends the process as if nobody listened."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    signals = (signal.SIGTERM, signal.SIGINT)

    def on_signal(received: signal.Signals) -> None:
        _LOG.warning("%s received: stopping", received.name)
        stop.set()
        for number in signals:
            loop.remove_signal_handler(number)

    for number in signals:
        loop.add_signal_handler(number, on_signal, number)
    try:
        yield stop
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
