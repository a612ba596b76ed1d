"""Resize: sets the size of a share; reached when the cluster shows that size, or rounds it up."""

from collections.abc import Mapping

from pydantic import BaseModel

from connector.operations import Resize, Stamp, Verb
from pipeline.kinds.fields import Body, Size
from pipeline.kinds.kind import Kind, Shown
from pipeline.kinds.request import ChangeRequest
from pipeline.processor.sizes import is_reached
from pipeline.record import Change, ShareRecord
from pipeline.states import Operation

__all__ = ["RESIZE", "ResizeBody"]


class ResizeBody(Body):
    """The body of PATCH. size: bytes."""

    size: Size


def _command(record: ShareRecord, stamp: Stamp, mark: str | None) -> Resize:
    return Resize(name=record.name, size=record.size, stamp=stamp)


def _is_reached(record: ShareRecord, shown: Shown) -> bool:
    before = record.size if record.confirmed_size is None else record.confirmed_size
    return is_reached(before, shown.asked or record.size, shown.view.size)


def _change(body: BaseModel, path: Mapping[str, str]) -> Change:
    assert isinstance(body, ResizeBody)
    return Change(operation=Operation.RESIZE, size=body.size)


RESIZE = Kind(
    operation=Operation.RESIZE,
    does="sets the size of a share",
    verb=Verb.RESIZE,
    command=_command,
    is_reached=_is_reached,
    not_done="not resized",
    request=ChangeRequest(method="PATCH", body=ResizeBody, change=_change),
)
