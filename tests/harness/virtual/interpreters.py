"""Which other Pythons are at hand with all that a run needs: `make pythons` makes them ready."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["others"]

_READY = Path(__file__).resolve().parents[3] / "build" / "pythons"
_ASK = "import sys, asyncssh, httpx, pydantic, simpy, starlette, uvicorn; print(*sys.version_info[:2], sep='.')"


def others() -> dict[str, str]:
    """From a version (3.12) to an interpreter of it; this one is not among them."""
    here = ".".join(map(str, sys.version_info[:2]))
    return {version: python for version, python in _all() if version != here}


def _all() -> Iterator[tuple[str, str]]:
    for python in sorted(_READY.glob("3.*/bin/python")):
        asked = subprocess.run([python, "-c", _ASK], capture_output=True, text=True, check=False, timeout=30)
        if asked.returncode == 0:
            yield asked.stdout.strip(), str(python)
