"""Any sequence of commands leaves the cluster as a plain dictionary would have it, and its effect log says so too."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule
from simpy import Environment

from connector.codes import Code
from connector.operations import (
    Access,
    AccessRule,
    Allow,
    CreateSnapshot,
    DeleteSnapshot,
    Deny,
    DoneReply,
    List,
    ListReply,
    ListSnapshots,
    Mutation,
    Request,
    ShareView,
    Show,
    ShowReply,
    SnapshotsReply,
    SnapshotView,
    Stamp,
)
from connector.protocol import Refusal
from fake_clusters.effects import ClusterEffectKind
from fake_clusters.plans import EffectPlan
from tests.fake_clusters.models import Scripted, create, delete, model, resize, submit

CAPACITY, SHARE_SIZE, SHARES, SNAPSHOTS, RULES = 500, 300, 3, 2, 2

NAMES = st.sampled_from(["a", "b", "c", "d"])
WORDS = st.sampled_from(["x", "y", "z"])
SIZES = st.integers(min_value=0, max_value=400)
MARKS = st.sampled_from([None, "own/1", "own/2", "other/1", "own"])
SEQUENCES = st.one_of(st.none(), st.integers(min_value=1, max_value=6))


@dataclass
class Row:
    """A share in the plain model."""

    size: int
    request: str
    mark: str | None
    complete: bool
    rules: dict[str, Access] = field(default_factory=dict)
    snapshots: dict[str, int] = field(default_factory=dict)

    def view(self, name: str) -> ShareView:
        rules = tuple(AccessRule(client=client, access=access) for client, access in self.rules.items())
        return ShareView(
            name=name, size=self.size, complete=self.complete, mark=self.mark, request_id=self.request, rules=rules
        )


class ClusterMachine(RuleBasedStateMachine):
    """`said` are mutations that can be said again; `newest` the sequence numbers; `done` what was carried out."""

    said = Bundle("said")

    @initialize()
    def begin(self) -> None:
        self.env = Environment()
        self.plan: dict[str, Any] = {}
        self.cluster = model(
            self.env,
            injector=Scripted({"*": self.plan}),
            capacity=CAPACITY,
            share_size=SHARE_SIZE,
            shares=SHARES,
            snapshots=SNAPSHOTS,
            rules=RULES,
        )
        self.rows: dict[str, Row] = {}
        self.done: dict[str, Mutation] = {}
        self.newest: dict[str, int] = {}
        self.numbered = 0

    def stamp(self, sequence: int | None) -> Stamp:
        self.numbered += 1
        return Stamp(request_id=f"r{self.numbered}", sequence=sequence)

    def ask(self, request: Request) -> Any:
        return submit(self.cluster, self.env, request).answer

    def say(self, request: Mutation) -> Mutation:
        """Spoken the cluster for a mutation and compare its answer with the plain model's."""
        expected = self.expected(request)
        answer = self.ask(request)
        assert (answer.code if isinstance(answer, Refusal) else None) == expected
        if expected is None:
            assert answer == DoneReply()
        return request

    def expected(self, request: Mutation) -> Code | None:
        """The plain model's answer; what it accepts it also does."""
        stamp = request.stamp
        if stamp.request_id in self.done:
            return None
        row = self.rows.get(request.name)
        if stamp.sequence is not None:
            if stamp.sequence < self.newest.get(request.name, 0):
                return Code.STALE
            self.newest[request.name] = stamp.sequence
        code = self.refused(request, row)
        if code is None:
            assert stamp.request_id is not None
            self.done[stamp.request_id] = request
            self.carry_out(request, row)
        return code

    def refused(self, request: Any, row: Row | None) -> Code | None:
        kind = type(request).__name__
        used = sum(other.size for other in self.rows.values())
        if kind in ("Create", "Resize") and request.size < 1:
            return Code.INVALID
        if kind == "Create":
            return self.create_refused(request, row, used)
        if row is None or (kind == "Delete" and request.mark not in (None, row.mark)):
            return Code.NOT_FOUND
        if kind == "Delete":
            return Code.NOT_EMPTY if row.snapshots else None
        return self.change_refused(request, row, used) if row.complete else Code.INCOMPLETE

    def create_refused(self, request: Any, row: Row | None, used: int) -> Code | None:
        if row is not None:
            half_mine = not row.complete and row.request == request.stamp.request_id
            return Code.INCOMPLETE if half_mine else Code.ALREADY_EXISTS
        if len(self.rows) >= SHARES or request.size > SHARE_SIZE:
            return Code.QUOTA
        return Code.FULL if used + request.size > CAPACITY else None

    def change_refused(self, request: Any, row: Row, used: int) -> Code | None:
        match type(request).__name__:
            case "Resize":
                if request.size > SHARE_SIZE:
                    return Code.QUOTA
                more = request.size - row.size
                return Code.FULL if more > 0 and used + more > CAPACITY else None
            case "Allow":
                return Code.QUOTA if request.client not in row.rules and len(row.rules) >= RULES else None
            case "CreateSnapshot":
                if request.snapshot in row.snapshots:
                    return Code.ALREADY_EXISTS
                return Code.QUOTA if len(row.snapshots) >= SNAPSHOTS else None
            case "DeleteSnapshot":
                return None if request.snapshot in row.snapshots else Code.NOT_FOUND
        return None

    def carry_out(self, request: Any, row: Row | None) -> None:
        kind = type(request).__name__
        if kind == "Create":
            self.rows[request.name] = Row(request.size, request.stamp.request_id, request.mark, complete=True)
            return
        assert row is not None
        match kind:
            case "Delete":
                del self.rows[request.name]
            case "Resize":
                row.size = request.size
            case "Allow":
                row.rules[request.client] = request.access
            case "Deny":
                row.rules.pop(request.client, None)
            case "CreateSnapshot":
                row.snapshots[request.snapshot] = row.size
            case "DeleteSnapshot":
                del row.snapshots[request.snapshot]

    @rule(target=said, name=NAMES, size=SIZES, mark=MARKS, sequence=SEQUENCES)
    def creates(self, name: str, size: int, mark: str | None, sequence: int | None) -> Mutation:
        stamp = self.stamp(sequence)
        return self.say(create(name, stamp.request_id, size=size, mark=mark, sequence=sequence))

    @rule(target=said, name=NAMES, mark=MARKS, sequence=SEQUENCES)
    def deletes(self, name: str, mark: str | None, sequence: int | None) -> Mutation:
        stamp = self.stamp(sequence)
        return self.say(delete(name, stamp.request_id, mark=mark, sequence=sequence))

    @rule(target=said, name=NAMES, size=SIZES, sequence=SEQUENCES)
    def resizes(self, name: str, size: int, sequence: int | None) -> Mutation:
        stamp = self.stamp(sequence)
        return self.say(resize(name, size, stamp.request_id, sequence=sequence))

    @rule(target=said, name=NAMES, client=WORDS, access=st.sampled_from(Access))
    def allows(self, name: str, client: str, access: Access) -> Mutation:
        return self.say(Allow(name=name, client=client, access=access, stamp=self.stamp(None)))

    @rule(target=said, name=NAMES, client=WORDS)
    def denies(self, name: str, client: str) -> Mutation:
        return self.say(Deny(name=name, client=client, stamp=self.stamp(None)))

    @rule(target=said, name=NAMES, snapshot=WORDS)
    def snapshots(self, name: str, snapshot: str) -> Mutation:
        return self.say(CreateSnapshot(name=name, snapshot=snapshot, stamp=self.stamp(None)))

    @rule(target=said, name=NAMES, snapshot=WORDS)
    def drops_a_snapshot(self, name: str, snapshot: str) -> Mutation:
        return self.say(DeleteSnapshot(name=name, snapshot=snapshot, stamp=self.stamp(None)))

    @rule(target=said, request=consumes(said))
    def says_again(self, request: Mutation) -> Mutation:
        """The same request id: answered as the first time if it was done, tried anew if it was refused."""
        before = len(self.cluster.effects())
        again = request.stamp.request_id in self.done
        self.say(request)
        if again:
            assert len(self.cluster.effects()) == before
        return request

    @rule(request=said)
    def reuses_a_request_id(self, request: Mutation) -> None:
        other = create("never", request.stamp.request_id, size=0)
        answer = self.ask(other)
        assert isinstance(answer, Refusal)
        assert answer.code is Code.INVALID

    @rule(target=said, name=NAMES, size=st.integers(min_value=1, max_value=100))
    def leaves_half(self, name: str, size: int) -> Mutation:
        request = create(name, self.stamp(None).request_id, size=size)
        possible = self.refused(request, self.rows.get(name)) is None
        self.plan["effect"] = EffectPlan.HALF
        answer = self.ask(request)
        self.plan.clear()
        assert isinstance(answer, Refusal)
        assert (answer.code is Code.INTERNAL) == possible
        if possible:
            assert request.stamp.request_id is not None
            self.rows[name] = Row(size, request.stamp.request_id, None, complete=False)
        return request

    @rule(wipe=st.booleans())
    def crashes(self, wipe: bool) -> None:
        self.cluster.crash(1.0, wipe=wipe)
        self.env.run()
        if wipe:
            self.rows.clear()
            self.done.clear()
            self.newest.clear()

    @rule(name=NAMES)
    def shows(self, name: str) -> None:
        answer, row = self.ask(Show(name=name)), self.rows.get(name)
        if row is None:
            assert answer.code is Code.NOT_FOUND
        else:
            assert answer == ShowReply(share=row.view(name))

    @rule(name=NAMES)
    def lists_snapshots(self, name: str) -> None:
        answer, row = self.ask(ListSnapshots(name=name)), self.rows.get(name)
        if row is not None:
            views = tuple(SnapshotView(snapshot=snapshot, size=size) for snapshot, size in row.snapshots.items())
            assert answer == SnapshotsReply(snapshots=views)

    @rule(mark=MARKS)
    def lists(self, mark: str | None) -> None:
        chosen = {
            name: row
            for name, row in self.rows.items()
            if mark is None or (row.mark or "").split("/")[0] == mark or row.mark == mark
        }
        views = tuple(row.view(name) for name, row in sorted(chosen.items()))
        assert self.ask(List(mark=mark)) == ListReply(shares=views)

    @invariant()
    def the_shares_are_those_of_the_plain_model(self) -> None:
        assert self.cluster.shares == tuple(row.view(name) for name, row in sorted(self.rows.items()))
        assert self.cluster.state.used == sum(row.size for row in self.rows.values())

    @invariant()
    def the_effect_log_tells_the_same(self) -> None:
        """Replayed on its own, the log gives names, sizes and incarnations that never repeat."""
        sizes: dict[str, int | None] = {}
        lives: dict[str, int] = {}
        for number, effect in enumerate(self.cluster.effects(), start=1):
            assert effect.number == number
            if effect.kind in (ClusterEffectKind.CREATED, ClusterEffectKind.HALF_CREATED):
                assert effect.name not in sizes
                lives[effect.name] = lives.get(effect.name, 0) + 1
            assert effect.incarnation == lives[effect.name]
            if effect.kind in (ClusterEffectKind.DELETED, ClusterEffectKind.WIPED):
                assert sizes.pop(effect.name) == effect.size
            else:
                sizes[effect.name] = effect.size
        assert sizes == {name: row.size for name, row in self.rows.items()}


TestCluster = ClusterMachine.TestCase
TestCluster.settings = settings(max_examples=60, stateful_step_count=40)
