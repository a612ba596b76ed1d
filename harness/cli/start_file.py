"""Files that commands write for their users to go on with; what is there already is kept unless they say otherwise."""

import sys
from importlib.resources import files
from pathlib import Path

from harness.cli.results_folder import write_output
from harness.errors import OutputError
from reports.plain import plain

__all__ = ["check_new", "write_start"]

_START = "start.toml"


def check_new(file: Path, *, force: bool) -> None:
    """Raises `OutputError` for a file that is there, unless it may be replaced."""
    if file.exists() and not force:
        raise OutputError(f"{file}: is there already; use --force to replace it")


def write_start(package: str, file: Path | None, *, force: bool, then: str) -> None:
    """Write the commented file to start from that lies in a package; None: to stdout. then: what to do with it.

    Raises `OutputError`, also for a file that is there.
    """
    text = files(package).joinpath(_START).read_text(encoding="utf-8")
    if file is None:
        sys.stdout.write(text)
        return
    check_new(file, force=force)
    write_output(file, text)
    sys.stderr.write(plain(f"spoolproof: wrote {file}; {then} {file}\n"))
