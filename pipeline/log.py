"""How a process that runs parts writes its log: to stderr, its own words and the libraries' warnings."""

import logging
import sys

__all__ = ["start_logging"]

_WORDY = ("asyncssh", "httpx", "uvicorn")
"""Libraries that write a line or more per command or request; their warnings are enough unless all is asked for."""


def start_logging(level: int) -> None:
    """Write what is of this level (of `logging`) or graver."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    if level > logging.DEBUG:
        for name in _WORDY:
            logging.getLogger(name).setLevel(max(level, logging.WARNING))
