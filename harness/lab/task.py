"""One task to its end: everything there is to say of it, errors too, is sent as a message."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from connector.toml_words import message_of

__all__ = ["do"]

Task = TypeVar("Task", bound=BaseModel)


def do(task: str, arguments: Mapping[str, Any], send: Callable[[dict[str, Any]], None]) -> None:
    """task: `clusters`, `pipeline` or `run`.

    Raises `BrokenPipeError` where nobody reads what is sent, `ModuleNotFoundError` where a library is not installed.
    """
    try:
        if task == "clusters":
            from harness.lab.clusters import ClustersTask

            _read(ClustersTask, arguments).do(send)
        elif task == "pipeline":
            from harness.lab.pipeline import PipelineTask

            _read(PipelineTask, arguments).do(send)
        else:
            from harness.lab.scenario import RunTask

            _read(RunTask, arguments).do(send)
    except (BrokenPipeError, ModuleNotFoundError):
        raise
    except BaseException as error:  # noqa: BLE001 - whoever asked learns of every end
        send({"error": _error_of(error)})


class _Refused(Exception):
    """The arguments of a task are not acceptable."""


def _read(kind: type[Task], arguments: Mapping[str, Any]) -> Task:
    try:
        return kind.model_validate(arguments)
    except ValidationError as error:
        lines = (f"{detail['loc'][0]}: {message_of(detail, kind)}" for detail in error.errors(include_url=False))
        raise _Refused("; ".join(lines)) from error


def _error_of(error: BaseException) -> dict[str, str]:
    if isinstance(error, _Refused):
        return {"kind": "input", "message": str(error)}
    from harness.cli.entry import exit_of_error  # the whole command line: nothing to import for what goes well
    from harness.cli.exits import Exit
    from harness.cli.traceback_file import describe_internal_error

    end = exit_of_error(error)
    if end is None:
        return {"kind": "lab", "message": describe_internal_error(error, debug=False).strip()}
    kind = "input" if end.code is Exit.BAD_INPUT else "lab"
    return {"kind": kind, "message": end.line.removeprefix("spoolproof: ")}
