"""What a cluster holds, and what each command does to it: no time, no chance, no faults."""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from connector.codes import Code
from connector.operations import (
    Allow,
    Capabilities,
    CapabilitiesReply,
    Capability,
    Create,
    CreatePart,
    CreateSnapshot,
    Delete,
    DeleteSnapshot,
    Deny,
    DoneReply,
    List,
    ListReply,
    ListSnapshots,
    Mutation,
    Ping,
    PingReply,
    Reply,
    Request,
    Resize,
    ShareView,
    Show,
    ShowReply,
    SnapshotsReply,
)
from connector.protocol import Refusal
from fake_clusters.earlier import shares_after
from fake_clusters.effects import ClusterEffect, ClusterEffectKind, EffectLog
from fake_clusters.listing import shares_at, without_newest
from fake_clusters.memory import RequestMemory, SequenceMemory, is_same
from fake_clusters.share import ClusterShare
from fake_clusters.spec import ClusterLimits, InitialShare
from fake_clusters.validation import Holdings, unsupported, validate

__all__ = ["ClusterState"]

_DONE = DoneReply()


class ClusterState:
    """Shares with their snapshots and access rules, and the memory of what has been asked.

    A mutation is answered once: repeated with its request id it is answered again and has no further effect, even
    after the share is gone. A refusal is not remembered: the same command may succeed later.

    `admit` is asked when a command starts, `apply` when it takes effect. A capability that is not claimed is not
    acted on: without `mark` none is kept, without `sequence` and `not-after` nothing is too late.
    """

    def __init__(
        self,
        limits: ClusterLimits,
        capabilities: frozenset[Capability],
        log: EffectLog,
        *,
        shares: Iterable[InitialShare] = (),
    ) -> None:
        self._holdings = Holdings(limits=limits, capabilities=capabilities)
        self._incarnations: dict[str, int] = {}
        self._done = RequestMemory()
        self._sequences = SequenceMemory()
        self._log = log
        self._initial = tuple(shares)
        self._place_initial()

    @property
    def shares(self) -> tuple[ShareView, ...]:
        """All shares, by name."""
        return tuple(share.view() for share in self._in_order())

    def share(self, name: str) -> ShareView | None:
        share = self._holdings.shares.get(name)
        return share.view() if share else None

    def half_made(self, name: str) -> int | None:
        """Which life of the name it is that is half-made now, if there is one."""
        share = self._holdings.shares.get(name)
        return None if share is None or share.complete else share.incarnation

    @property
    def used(self) -> int:
        """Bytes of all shares together."""
        return self._holdings.used

    @property
    def effect_count(self) -> int:
        """How often anything has changed."""
        return len(self._log)

    def admit(self, request: Request, wall: float) -> Refusal | None:
        """Whether a command may start at this Unix instant; its sequence number counts as seen from now on.

        What the cluster does not know is left to `apply`, which refuses it: it cannot be too late.
        """
        if not isinstance(request, Mutation) or unsupported(request, self._holdings) is not None:
            return None
        refusal = self._stale(request) or self._expired(request, wall)
        self._sequences.note(request)
        # What has been done is answered as the first time, however late it is repeated.
        return None if refusal is None or self._repeats(request) else refusal

    def overtaken(self, request: Request) -> Refusal | None:
        """`stale` where a newer command for the share has been seen; not of what the cluster does not know."""
        if not isinstance(request, Mutation) or unsupported(request, self._holdings) is not None:
            return None
        refusal = self._stale(request)
        return None if refusal is None or self._repeats(request) else refusal

    def answer(self, request: Request) -> Reply | Refusal:
        """What `apply` would answer now; nothing changes."""
        if isinstance(request, Mutation):
            known = unsupported(request, self._holdings) or self._settled(request)
            return known or validate(request, self._holdings) or _DONE
        return validate(request, self._holdings) or self._tell(request)

    def list_of(self, request: List, *, then: float | None, omit: int) -> ListReply:
        """A list as it would have been at an earlier instant (None: now), and without the newest shares."""
        now = {name: share.view() for name, share in self._holdings.shares.items()}
        shares = now if then is None else shares_at(then, self._initial_views(), self._log.after(), now)
        return ListReply(shares=without_newest(shares, omit, request.mark))

    def apply(self, request: Request, *, now: float, late: bool = False) -> Reply | Refusal:
        """Carry the command out and answer it. now: model seconds; late: as the effect log has it."""
        answer = self.answer(request)
        if isinstance(request, Mutation) and isinstance(answer, DoneReply) and not self._repeats(request):
            self._change(request, now, late)
            if not isinstance(request, Create) or request.part is CreatePart.WHOLE:
                self._done.keep(request)  # one part of a create says nothing of the others: the share itself tells
        return answer

    def leave_half(self, request: Create, *, now: float, late: bool = False) -> None:
        """Begin a create and leave it half-made, where it could have been carried out; what was begun stays so."""
        if request.part is CreatePart.FINISH:
            return
        if not self._repeats(request) and validate(request, self._holdings) is None:
            self._make(request, now, late, complete=False)

    def make_by_others(self, name: str, size: int, *, now: float) -> bool:
        """A share that no command made, where the name is free; whether it was."""
        if name in self._holdings.shares:
            return False
        share = self._add(name, size, request_id=None, mark=None, complete=True)
        self._log_without_command(ClusterEffectKind.CREATED_BY_OTHERS, share, now)
        return True

    def delete_by_others(self, name: str, *, now: float) -> bool:
        """Remove a share by hand, where it is there; whether it was."""
        share = self._holdings.shares.pop(name, None)
        if share is None:
            return False
        self._holdings.used -= share.size
        self._log_without_command(ClusterEffectKind.DELETED_BY_OTHERS, share, now)
        return True

    @property
    def names(self) -> tuple[str, ...]:
        """Of all shares, in the order of their creation."""
        return tuple(self._holdings.shares)

    def clear(self) -> None:
        """Be as freshly made; nothing is logged."""
        self._forget()
        self._incarnations.clear()
        self._place_initial()

    def take_over(self, effects: Sequence[ClusterEffect]) -> None:
        """Hold what these effects left on an earlier cluster of this kind; nothing is logged."""
        shares_after(self._holdings.shares, effects)
        self._holdings.used = sum(share.size for share in self._holdings.shares.values())
        for effect in effects:
            self._incarnations[effect.name] = max(effect.incarnation, self._incarnations.get(effect.name, 0))
            if effect.sequence is not None:
                self._sequences.note_number(effect.name, effect.sequence)

    def wipe(self, *, now: float) -> int:
        """Lose all shares and all memory, as a connector does that comes back without its state; how many."""
        lost = list(self._in_order())
        for share in lost:
            self._log_without_command(ClusterEffectKind.WIPED, share, now)
        self._forget()
        return len(lost)

    def _forget(self) -> None:
        self._holdings.shares.clear()
        self._holdings.used = 0
        self._done.forget()
        self._sequences.forget()

    def _place_initial(self) -> None:
        """Not logged: no client did it."""
        for share in self._initial_views():
            self._add(share.name, share.size, request_id=None, mark=share.mark, complete=True)

    def _initial_views(self) -> Iterator[ShareView]:
        keeps_marks = Capability.MARK in self._holdings.capabilities
        for share in self._initial:
            size = self._holdings.limits.allocated(share.size)
            yield ShareView(name=share.name, size=size, mark=share.mark if keeps_marks else None)

    def _log_without_command(self, kind: ClusterEffectKind, share: ClusterShare, now: float) -> None:
        self._log.add(kind, at=now, name=share.name, incarnation=share.incarnation, mark=share.mark, size=share.size)

    def _stale(self, request: Mutation) -> Refusal | None:
        if Capability.SEQUENCE not in self._holdings.capabilities or not self._sequences.is_overtaken(request):
            return None
        return Refusal(code=Code.STALE, message=f"a newer command for '{request.name}' has been seen")

    def _expired(self, request: Mutation, wall: float) -> Refusal | None:
        limit = request.stamp.not_after
        if limit is None or wall <= limit or Capability.NOT_AFTER not in self._holdings.capabilities:
            return None
        return Refusal(code=Code.EXPIRED, message=f"came {wall - limit:.3f} s after its not-after instant")

    def _in_order(self) -> Iterator[ClusterShare]:
        return (share for _, share in sorted(self._holdings.shares.items()))

    def _settled(self, request: Mutation) -> Reply | Refusal | None:
        """The answer to a request id that has been seen, None for a new one."""
        first = self._done.recall(request.stamp.request_id)
        if first is not None and not is_same(first, request):
            return Refusal(code=Code.INVALID, message="this request id was used for another command")
        return _DONE if self._repeats(request) else None

    def _repeats(self, request: Mutation) -> bool:
        """Whether it has been carried out: the share itself tells of its create when memory no longer does."""
        first = self._done.recall(request.stamp.request_id)
        if first is not None:
            return is_same(first, request)
        share = self._holdings.shares.get(request.name) if isinstance(request, Create) else None
        given = request.stamp.request_id
        return share is not None and share.complete and given is not None and share.request_id == given

    def _tell(self, request: Show | List | ListSnapshots | Capabilities | Ping) -> Reply:
        match request:
            case Show(name=name):
                return ShowReply(share=self._holdings.shares[name].view())
            case List(mark=mark):
                chosen = (share for share in self._in_order() if mark is None or share.carries(mark))
                return ListReply(shares=tuple(share.view() for share in chosen))
            case ListSnapshots(name=name):
                return SnapshotsReply(snapshots=self._holdings.shares[name].snapshot_views())
            case Capabilities():
                return CapabilitiesReply(capabilities=self._holdings.capabilities)
            case Ping():
                return PingReply()
            case _:
                assert_never(request)

    def _change(self, request: Mutation, now: float, late: bool) -> None:
        """Carry out what has been judged acceptable. What is already as asked has no effect."""
        if isinstance(request, Create) and request.part is not CreatePart.FINISH:
            self._make(request, now, late, complete=request.part is CreatePart.WHOLE)
            return
        share = self._holdings.shares[request.name]
        if isinstance(request, Create):
            self._finish(request, share, now, late)
            return
        kind = self._alter(request, share)
        if kind is not None:
            self._note(kind, request, share, now, late)

    def _alter(
        self, request: Resize | Delete | Allow | Deny | CreateSnapshot | DeleteSnapshot, share: ClusterShare
    ) -> ClusterEffectKind | None:
        match request:
            case Resize():
                size = self._holdings.limits.allocated(request.size)
                self._holdings.used += size - share.size
                changed, share.size = share.size != size, size
                return ClusterEffectKind.RESIZED if changed else None
            case Delete():
                self._holdings.used -= share.size
                del self._holdings.shares[share.name]
                return ClusterEffectKind.DELETED
            case Allow(client=client, access=access):
                changed = share.rules.get(client) is not access
                share.rules[client] = access
                return ClusterEffectKind.ALLOWED if changed else None
            case Deny(client=client):
                return ClusterEffectKind.DENIED if share.rules.pop(client, None) else None
            case CreateSnapshot(snapshot=snapshot):
                share.snapshots[snapshot] = share.size
                return ClusterEffectKind.SNAPSHOT_CREATED
            case DeleteSnapshot(snapshot=snapshot):
                del share.snapshots[snapshot]
                return ClusterEffectKind.SNAPSHOT_DELETED
            case _:
                assert_never(request)

    def _make(self, request: Create, now: float, late: bool, *, complete: bool) -> None:
        mark = request.mark if Capability.MARK in self._holdings.capabilities else None
        share = self._add(request.name, request.size, request_id=request.stamp.request_id, mark=mark, complete=complete)
        self._note(ClusterEffectKind.CREATED if complete else ClusterEffectKind.HALF_CREATED, request, share, now, late)

    def _finish(self, request: Create, share: ClusterShare, now: float, late: bool) -> None:
        """What was half-made is whole: the same share, so that the log has a second birth of it."""
        size = max(share.size, self._holdings.limits.allocated(request.size))
        self._holdings.used += size - share.size
        share.size, share.complete = size, True
        if Capability.MARK in self._holdings.capabilities:
            share.mark = share.mark or request.mark
        share.request_id = share.request_id or request.stamp.request_id
        self._note(ClusterEffectKind.CREATED, request, share, now, late)

    def _add(self, name: str, size: int, *, request_id: str | None, mark: str | None, complete: bool) -> ClusterShare:
        incarnation = self._incarnations[name] = self._incarnations.get(name, 0) + 1
        share = ClusterShare(
            name=name,
            size=self._holdings.limits.allocated(size),
            incarnation=incarnation,
            request_id=request_id,
            mark=mark,
            complete=complete,
        )
        self._holdings.shares[name] = share
        self._holdings.used += share.size
        return share

    def _note(self, kind: ClusterEffectKind, request: Mutation, share: ClusterShare, now: float, late: bool) -> None:
        self._log.add(
            kind,
            at=now,
            name=share.name,
            incarnation=share.incarnation,
            request_id=request.stamp.request_id,
            sequence=request.stamp.sequence,
            mark=share.mark,
            size=share.size or None,
            late=late,
        )
