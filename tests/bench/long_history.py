"""A valid history of any length, proportioned like a run: creates and their polls, every other share deleted."""

from dataclasses import dataclass, field

from harness.checkers.history_index import Bounds
from reports.history import (
    Attempt,
    Effect,
    EffectKind,
    History,
    Hop,
    Op,
    OpKind,
    OpResult,
    Purpose,
    Reading,
    SeenShare,
    StateChange,
)

__all__ = ["bounds_of", "long_history"]

_OPS_OF_A_PAIR = 8
"""Two creates with two polls each, then the delete of one of them, and the poll that finds nothing."""
_CLUSTERS = 10
_EVERY = 1.0
"""Seconds between two creates."""
_SIZE = 1 << 30


def bounds_of(ops: int) -> Bounds:
    """One disturbance in the middle of the load, so that recovery and baseline are judged as well."""
    ends = ops / _OPS_OF_A_PAIR * 2 * _EVERY
    return Bounds(
        limits={"client": 5.0, "gateway": 3.0, "processor": 4.0}, load_ends=ends, disturbed=((ends * 0.4, ends * 0.45),)
    )


def long_history(ops: int) -> History:
    """A history of so many ops (a multiple of eight), each list in the order of its instants."""
    book = _Book()
    for number in range(ops // _OPS_OF_A_PAIR * 2):
        share = _Share(number)
        _create(book, share)
        if share.goes:
            _delete(book, share)
    return book.history()


class _Share:
    """One share and when it was asked for. Its words are made anew for each row, as a log that is read makes them."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.at = number * _EVERY
        self.goes = number % 2 == 1
        # A name that was deleted is taken again by the next share on its cluster: two lives of one name.
        self.incarnation = 1 + (number // (2 * _CLUSTERS) % 2 if self.goes else 0)
        self._named = number - (self.incarnation - 1) * 2 * _CLUSTERS

    @property
    def record(self) -> str:
        return f"00000000-0000-7000-8000-{self._number:012}"

    @property
    def location(self) -> str:
        return f"cluster-{self._number // 2 % _CLUSTERS}"

    @property
    def name(self) -> str:
        return f"share-{self._named:07}"


@dataclass(slots=True)
class _Book:
    """The rows as they come."""

    ops: list[Op] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    changes: list[StateChange] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    kept: list[_Share] = field(default_factory=list)

    def op(self, share: _Share, kind: OpKind, after: float, status: int, state: str | None = None) -> None:
        """An op, and the one try that it took."""
        at, number = share.at + after, len(self.ops) + 1
        result = OpResult.OK if status < 400 else OpResult.FAIL
        self.ops.append(
            Op(
                number=number,
                client="c1",
                kind=kind,
                purpose=Purpose.POLL if kind is OpKind.GET else Purpose.LOAD,
                location=share.location,
                name=share.name,
                key=f"key-{number}" if kind is not OpKind.GET else None,
                size=_SIZE if kind is OpKind.CREATE else None,
                intended_at=at,
                invoked_at=at,
                completed_at=at + 0.01,
                result=result,
                status=status,
                share=share.record if status < 400 else None,
                state=state,
            )
        )
        self._attempt(share, Hop.CLIENT, kind, at, at + 0.01, f"key-{number}", op=number, status=status)

    def command(self, share: _Share, verb: str, after: float) -> None:
        """A command of the processor."""
        at = share.at + after
        self._attempt(share, Hop.PROCESSOR, verb, at, at + 0.05, f"{share.record}.1.{verb}")

    def _attempt(
        self,
        share: _Share,
        hop: Hop,
        verb: str,
        begins: float,
        ends: float,
        request: str,
        op: int | None = None,
        status: int | None = None,
    ) -> None:
        self.attempts.append(
            Attempt(
                number=len(self.attempts) + 1,
                hop=hop,
                op=op,
                share=share.record,
                location=share.location,
                name=share.name,
                verb=str(verb),
                request_id=request,
                began_at=begins,
                ended_at=ends,
                result=OpResult.OK,
                status=status,
            )
        )

    def change(self, share: _Share, after: float, before: str | None, state: str | None, writer: str) -> None:
        self.changes.append(
            StateChange(
                number=len(self.changes) + 1,
                at=share.at + after,
                share=share.record,
                location=share.location,
                name=share.name,
                before=before,
                after=state,
                writer=writer,
            )
        )

    def effect(self, share: _Share, after: float, kind: EffectKind, verb: str) -> None:
        self.effects.append(
            Effect(
                number=len(self.effects) + 1,
                at=share.at + after,
                cluster=share.location,
                kind=kind,
                name=share.name,
                incarnation=share.incarnation,
                request_id=f"{share.record}.1.{verb}",
                mark=f"spool/{share.record}",
                size=_SIZE,
            )
        )

    def history(self) -> History:
        ends = self.ops[-1].invoked_at + 10.0
        return History(
            ops=tuple(self.ops),
            attempts=tuple(self.attempts),
            changes=tuple(self.changes),
            effects=tuple(self.effects),
            readings=(
                *self._round(0, -1.0, []),
                *self._round(1, ends, self.kept),
                *self._round(2, ends + 5, self.kept),
            ),
        )

    def _round(self, round: int, at: float, kept: list[_Share]) -> list[Reading]:
        on: dict[str, list[SeenShare]] = {f"cluster-{number}": [] for number in range(_CLUSTERS)}
        for share in kept:
            seen = SeenShare(location=share.location, name=share.name, size=_SIZE, mark=f"spool/{share.record}")
            on[share.location].append(seen)
        records = tuple(
            SeenShare(location=share.location, name=share.name, share=share.record, state="active", size=_SIZE)
            for share in kept
        )
        number = round * (_CLUSTERS + 1) + 1
        return [
            Reading(number=number, at=at, side="api", round=round, shares=records),
            *(
                Reading(number=number + row, at=at, side=side, round=round, shares=tuple(shares))
                for row, (side, shares) in enumerate(on.items(), start=1)
            ),
        ]


def _create(book: _Book, share: _Share) -> None:
    book.op(share, OpKind.CREATE, 0.0, 202, "pending")
    book.change(share, 0.005, None, "pending", "api")
    book.op(share, OpKind.GET, 0.02, 200, "pending")
    book.command(share, "create", 0.1)
    book.effect(share, 0.12, EffectKind.CREATED, "create")
    book.command(share, "show", 0.16)
    book.change(share, 0.22, "pending", "active", "processor")
    book.op(share, OpKind.GET, 0.3, 200, "active")
    if not share.goes:
        book.kept.append(share)


def _delete(book: _Book, share: _Share) -> None:
    book.op(share, OpKind.DELETE, 0.5, 202, "deleting")
    book.change(share, 0.505, "active", "deleting", "api")
    book.command(share, "delete", 0.55)
    book.effect(share, 0.57, EffectKind.DELETED, "delete")
    book.change(share, 0.62, "deleting", None, "processor")
    book.op(share, OpKind.GET, 0.7, 404)
