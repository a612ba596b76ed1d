"""From arguments to an exit code: every error that a user can meet becomes a clear line, never a traceback."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

import typer

from connector.errors import ConnectorError
from fake_clusters.errors import FakeClusterError
from harness.cli.app import Options, app
from harness.cli.exits import Exit
from harness.cli.streams import forget_stdout, take_streams
from harness.cli.trace import report_own_fault
from harness.errors import HarnessError, OutputError, WorldError
from pipeline.errors import PipelineError
from reports.errors import ReportError
from reports.plain import plain

__all__ = ["COMPLETE", "NAME", "invoke", "main"]

NAME = "spoolproof"

COMPLETE = "_SPOOLPROOF_COMPLETE"
"""The variable by which the script of a shell asks, as Typer names it."""

_UsageProblem = typer.BadParameter.__mro__[2]
"""The root of what option parsing raises: Typer has moved it between packages, its public subclass leads there."""

_NO_TMP = "No usable temporary directory"
"""How `tempfile` begins to say so; libraries need such a folder as soon as they are imported."""

_INPUT_PROBLEMS = (ConnectorError, FakeClusterError, HarnessError, PipelineError, ReportError)


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """How a command ended: its exit code, and the line that says why."""

    code: Exit
    line: str = ""


def main() -> NoReturn:
    """From the words of the command line to an exit code."""
    if COMPLETE in os.environ:  # a shell asks what could come next: Typer answers and ends the process
        try:
            typer.main.get_command(app).main(prog_name=NAME)
        except SystemExit as end:
            sys.exit(Exit.BAD_INPUT if end.code else Exit.VALID)
    take_streams()
    sys.exit(invoke(sys.argv[1:]))


def invoke(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code."""
    options = Options()
    try:
        code = _run(arguments, options)
        sys.stdout.flush()
        return code
    except BaseException as error:  # noqa: BLE001 - the one place where every end becomes an exit code
        end = _end_of(error)
        if end is None:
            report_own_fault(error, debug=options.debug)
            return Exit.OWN_FAULT
        if end.line:
            sys.stderr.write(plain(end.line) + "\n")
        if end.code is Exit.BROKEN_PIPE:
            forget_stdout()
        return end.code


def _run(arguments: Sequence[str], options: Options) -> int:
    """Without Typer's `main`, which makes of an interrupt an exit code without a word."""
    try:
        context = typer.main.get_command(app).make_context(NAME, list(arguments), obj=options)
    except (
        typer.Exit,
        SystemExit,
    ) as end:  # help, or an option for completion: Typer did it, and has said what it could not
        code = end.exit_code if isinstance(end, typer.Exit) else end.code
        return Exit.BAD_INPUT if code else Exit.VALID
    except OSError as error:  # nothing but the options for completion touches a file so early
        if error.filename is None:
            raise
        raise OutputError(f"{error.filename}: cannot be written: {error.strerror}") from error
    try:
        with context:
            return int(context.command.invoke(context) or 0)
    except typer.Exit as end:
        return end.exit_code


def _end_of(error: BaseException) -> _End | None:
    """None for an internal error."""
    if isinstance(error, BaseExceptionGroup):
        ends = [_end_of(leaf) for leaf in _leaves(error)]
        return ends[0] if all(ends) else None
    if isinstance(error, typer.Abort | KeyboardInterrupt) or _tells_of_an_interrupt(error):
        return _End(code=Exit.INTERRUPTED, line="spoolproof: stopped")
    if isinstance(error, BrokenPipeError):
        return _End(code=Exit.BROKEN_PIPE, line="spoolproof: stdout was closed")
    if isinstance(error, OSError) and (error.strerror or "").startswith(_NO_TMP):
        cure = "set TMPDIR to a folder that this user may write"
        return _End(code=Exit.OWN_FAULT, line=f"spoolproof: {error.strerror}; {cure}")
    if isinstance(error, WorldError):
        return _End(code=Exit.OWN_FAULT, line=f"spoolproof: {error}")
    if isinstance(error, _INPUT_PROBLEMS):
        return _End(code=Exit.BAD_INPUT, line=str(error))
    if isinstance(error, _UsageProblem):
        # Typer's own class is not public, but its `format_message` has been there since click's first days.
        text = " ".join(str(error.format_message()).split())  # type: ignore[attr-defined]  # see above
        text = text.replace("Value error, ", "")  # of which Typer makes no better word
        return _End(code=Exit.BAD_INPUT, line=f"spoolproof: {text} (try --help)")
    return None


def _tells_of_an_interrupt(error: BaseException) -> bool:
    """Pydantic swallows one that comes while a model is made, and has it only in the text of its own error."""
    return type(error).__name__ == "SchemaError" and str(error).rstrip(" :").endswith("KeyboardInterrupt")


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error
