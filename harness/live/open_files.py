"""How many files a run may open: with too few, connections fail everywhere, and a verdict would blame the pipeline."""

import resource

from harness.errors import WorldError

__all__ = ["allow_open_files"]

_LEAST = 256
"""A small scenario needs some forty in each process; busy clients and many clusters soon more."""
_PLENTY = 65_536
"""What is asked for where the system sets no bound."""


def allow_open_files() -> None:
    """Take as many as this user may have; processes started from now on inherit it. Raises `WorldError` for too few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _PLENTY if hard == resource.RLIM_INFINITY else hard
    if most < _LEAST:
        raise WorldError(f"this process may open only {most} files, and a live run needs {_LEAST}: raise `ulimit -Hn`")
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
