"""What each command does to a cluster, and when it is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.codes import Code
from connector.operations import (
    Access,
    Allow,
    Capabilities,
    CapabilitiesReply,
    Capability,
    CreateSnapshot,
    DeleteSnapshot,
    Deny,
    DoneReply,
    List,
    ListReply,
    ListSnapshots,
    Ping,
    PingReply,
    Request,
    Stamp,
)
from connector.protocol import Refusal
from fake_clusters.effects import ClusterEffectKind, EffectLog
from fake_clusters.memory import RequestMemory
from fake_clusters.spec import ClusterLimits, InitialShare
from fake_clusters.state import ClusterState
from reports import history
from tests.fake_clusters.models import create, delete, resize

ALL = frozenset(Capability)


class Cluster:
    """A state whose commands start and take effect at once."""

    def __init__(self, capabilities: frozenset[Capability] = ALL, **limits: Any) -> None:
        self.log = EffectLog()
        self.state = ClusterState(ClusterLimits(**limits), capabilities, self.log)
        self.wall = 1000.0

    def code(self, request: Request) -> Code | None:
        """The code of the refusal, None where the command was carried out."""
        answer = self.state.admit(request, self.wall) or self.state.apply(request, now=1.0)
        return answer.code if isinstance(answer, Refusal) else None

    def kinds(self) -> list[ClusterEffectKind]:
        return [effect.kind for effect in self.log.after()]


def test_the_kinds_of_effects_are_those_of_the_journal() -> None:
    assert {kind.value for kind in ClusterEffectKind} == {kind.value for kind in history.EffectKind}


def test_a_create_said_again_is_answered_as_the_first_time_and_has_one_effect() -> None:
    cluster = Cluster()
    assert [cluster.code(create("a")) for _ in range(3)] == [None, None, None]
    assert cluster.kinds() == [ClusterEffectKind.CREATED]


def test_a_create_of_an_existing_name_by_another_request_is_refused() -> None:
    cluster = Cluster()
    cluster.code(create("a", "one", mark="own/1"))
    assert cluster.code(create("a", "two", mark="own/1")) is Code.ALREADY_EXISTS


def test_a_late_duplicate_of_a_create_does_not_bring_a_deleted_share_back() -> None:
    cluster = Cluster()
    cluster.code(create("a"))
    cluster.code(delete("a"))
    assert cluster.code(create("a")) is None
    assert cluster.state.shares == ()
    assert cluster.kinds() == [ClusterEffectKind.CREATED, ClusterEffectKind.DELETED]


def test_a_late_duplicate_of_a_delete_does_not_touch_a_newer_share() -> None:
    cluster = Cluster()
    for request in (create("a", "one"), delete("a", "gone"), create("a", "two")):
        assert cluster.code(request) is None
    assert cluster.code(delete("a", "gone")) is None
    assert [share.request_id for share in cluster.state.shares] == ["two"]


def test_a_refused_command_may_be_said_again_with_its_request_id() -> None:
    cluster = Cluster(shares=1)
    cluster.code(create("a"))
    assert cluster.code(create("b")) is Code.QUOTA
    cluster.code(delete("a"))
    assert cluster.code(create("b")) is None


def test_memory_of_requests_keeps_the_newest_and_the_share_itself_remembers_its_create() -> None:
    memory = RequestMemory(limit=2)
    for name in "abc":
        memory.keep(create(name))
    assert [memory.recall(f"create {name}") is not None for name in "abc"] == [False, True, True]
    assert len(memory) == 2


@pytest.mark.parametrize("name", ["", "x" * 256, "é" * 128, "a\0b", "\udc80"])
def test_a_name_that_is_not_acceptable_is_invalid_for_every_verb(name: str) -> None:
    cluster = Cluster()
    stamp = Stamp(request_id="r")
    requests: list[Request] = [
        create(name, "r"),
        delete(name, "r"),
        resize(name, 5, "r"),
        Allow(name=name, client="c", access=Access.READ_ONLY, stamp=stamp),
        CreateSnapshot(name=name, snapshot="s", stamp=stamp),
        ListSnapshots(name=name),
    ]
    assert {cluster.code(request) for request in requests} == {Code.INVALID}


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_other_name_is_kept_as_it_is(name: str) -> None:
    cluster = Cluster()
    assert cluster.code(create(name, "r")) is None
    assert [share.name for share in cluster.state.shares] == [name]


def test_words_other_than_the_name_are_looked_at_too() -> None:
    cluster = Cluster()
    cluster.code(create("a"))
    stamp = Stamp(request_id="r")
    for request in (
        create("b", mark="x" * 256),
        Allow(name="a", client="", access=Access.READ_ONLY, stamp=stamp),
        CreateSnapshot(name="a", snapshot="\0", stamp=stamp),
        Deny(name="a", client="c", stamp=Stamp(request_id="")),
    ):
        assert cluster.code(request) is Code.INVALID


def test_a_size_must_be_a_byte_at_least() -> None:
    cluster = Cluster()
    cluster.code(create("a"))
    assert cluster.code(resize("a", 0)) is Code.INVALID
    assert cluster.code(create("b", size=-1)) is Code.INVALID


def test_an_older_sequence_number_is_stale_even_after_the_share_is_gone() -> None:
    cluster = Cluster()
    for request in (create("a", "one", sequence=5), delete("a", "two", sequence=6)):
        assert cluster.code(request) is None
    assert cluster.code(create("a", "three", sequence=5)) is Code.STALE
    assert cluster.code(create("a", "four", sequence=6)) is None
    assert cluster.code(create("b", "five", sequence=1)) is None


def test_a_repeated_command_is_answered_even_where_a_newer_one_has_been_seen() -> None:
    cluster = Cluster()
    cluster.code(create("a", sequence=1))
    cluster.code(resize("a", 7, sequence=2))
    assert cluster.code(create("a", sequence=1)) is None


def test_a_command_after_its_not_after_instant_is_expired_and_its_sequence_counts_as_seen() -> None:
    cluster = Cluster()
    assert cluster.code(create("a", "one", not_after=1000.0, sequence=1)) is None
    assert cluster.code(resize("a", 7, not_after=999.9, sequence=3)) is Code.EXPIRED
    assert cluster.code(resize("a", 8, "other", sequence=2)) is Code.STALE


def test_a_delete_with_a_mark_leaves_a_share_of_another_mark_alone() -> None:
    cluster = Cluster()
    cluster.code(create("a", mark="own/2"))
    assert cluster.code(delete("a", "one", mark="own/1")) is Code.NOT_FOUND
    assert cluster.code(delete("a", "two", mark="own")) is Code.NOT_FOUND
    assert cluster.code(delete("a", "three", mark="own/2")) is None


def test_a_list_by_owner_shows_all_marks_of_that_owner_and_no_longer_name() -> None:
    cluster = Cluster()
    for name, mark in {"a": "own/1", "b": "owner/1", "c": None, "d": "own", "e": "own/2"}.items():
        cluster.code(create(name, mark=mark))
    listed = cluster.state.apply(List(mark="own"), now=1.0)
    assert isinstance(listed, ListReply)
    assert [share.name for share in listed.shares] == ["a", "d", "e"]


def test_a_share_with_snapshots_cannot_be_deleted() -> None:
    cluster = Cluster()
    cluster.code(create("a"))
    assert cluster.code(CreateSnapshot(name="a", snapshot="s", stamp=Stamp(request_id="1"))) is None
    assert cluster.code(delete("a", "2")) is Code.NOT_EMPTY
    assert cluster.code(DeleteSnapshot(name="a", snapshot="s", stamp=Stamp(request_id="3"))) is None
    assert cluster.code(delete("a", "4")) is None


def test_what_is_already_as_asked_has_no_effect() -> None:
    cluster = Cluster()
    cluster.code(create("a"))
    for number in range(2):
        cluster.code(Allow(name="a", client="c", access=Access.READ_WRITE, stamp=Stamp(request_id=f"allow {number}")))
        cluster.code(resize("a", 100, f"resize {number}"))
        cluster.code(Deny(name="a", client="other", stamp=Stamp(request_id=f"deny {number}")))
    assert cluster.kinds() == [ClusterEffectKind.CREATED, ClusterEffectKind.ALLOWED]


def test_room_is_given_back_by_shrinking_and_deleting() -> None:
    cluster = Cluster(capacity=100)
    assert cluster.code(create("a", size=100)) is None
    assert cluster.code(create("b", size=1)) is Code.FULL
    assert cluster.code(resize("a", 101)) is Code.FULL
    assert cluster.code(resize("a", 40)) is None
    assert cluster.code(create("b", size=60)) is None
    assert cluster.code(delete("a")) is None
    assert cluster.code(resize("b", 100)) is None
    assert cluster.state.used == 100


def test_a_cluster_that_allocates_in_steps_rounds_up_what_it_makes_shows_and_counts() -> None:
    cluster = Cluster(allocation=64, capacity=128)
    assert cluster.code(create("a", size=65)) is None
    assert [share.size for share in cluster.state.shares] == [128]
    assert cluster.state.used == 128
    assert cluster.code(resize("a", 100)) is None
    assert cluster.kinds() == [ClusterEffectKind.CREATED], "rounded up it is what it was"
    assert cluster.code(resize("a", 129)) is Code.FULL
    assert cluster.code(resize("a", 1)) is None
    assert [share.size for share in cluster.state.shares] == [64]
    assert cluster.code(create("b", size=65)) is Code.FULL
    assert cluster.code(create("b", size=64)) is None
    assert cluster.state.used == 128


def test_a_connector_without_marks_keeps_none_and_cannot_list_by_them() -> None:
    cluster = Cluster(ALL - {Capability.MARK})
    cluster.code(create("a", mark="own/1"))
    assert [share.mark for share in cluster.state.shares] == [None]
    assert cluster.code(List(mark="own")) is Code.UNSUPPORTED
    assert cluster.code(delete("a", mark="own/2")) is None


def test_a_connector_without_sequence_and_not_after_refuses_nothing_as_too_late() -> None:
    cluster = Cluster(ALL - {Capability.SEQUENCE, Capability.NOT_AFTER})
    assert cluster.code(create("a", sequence=5, not_after=1.0)) is None
    assert cluster.code(resize("a", 7, sequence=4)) is None


def test_a_connector_without_snapshots_or_rules_does_not_know_their_verbs() -> None:
    cluster = Cluster(frozenset())
    cluster.code(create("a"))
    stamp = Stamp(request_id="r")
    for request in (
        CreateSnapshot(name="a", snapshot="s", stamp=stamp),
        ListSnapshots(name="a"),
        DeleteSnapshot(name="a", snapshot="s", stamp=stamp),
        Allow(name="a", client="c", access=Access.READ_ONLY, stamp=stamp),
        Deny(name="a", client="c", stamp=stamp),
    ):
        assert cluster.code(request) is Code.UNSUPPORTED


def test_a_connector_says_what_it_knows_and_that_it_is_there() -> None:
    cluster = Cluster(frozenset({Capability.MARK}))
    assert cluster.state.apply(Capabilities(), now=1.0) == CapabilitiesReply(capabilities=frozenset({Capability.MARK}))
    assert cluster.state.apply(Ping(), now=1.0) == PingReply()
    assert cluster.state.answer(create("a")) == DoneReply()
    assert cluster.kinds() == []


def test_shares_that_are_there_at_first_count_are_not_logged_and_come_back_with_a_reset() -> None:
    log = EffectLog()
    first = InitialShare(name="other", size=3, mark="spool/other-store/id")
    state = ClusterState(ClusterLimits(), ALL, log, shares=(first,))
    assert [(view.name, view.size, view.mark, view.complete) for view in state.shares] == [
        ("other", 3, "spool/other-store/id", True)
    ]
    assert (state.used, len(log)) == (3, 0)
    assert isinstance(state.apply(create("other"), now=1.0), Refusal)
    state.wipe(now=2.0)
    assert state.share("other") is None
    assert [(row.kind, row.name, row.incarnation) for row in log.after()] == [(ClusterEffectKind.WIPED, "other", 1)]
    state.clear()
    assert [view.name for view in state.shares] == ["other"]


def test_a_cluster_that_keeps_no_marks_shows_none_on_what_was_there_at_first() -> None:
    first = InitialShare(name="other", size=3, mark="spool/x/id")
    state = ClusterState(ClusterLimits(), ALL - {Capability.MARK}, EffectLog(), shares=(first,))
    assert [view.mark for view in state.shares] == [None]


def test_what_is_not_claimed_is_unsupported_however_late_and_however_often() -> None:
    cluster = Cluster(ALL - {Capability.SNAPSHOTS})
    cluster.code(create("a", "one"))
    cluster.code(resize("a", 2, "two", sequence=5))
    for stamp in (Stamp(request_id="three", sequence=1), Stamp(request_id="one"), Stamp(request_id="4", not_after=1.0)):
        request = CreateSnapshot(name="a", snapshot="s", stamp=stamp)
        assert cluster.code(request) is Code.UNSUPPORTED
        assert cluster.state.overtaken(request) is None
