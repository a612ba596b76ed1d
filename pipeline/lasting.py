"""Runs what must go on for as long as its process: an error ends one turn, and never the task."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from pipeline.errors import StoreOpenError, StoreUnavailableError

__all__ = ["keep_on"]

_LOG = logging.getLogger(__name__)


async def keep_on(name: str, turn: Callable[[], Awaitable[bool]], *, pause: float) -> None:
    """Call `turn` again and again, until it says False. name: for the log. pause: seconds after a turn that failed.

    A store that is unavailable, or refuses (its password was changed, a right was taken away), is for whoever runs it
    to mend; any other error is a bug of ours, and is logged as one.
    """
    errors = 0
    while True:
        try:
            if not await turn():
                return
            continue
        except (StoreUnavailableError, StoreOpenError) as error:
            _LOG.warning("%s: %s", name, error)
        except Exception:  # noqa: BLE001 - whatever it is, all that this task does for others must go on
            errors += 1
            _LOG.exception("%s: internal error, %d since the start; trying again", name, errors)
        await asyncio.sleep(pause)
