"""Writes the traceback of an internal error to a file for a bug report, or to stderr with `--debug`."""

import os
import sys
import tempfile
import traceback

__all__ = ["report_internal_error"]


def report_internal_error(error: BaseException, *, debug: bool) -> None:
    """Print one line on stderr that says where the traceback is."""
    trace = "".join(traceback.format_exception(error))
    line = f"spoolproof: internal error; please report it: {type(error).__name__}: {_first_line(error)}"
    if debug:
        sys.stderr.write(f"{trace}{line}\n")
        return
    try:
        handle, path = tempfile.mkstemp(prefix="spoolproof-", suffix=".trace")
        with os.fdopen(handle, "w", errors="backslashreplace") as file:
            file.write(trace)
    except OSError as refusal:
        sys.stderr.write(
            f"{line} (no traceback could be written: {refusal.strerror}; `spoolproof --debug …` shows it)\n"
        )
        return
    sys.stderr.write(f"{line} (traceback: {path})\n")


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0]
