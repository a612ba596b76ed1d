"""Starts the lab: puts its packages first on the path of this process, then runs the command line.

Installed, the packages lie in `spoolproof/_rooms/`, and in a checkout beside `spoolproof/`. They have everyday names
(`pipeline`, `reports`), which a user's own folder may have too: so they are on the path of the lab's processes alone.
"""

import gc
import os
import sys
from pathlib import Path
from typing import NoReturn

__all__ = ["main", "put_rooms_first", "put_rooms_last"]

_HERE = Path(__file__).resolve().parent
_INSTALLED = _HERE / "_rooms"
_ROOMS = _INSTALLED if _INSTALLED.is_dir() else _HERE.parent
_RARELY = (50_000, 20, 20)
"""How often garbage is looked for. What is imported is none: with Python's own 700, that takes a sixth of a start."""


def put_rooms_first() -> None:
    """For a process of the lab alone, before it imports anything: it changes `sys.path` as `python -P` would."""
    gc.set_threshold(*_RARELY)
    if not sys.flags.safe_path:
        del sys.path[0]  # the working directory, or the folder of the script
    os.environ["PYTHONSAFEPATH"] = "1"
    sys.path.insert(0, str(_ROOMS))
    from harness.python_path import put_own_code_first

    put_own_code_first()


def put_rooms_last() -> None:
    """For a process that is not the lab's own: its packages can be imported, and shadow nothing."""
    if str(_ROOMS) not in sys.path:
        sys.path.append(str(_ROOMS))


def main() -> NoReturn:
    """The command `spoolproof`. Even what it imports is imported here, where Ctrl-C has an answer."""
    try:
        put_rooms_first()
        from harness.cli.entry import main as enter

        enter()
    except KeyboardInterrupt:
        sys.stderr.write("spoolproof: stopped\n")
        sys.exit(130)
