"""One task to its end: everything there is to say of it, errors too, is sent as a message."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from connector.toml_words import message_of
from harness.lab.errors import Refused, error_of

__all__ = ["do"]

Task = TypeVar("Task", bound=BaseModel)


def do(task: str, arguments: Mapping[str, Any], send: Callable[[dict[str, Any]], None]) -> None:
    """task: `clusters`, `pipeline`, `contract` or `run`.

    Raises `BrokenPipeError` where nobody reads what is sent, `ModuleNotFoundError` where a library is not installed.
    """
    try:
        if task == "clusters":
            from harness.lab.clusters import ClustersTask

            _read(ClustersTask, arguments).do(send)
        elif task == "pipeline":
            from harness.lab.pipeline import PipelineTask

            _read(PipelineTask, arguments).do(send)
        elif task == "contract":
            from harness.lab.contract import ContractTask

            _read(ContractTask, arguments).do(send)
        else:
            from harness.lab.scenario import RunTask

            _read(RunTask, arguments).do(send)
    except (BrokenPipeError, ModuleNotFoundError):
        raise
    except BaseException as error:  # noqa: BLE001 - whoever asked learns of every end
        send({"error": error_of(error)})


def _read(kind: type[Task], arguments: Mapping[str, Any]) -> Task:
    try:
        return kind.model_validate(arguments)
    except ValidationError as error:
        lines = (f"{detail['loc'][0]}: {message_of(detail, kind)}" for detail in error.errors(include_url=False))
        raise Refused("; ".join(lines)) from error
