"""Writes the traceback of an internal error to a file for a bug report, or to stderr with `--debug`."""

import os
import tempfile
import traceback

__all__ = ["describe_internal_error"]


def describe_internal_error(error: BaseException, *, debug: bool) -> str:
    """Return what to print on stderr: one line that says where the traceback is; with `debug`, the traceback too."""
    trace = "".join(traceback.format_exception(error))
    line = f"spoolproof: internal error; please report it: {type(error).__name__}: {_first_line(error)}"
    if debug:
        return f"{trace}{line}\n"
    try:
        handle, path = tempfile.mkstemp(prefix="spoolproof-", suffix=".trace")
        with os.fdopen(handle, "w", errors="backslashreplace") as file:
            file.write(trace)
    except OSError as refusal:
        return f"{line} (no traceback could be written: {refusal.strerror}; `spoolproof --debug …` shows it)\n"
    return f"{line} (traceback: {path})\n"


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0]
