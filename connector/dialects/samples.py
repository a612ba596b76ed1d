"""What a dialect is tried with when it is loaded: requests, replies, and names that could be misread.

Names are tried that are words of the dialect's own commands, and names with each sign in them that a reply could take
for a separator.
"""

import string
from collections.abc import Iterator, Mapping

from connector.dialects.engine import FileDialect
from connector.dialects.parameters import flatten
from connector.operations import (
    Access,
    Allow,
    Capabilities,
    CapabilitiesReply,
    Create,
    CreateSnapshot,
    Delete,
    DeleteSnapshot,
    Deny,
    DoneReply,
    List,
    ListReply,
    ListSnapshots,
    Ping,
    PingReply,
    Reply,
    Request,
    Resize,
    ShareView,
    Show,
    ShowReply,
    SnapshotsReply,
    SnapshotView,
    Stamp,
    Verb,
)

__all__ = ["SampleReply", "described", "sample_names", "sample_replies", "sample_request", "sample_requests"]

SampleReply = tuple[Reply, bool]
"""A reply, and whether it has to be one that can be spelled."""

_NASTY = 'it\'s "-new" $(x)'
_MOST_NAMES = 24
_SIGNS = string.punctuation + " "


def sample_requests(samples: Mapping[str, str], name: str) -> Iterator[Request]:
    """One of each verb, with all that it can be told. samples: of the texts that it is told beside the name."""
    plain, mark, client, snapshot = (samples[field] for field in ("name", "mark", "client", "snapshot"))
    stamp = Stamp(request_id=samples["request_id"], sequence=7, not_after=1700000000.25)
    yield Create(name=name, size=1536, stamp=stamp, mark=mark)
    yield Create(name=name, size=3 << 30, stamp=stamp)
    yield Show(name=name)
    yield List(mark=mark)
    yield List()
    yield Resize(name=name, size=2048, stamp=stamp)
    yield Delete(name=name, stamp=stamp, mark=mark)
    yield Delete(name=name, stamp=stamp)
    yield Allow(name=name, client=client, access=Access.READ_ONLY, stamp=stamp)
    yield Deny(name=name, client=client, stamp=stamp)
    yield CreateSnapshot(name=name, snapshot=snapshot, stamp=stamp)
    if name != plain:
        yield CreateSnapshot(name=plain, snapshot=name, stamp=stamp)
    yield ListSnapshots(name=name)
    yield DeleteSnapshot(name=name, snapshot=snapshot, stamp=stamp)
    yield Capabilities()
    yield Ping()


def sample_request(dialect: FileDialect, verb: Verb) -> Request:
    """The first of that verb."""
    requests = sample_requests(dialect.samples, dialect.samples["name"])
    return next(request for request in requests if request.verb is verb)


def sample_names(dialect: FileDialect) -> tuple[str, ...]:
    """Names that somebody may give, and that the dialect's own words could be mistaken for."""
    literals = [
        part
        for _, template in dialect.templates()
        for item in template.items
        for word in item.words
        for part in word.parts
        if isinstance(part, str)
    ]
    joined = [f"a{part}b" for part in literals if len(part) <= 2]
    ends = [word[len(part) :] for word in literals for part in literals if part != word and word.startswith(part)]
    given = [dialect.samples["name"], _NASTY, f"{_NASTY}\n", "-", "a b", "7"]
    return tuple(dict.fromkeys([*given, *joined, *ends, *literals]))[:_MOST_NAMES]


def sample_replies(dialect: FileDialect, verb: Verb) -> Iterator[SampleReply]:
    """Replies to a verb."""
    match verb:
        case Verb.SHOW:
            yield from ((ShowReply(share=share), must) for share, must in _shares(dialect))
        case Verb.LIST:
            bare = ShareView(name=dialect.samples["name"], size=3 * dialect.size_step)
            yield ListReply(), True
            for share, must in _shares(dialect):
                yield ListReply(shares=(share,) if share.name == bare.name else (bare, share)), must
        case Verb.SNAPSHOT_LIST:
            yield SnapshotsReply(), True
            view = SnapshotView(snapshot=dialect.samples["snapshot"], size=3 * dialect.size_step)
            yield SnapshotsReply(snapshots=(view,)), True
        case Verb.CAPABILITIES:
            yield CapabilitiesReply(capabilities=dialect.capabilities), True
        case Verb.PING:
            yield PingReply(), True
        case _:
            yield DoneReply(), True


def _shares(dialect: FileDialect) -> Iterator[tuple[ShareView, bool]]:
    name, mark, step = dialect.samples["name"], dialect.samples["mark"], dialect.size_step
    for size in (3 * step, 12 * step, 1536 * step, (5 << 30) // step * step + step):
        yield ShareView(name=name, size=size), True
    yield ShareView(name=name, size=step, mark=mark, request_id=dialect.samples["request_id"]), True
    yield ShareView(name=name, size=step, complete=False), True
    for other in ("-", "b", "7", "a7", *(f"a{sign}b" for sign in _SIGNS)):
        yield ShareView(name=other, size=step), False


def described(request: Request) -> str:
    """A request in few words."""
    return " ".join([request.verb, *(f"{name}={value}" for name, value in flatten(request).items())])
