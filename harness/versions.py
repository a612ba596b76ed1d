"""Which versions made a run."""

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

__all__ = ["product", "versions"]

_PARTS = ("asyncssh", "simpy", "starlette", "uvicorn", "httpx", "pydantic")


def product() -> str:
    """`spoolproof 0.1.0`."""
    return f"spoolproof {_of('spoolproof')}"


def versions() -> dict[str, str]:
    """Of Python and of the packages whose behaviour a run depends on."""
    return {"python": platform.python_version(), **{name: _of(name) for name in _PARTS}}


@cache
def _of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
