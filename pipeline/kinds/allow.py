"""Allow: gives a client access; reached when the share shows the rule with that access."""

from collections.abc import Mapping

from pydantic import BaseModel, Field

from connector.operations import Access, Allow, Stamp, Verb
from pipeline.kinds.fields import Body, Client
from pipeline.kinds.kind import Kind, Shown
from pipeline.kinds.parts import part_of, rule_shown, with_part, without_part
from pipeline.kinds.request import ChangeRequest
from pipeline.record import Change, PartKind, SharePart, ShareRecord
from pipeline.states import Operation

__all__ = ["ALLOW", "AccessRuleBody", "access_after"]


class AccessRuleBody(Body):
    """The body of POST .../access-rules. client: a host, an address or a network. access: `ro` or `rw`."""

    client: Client
    access: Access = Field(strict=False)


def _command(record: ShareRecord, stamp: Stamp, mark: str | None) -> Allow:
    rule = part_of(record)
    return Allow(name=record.name, client=rule.name, access=Access(rule.value), stamp=stamp)


def _is_reached(record: ShareRecord, shown: Shown) -> bool:
    return rule_shown(record, shown) == part_of(record).value


def access_after(record: ShareRecord, shown: Shown | None) -> tuple[SharePart, ...]:
    """The rule of the client as it is shown, or as it was asked for."""
    rule = part_of(record)
    access = rule.value if shown is None else rule_shown(record, shown)
    if not access:
        return without_part(record, rule)
    return with_part(record, SharePart(kind=rule.kind, name=rule.name, value=access))


def _change(body: BaseModel, path: Mapping[str, str]) -> Change:
    assert isinstance(body, AccessRuleBody)
    rule = SharePart(kind=PartKind.ACCESS_RULE, name=body.client, value=body.access.value)
    return Change(operation=Operation.ALLOW, part=rule)


ALLOW = Kind(
    operation=Operation.ALLOW,
    does="gives a client access to a share",
    verb=Verb.ALLOW,
    command=_command,
    is_reached=_is_reached,
    part_becomes="pending",
    parts_after=access_after,
    not_done="access not given",
    request=ChangeRequest(method="POST", path="/access-rules", body=AccessRuleBody, change=_change),
)
