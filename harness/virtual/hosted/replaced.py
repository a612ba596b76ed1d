"""Replaces a function of this process with one that serves the code of a life in its own way, and others as before."""

from collections.abc import Callable
from typing import Any

from harness.virtual.hosted.life import HostedLife, current_life

__all__ = ["Serve", "replace_function"]

Serve = Callable[..., Any]
"""Called with the life and the arguments."""


def replace_function(owner: Any, name: str, serve: Serve) -> None:
    """Let `serve` answer for code of a life, and the original for all else. owner: a module, or a class."""
    original: Callable[..., Any] = getattr(owner, name)

    def dispatch(*args: Any, **options: Any) -> Any:
        life: HostedLife | None = current_life()
        return original(*args, **options) if life is None else serve(life, *args, **options)

    setattr(owner, name, dispatch)
