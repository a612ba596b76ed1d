"""From arguments to an exit code: every expected error becomes one clear line, never a traceback."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

import typer

from connector.errors import ConnectorError
from fake_clusters.errors import FakeClusterError
from harness.cli.app import GlobalOptions, app
from harness.cli.exits import Exit
from harness.cli.streams import detach_stdout, replace_streams
from harness.cli.traceback_file import describe_internal_error
from harness.errors import GeneratorFailed, HarnessError, NotBegun, OutputError, ServiceUnavailable, WorldError
from reports.errors import ReportError
from reports.plain import plain

__all__ = ["COMPLETE", "NAME", "CommandExit", "exit_of_error", "invoke", "main"]

NAME = "spoolproof"

COMPLETE = "_SPOOLPROOF_COMPLETE"
"""The environment variable that Typer's shell completion script sets."""

_UsageProblem = typer.BadParameter.__mro__[2]
"""The base class of the errors of option parsing; found through a public subclass, since Typer moved it."""

_NO_TMP = "No usable temporary directory"
"""The beginning of `tempfile`'s message; libraries need such a folder as soon as they are imported."""

_INPUT_PROBLEMS = (ConnectorError, FakeClusterError, HarnessError, ReportError)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandExit:
    """The exit code of a command, and the line that explains it."""

    code: Exit
    line: str = ""


def main() -> NoReturn:
    """Run the command line of this process, and exit with its code."""
    if COMPLETE in os.environ:  # shell completion: Typer answers and exits
        try:
            typer.main.get_command(app).main(prog_name=NAME)
        except SystemExit as end:
            sys.exit(Exit.BAD_INPUT if end.code else Exit.VALID)
    replace_streams()
    sys.exit(invoke(sys.argv[1:]))


def invoke(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code."""
    options = GlobalOptions()
    try:
        code = _run(arguments, options)
        sys.stdout.flush()
        return code
    except BaseException as error:  # noqa: BLE001 - turns every error into an exit code
        end = exit_of_error(error)
        if end is None:
            sys.stderr.write(describe_internal_error(error, debug=options.debug))
            return Exit.INTERNAL_ERROR
        if end.line:
            sys.stderr.write(plain(end.line) + "\n")
        if end.code is Exit.BROKEN_PIPE:
            detach_stdout()
        return end.code


def _run(arguments: Sequence[str], options: GlobalOptions) -> int:
    """Run without Typer's `main`, which would turn an interrupt into an exit code silently."""
    try:
        context = typer.main.get_command(app).make_context(NAME, list(arguments), obj=options)
    except (
        typer.Exit,
        SystemExit,
    ) as end:  # help or completion: done by Typer, which reported its own errors
        code = end.exit_code if isinstance(end, typer.Exit) else end.code
        return Exit.BAD_INPUT if code else Exit.VALID
    except OSError as error:  # only the options for completion touch files this early
        if error.filename is None:
            raise
        raise OutputError(f"{error.filename}: cannot be written: {error.strerror}") from error
    try:
        with context:
            return int(context.command.invoke(context) or 0)
    except typer.Exit as end:
        return end.exit_code


def exit_of_error(error: BaseException) -> CommandExit | None:
    """Return how to exit for an expected error; None for an internal error."""
    if isinstance(error, BaseExceptionGroup):
        ends = [exit_of_error(leaf) for leaf in _leaves(error)]
        return ends[0] if all(ends) else None
    if isinstance(error, typer.Abort | KeyboardInterrupt) or _wraps_interrupt(error):
        return CommandExit(code=Exit.INTERRUPTED, line="spoolproof: stopped")
    if isinstance(error, BrokenPipeError):
        return CommandExit(code=Exit.BROKEN_PIPE, line="spoolproof: stdout was closed")
    if isinstance(error, OSError) and (error.strerror or "").startswith(_NO_TMP):
        cure = "set TMPDIR to a writable folder"
        return CommandExit(code=Exit.INTERNAL_ERROR, line=f"spoolproof: {error.strerror}; {cure}")
    if isinstance(error, WorldError):
        return CommandExit(code=_exit_of_world(error), line=f"spoolproof: {error}")
    if isinstance(error, _INPUT_PROBLEMS):
        return CommandExit(code=Exit.BAD_INPUT, line=str(error))
    if isinstance(error, _UsageProblem):
        # Typer's own class is not public; `format_message` is as old as click.
        text = " ".join(str(error.format_message()).split())  # type: ignore[attr-defined]  # see above
        text = text.replace("Value error, ", "")  # Typer passes pydantic's prefix through
        return CommandExit(code=Exit.BAD_INPUT, line=f"spoolproof: {text} (try --help)")
    return _exit_of_the_service(error)


def _exit_of_world(error: WorldError) -> Exit:
    if isinstance(error, NotBegun):
        return Exit.INTERRUPTED
    return Exit.SERVICE_UNAVAILABLE if isinstance(error, ServiceUnavailable | GeneratorFailed) else Exit.INTERNAL_ERROR


def _exit_of_the_service(error: BaseException) -> CommandExit | None:
    """Return how to exit where the reference pipeline refused its input, or its store is away. Imported late: `--help`
    needs none of it."""
    from harness.service.reference import PipelineError, StoreUnavailableError

    if not isinstance(error, PipelineError):
        return None
    away = isinstance(error, StoreUnavailableError)
    return CommandExit(code=Exit.SERVICE_UNAVAILABLE if away else Exit.BAD_INPUT, line=str(error))


def _wraps_interrupt(error: BaseException) -> bool:
    """Return whether pydantic swallowed a KeyboardInterrupt; only the text of its own error shows it."""
    return type(error).__name__ == "SchemaError" and str(error).rstrip(" :").endswith("KeyboardInterrupt")


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error
