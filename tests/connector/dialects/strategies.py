"""Arbitrary requests and replies, with names that nobody would choose."""

from hypothesis import strategies as st

from connector.codes import CATALOGUE
from connector.operations import (
    Access,
    AccessRule,
    Allow,
    Capabilities,
    CapabilitiesReply,
    Capability,
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
from connector.protocol import Refusal

NASTY = [
    "",
    "-",
    "--",
    "--size",
    "-volume",
    "a b",
    "a  b",
    " a ",
    "it's",
    '"',
    "\\",
    "\\n",
    "$(touch pwned)",
    "`id`",
    "; rm -rf /",
    "a\nb",
    "\n",
    "\r\n",
    "a\tb",
    "{name}",
    "[x]",
    "x=ro,y=rw",
    "1 entry was displayed.",
    "Bücher/日本\u2028\x85\x1c",
    "\x7f\x1b[31m",
]

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(alphabet=st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=12),
)
sizes = st.one_of(
    st.integers(0, 10**23), st.builds(lambda n, unit: n << unit, st.integers(0, 99), st.sampled_from([0, 10, 30, 40]))
)
stamps = st.builds(
    Stamp,
    request_id=texts,
    sequence=st.none() | st.integers(0, 2**64),
    not_after=st.none() | st.floats(-1e12, 1e12, allow_nan=False),
)
accesses = st.sampled_from(Access)
marks = st.none() | texts

requests: st.SearchStrategy[Request] = st.one_of(
    st.builds(Create, name=texts, size=sizes, stamp=stamps, mark=marks),
    st.builds(Show, name=texts),
    st.builds(List, mark=marks),
    st.builds(Resize, name=texts, size=sizes, stamp=stamps),
    st.builds(Delete, name=texts, stamp=stamps, mark=marks),
    st.builds(Allow, name=texts, client=texts, access=accesses, stamp=stamps),
    st.builds(Deny, name=texts, client=texts, stamp=stamps),
    st.builds(CreateSnapshot, name=texts, snapshot=texts, stamp=stamps),
    st.builds(ListSnapshots, name=texts),
    st.builds(DeleteSnapshot, name=texts, snapshot=texts, stamp=stamps),
    st.builds(Capabilities),
    st.builds(Ping),
)

shares = st.builds(
    ShareView,
    name=texts,
    size=sizes,
    complete=st.booleans(),
    mark=marks,
    request_id=marks,
    rules=st.lists(st.builds(AccessRule, client=texts, access=accesses), max_size=3).map(tuple),
)
snapshots = st.builds(SnapshotView, snapshot=texts, size=sizes)
_SILENT = (
    Verb.CREATE,
    Verb.RESIZE,
    Verb.DELETE,
    Verb.ALLOW,
    Verb.DENY,
    Verb.SNAPSHOT_CREATE,
    Verb.SNAPSHOT_DELETE,
)

successes: st.SearchStrategy[tuple[Verb, Reply]] = st.one_of(
    st.tuples(st.sampled_from(_SILENT), st.just(DoneReply())),
    st.tuples(st.just(Verb.SHOW), st.builds(ShowReply, share=shares)),
    st.tuples(st.just(Verb.LIST), st.builds(ListReply, shares=st.lists(shares, max_size=4).map(tuple))),
    st.tuples(
        st.just(Verb.SNAPSHOT_LIST), st.builds(SnapshotsReply, snapshots=st.lists(snapshots, max_size=4).map(tuple))
    ),
    st.tuples(
        st.just(Verb.CAPABILITIES),
        st.builds(CapabilitiesReply, capabilities=st.frozensets(st.sampled_from(Capability))),
    ),
    st.tuples(st.just(Verb.PING), st.just(PingReply())),
)

sent_codes = st.sampled_from([code for code, entry in CATALOGUE.items() if entry.status is not None])
refusals = st.tuples(st.sampled_from(Verb), st.builds(Refusal, code=sent_codes, message=texts))
answers = st.one_of(successes, refusals)
