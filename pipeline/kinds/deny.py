"""Deny: takes a client's access away; reached when the share shows no rule of that client."""

from collections.abc import Mapping

from pydantic import BaseModel

from connector.operations import Deny, Stamp, Verb
from pipeline.kinds.allow import access_after
from pipeline.kinds.fields import is_client
from pipeline.kinds.kind import Kind, Shown
from pipeline.kinds.parts import part_of, rule_shown
from pipeline.kinds.request import ChangeRequest
from pipeline.record import Change, PartKind, SharePart, ShareRecord
from pipeline.states import Operation

__all__ = ["DENY"]


def _command(record: ShareRecord, stamp: Stamp, mark: str | None) -> Deny:
    return Deny(name=record.name, client=part_of(record).name, stamp=stamp)


def _is_reached(record: ShareRecord, shown: Shown) -> bool:
    return rule_shown(record, shown) is None


def _change(body: BaseModel, path: Mapping[str, str]) -> Change:
    return Change(operation=Operation.DENY, part=SharePart(kind=PartKind.ACCESS_RULE, name=path["client"]))


DENY = Kind(
    operation=Operation.DENY,
    does="takes a client's access to a share away",
    verb=Verb.DENY,
    command=_command,
    is_reached=_is_reached,
    part_becomes="deleting",
    parts_after=access_after,
    not_done="access not taken away",
    request=ChangeRequest(
        method="DELETE", path="/access-rules/{client:path}", checks={"client": is_client}, change=_change
    ),
)
