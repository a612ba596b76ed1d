"""Errors of the lab, as whoever asked is told of them."""

__all__ = ["Refused", "error_of"]


class Refused(Exception):
    """The arguments of a task are not acceptable."""


def error_of(error: BaseException) -> dict[str, str]:
    """kind: `input` or `lab`. message: one line."""
    if isinstance(error, Refused):
        return {"kind": "input", "message": str(error)}
    from harness.cli.entry import exit_of_error  # the whole command line: nothing to import for what goes well
    from harness.cli.exits import Exit
    from harness.cli.traceback_file import describe_internal_error

    end = exit_of_error(error)
    if end is None:
        return {"kind": "lab", "message": describe_internal_error(error, debug=False).strip()}
    kind = "input" if end.code is Exit.BAD_INPUT else "lab"
    return {"kind": kind, "message": end.line.removeprefix("spoolproof: ")}
