"""Imports what the parts import when they start, for a process of which they are forks."""

from importlib import import_module

__all__ = ["MODULES"]

MODULES = (
    "argparse",
    "pipeline.log",
    "pipeline.serve",
    "pipeline.gateway.app",
    "connector.http_server",
    "connector.ssh",
    "uvloop",
)
"""Those of the command line, which itself is run, and those that it leaves out until a part needs them."""

for _name in MODULES:
    try:
        import_module(_name)
    except ModuleNotFoundError as _error:
        if _error.name != _name:
            raise
