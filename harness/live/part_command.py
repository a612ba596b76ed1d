"""Which module of Python a part of the reference pipeline is."""

from dataclasses import dataclass

__all__ = ["PRELOAD", "PartCommand"]

PRELOAD = "pipeline.preload"
"""The module that imports what the parts import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCommand:
    """How a part is started. module: run with `python -m`. extra: further arguments, such as overrides.
    at_once False: it is not started with the others, but when somebody starts it."""

    module: str = "pipeline"
    extra: tuple[str, ...] = ()
    at_once: bool = True
