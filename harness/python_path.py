"""Whose code runs: the lab's own, whatever lies in the working directory or on PYTHONPATH.

The packages have everyday names, and a user's folder may well hold a `pipeline/` or `reports/` of its own.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["ROOT", "child_environment", "put_own_code_first", "python_module", "user_environment"]

ROOT = Path(__file__).resolve().parent.parent
"""Where the packages lie."""

_PACKAGES = ("connector", "fake_clusters", "harness", "pipeline", "reports", "scenarios")


def python_module(module: str, *arguments: str) -> list[str]:
    """The command line that runs a module in a process of its own, with `child_environment`."""
    return [sys.executable, "-P", "-m", module, *arguments]


def child_environment() -> dict[str, str]:
    """This process's, without what PYTHONPATH says of the working directory or of other packages of our names."""
    kept = [entry for entry in _python_path() if os.path.isabs(entry) and not _shadows(entry)]
    own = [] if str(ROOT) in kept else [str(ROOT)]
    return {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join([*own, *kept])}


def user_environment() -> dict[str, str]:
    """This process's, without what was put there for the lab's own packages: for programs that are not ours."""
    kept = os.pathsep.join(entry for entry in _python_path() if entry != str(ROOT))
    others = {name: value for name, value in os.environ.items() if name not in {"PYTHONSAFEPATH", "PYTHONPATH"}}
    return others | ({"PYTHONPATH": kept} if kept else {})


def put_own_code_first() -> None:
    """Put the lab's packages before others of their names, for this process and for those that it starts.

    What PYTHONPATH says of the working directory (an entry that is empty or relative) is dropped. For a command line,
    before it imports anything of the lab: it changes `sys.path`.
    """
    here = {os.path.abspath(entry) for entry in _python_path() if not os.path.isabs(entry)} - {str(ROOT)}
    found = [entry for entry in sys.path if entry not in here]
    shadows = [entry for entry in found if _shadows(entry)]
    others = [entry for entry in found if entry not in shadows and entry != str(ROOT)]
    sys.path[:] = [str(ROOT), *others, *shadows]
    os.environ["PYTHONSAFEPATH"] = "1"


def _python_path() -> Sequence[str]:
    words = os.environ.get("PYTHONPATH")
    return words.split(os.pathsep) if words else ()


def _shadows(entry: str) -> bool:
    """Whether one of our names there is not ours."""
    folder = Path(entry or ".").resolve()
    return folder != ROOT and any((folder / name).exists() or (folder / f"{name}.py").exists() for name in _PACKAGES)
