"""What a connector can be asked, and what it answers: one frozen request and one reply per verb.

Sizes are bytes. Names are the share's own names, never quoted: quoting belongs to the dialect.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from connector.values import fast_frozen

__all__ = [
    "Access",
    "AccessRule",
    "Allow",
    "Capabilities",
    "CapabilitiesReply",
    "Capability",
    "Create",
    "CreatePart",
    "CreateSnapshot",
    "Delete",
    "DeleteSnapshot",
    "Deny",
    "DoneReply",
    "List",
    "ListReply",
    "ListSnapshots",
    "Mutation",
    "Ping",
    "PingReply",
    "Reply",
    "Request",
    "Resize",
    "ShareView",
    "Show",
    "ShowReply",
    "SnapshotView",
    "SnapshotsReply",
    "Stamp",
    "Verb",
]


class Verb(StrEnum):
    """The operations of the contract."""

    CREATE = "create"
    SHOW = "show"
    LIST = "list"
    RESIZE = "resize"
    DELETE = "delete"
    ALLOW = "allow"
    DENY = "deny"
    SNAPSHOT_CREATE = "snapshot-create"
    SNAPSHOT_LIST = "snapshot-list"
    SNAPSHOT_DELETE = "snapshot-delete"
    CAPABILITIES = "capabilities"
    PING = "ping"


class Capability(StrEnum):
    """Optional powers that a connector may or may not claim."""

    MARK = "mark"
    SEQUENCE = "sequence"
    NOT_AFTER = "not-after"
    SNAPSHOTS = "snapshots"
    ACCESS_RULES = "access-rules"


class Access(StrEnum):
    """What an access rule grants."""

    READ_ONLY = "ro"
    READ_WRITE = "rw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What identifies one mutating command, so that its repetition and its lateness can be told.

    request_id: the same id is answered as the first time and has one effect. None: the connector takes no such ids, so
        that a repetition is a command of its own.
    sequence: rises with each command for a share name. Once a connector that claims `sequence` has started a command
        for a name, no older one has an effect any more: it is refused, and what it would still do is dropped.
    not_after: Unix time in seconds after which a connector that claims `not-after` refuses to start.
    """

    request_id: str | None
    sequence: int | None = None
    not_after: float | None = None


class CreatePart(StrEnum):
    """Which part of a create a command is, where a connector needs several of them.

    whole: all of it. begin: makes the share, half-made. finish: makes a half-made share whole.
    """

    WHOLE = "whole"
    BEGIN = "begin"
    FINISH = "finish"


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """Make a share. `mark` names its owner; `list` can select one mark.

    part: what of it one command does; dialects alone say so. Of a part, `size` 0 means that another one tells it.
    """

    verb: ClassVar[Verb] = Verb.CREATE
    name: str
    size: int
    stamp: Stamp
    mark: str | None = None
    part: CreatePart = CreatePart.WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """One share, whole or half-made."""

    verb: ClassVar[Verb] = Verb.SHOW
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """All shares, or only those whose mark is `mark` or begins with `mark` and a slash.

    A mark is made of parts with slashes between: `list` with `spool` shows `spool/7f3a…/0193…` and all else of `spool`.
    A reply has to fit into 16 MiB, which the SSH client reads at most.
    """

    verb: ClassVar[Verb] = Verb.LIST
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resize:
    """Set the size of a share, in bytes."""

    verb: ClassVar[Verb] = Verb.RESIZE
    name: str
    size: int
    stamp: Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Remove a share, whole or half-made. `mark`: refuse (`not-found`) a share that carries another one."""

    verb: ClassVar[Verb] = Verb.DELETE
    name: str
    stamp: Stamp
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """Let a client (host name, address or network) use a share."""

    verb: ClassVar[Verb] = Verb.ALLOW
    name: str
    client: str
    access: Access
    stamp: Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Deny:
    """Revoke what `allow` granted; success if there is no such rule."""

    verb: ClassVar[Verb] = Verb.DENY
    name: str
    client: str
    stamp: Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSnapshot:
    """Keep the present content of a share under a name."""

    verb: ClassVar[Verb] = Verb.SNAPSHOT_CREATE
    name: str
    snapshot: str
    stamp: Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSnapshots:
    """The snapshots of a share."""

    verb: ClassVar[Verb] = Verb.SNAPSHOT_LIST
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSnapshot:
    """Remove one snapshot of a share."""

    verb: ClassVar[Verb] = Verb.SNAPSHOT_DELETE
    name: str
    snapshot: str
    stamp: Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """The optional capabilities that the connector claims."""

    verb: ClassVar[Verb] = Verb.CAPABILITIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """Check that the connector answers."""

    verb: ClassVar[Verb] = Verb.PING


Mutation = Create | Resize | Delete | Allow | Deny | CreateSnapshot | DeleteSnapshot
Request = Mutation | Show | List | ListSnapshots | Capabilities | Ping


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRule:
    client: str
    access: Access


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotView:
    snapshot: str
    size: int


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class ShareView:
    """A share as the connector shows it.

    complete: False for a half-made share, which only `delete` accepts.
    mark, request_id: as given to `create`, None where the connector keeps none.
    """

    name: str
    size: int
    complete: bool = True
    mark: str | None = None
    request_id: str | None = None
    rules: tuple[AccessRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneReply:
    """The answer to a mutation: it is done (now, or the first time the request id was seen).

    size: bytes that a resize asked for, where the connector cannot be asked for just what was wanted.
    """

    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowReply:
    share: ShareView


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReply:
    shares: tuple[ShareView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotsReply:
    snapshots: tuple[SnapshotView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilitiesReply:
    """marks_half_made: a half-made share says whose it is, too; known of the dialect, whatever the connector says."""

    capabilities: frozenset[Capability] = field(default_factory=frozenset)
    marks_half_made: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PingReply:
    """The connector is there."""


Reply = DoneReply | ShowReply | ListReply | SnapshotsReply | CapabilitiesReply | PingReply
