"""Draws sequences: each is a function of the seed and its number alone."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from connector.chance import Chance
from connector.dialects import FileDialect
from connector.operations import Access, Verb
from connector.values import replace
from harness.contract.target import TargetLimits
from harness.fidelity.steps import ClientKind, Instant, OwnMark, SequenceCommand, SequenceStep, ShareSlot, SizeKind

__all__ = ["SequenceDrawing"]

Item = TypeVar("Item")

_FEWEST, _MOST = 3, 10
"""Steps of a sequence. At most one of them is a pair: how a second one ends would hang on how the first one did."""
_VERBS: Mapping[Verb, float] = {
    Verb.CREATE: 22,
    Verb.SHOW: 10,
    Verb.LIST: 8,
    Verb.RESIZE: 14,
    Verb.DELETE: 15,
    Verb.ALLOW: 8,
    Verb.DENY: 6,
    Verb.SNAPSHOT_CREATE: 7,
    Verb.SNAPSHOT_LIST: 4,
    Verb.SNAPSHOT_DELETE: 6,
    Verb.CAPABILITIES: 1,
    Verb.PING: 1,
}
_SLOTS: Mapping[ShareSlot, float] = {
    ShareSlot.A: 64,
    ShareSlot.B: 20,
    ShareSlot.A_IN_CAPITALS: 5,
    ShareSlot.LONGEST: 4,
    ShareSlot.TOO_LONG: 3,
    ShareSlot.UNICODE: 4,
}
_SIZES: Mapping[SizeKind, float] = {
    SizeKind.SMALL: 50,
    SizeKind.LARGE: 25,
    SizeKind.ODD: 9,
    SizeKind.ZERO: 8,
    SizeKind.TOO_LARGE: 8,
}
_MUTATIONS = frozenset(
    {
        Verb.CREATE,
        Verb.RESIZE,
        Verb.DELETE,
        Verb.ALLOW,
        Verb.DENY,
        Verb.SNAPSHOT_CREATE,
        Verb.SNAPSHOT_DELETE,
    }
)
_UNNAMED = frozenset({Verb.LIST, Verb.CAPABILITIES, Verb.PING})
_SNAPSHOTS = ("s1", "s2")
_PAIRS, _REPEATS, _REUSES, _SEQUENCES, _INSTANTS, _MARKS, _OTHER_CONNECTION = 0.16, 0.12, 0.04, 0.25, 0.16, 0.35, 0.35


class SequenceDrawing:
    """What can be drawn for one target: the verbs that its dialect has, and the limits that it declares."""

    def __init__(self, dialect: FileDialect, limits: TargetLimits, *, seed: int) -> None:
        self._seed = seed
        self._verbs = {verb: weight for verb, weight in _VERBS.items() if dialect.knows(verb)}
        self._slots = {
            slot: weight
            for slot, weight in _SLOTS.items()
            if limits.name_bytes is not None or slot not in {ShareSlot.LONGEST, ShareSlot.TOO_LONG}
        }
        self._sizes = {
            size: weight
            for size, weight in _SIZES.items()
            if limits.share_size is not None or size is not SizeKind.TOO_LARGE
        }

    def sequence(self, number: int) -> tuple[SequenceStep, ...]:
        return _Series(self._verbs, self._slots, self._sizes, Chance(self._seed, "fidelity", str(number))).drawn()


class _Series:
    """One sequence, drawn from its first step to its last."""

    def __init__(
        self,
        verbs: Mapping[Verb, float],
        slots: Mapping[ShareSlot, float],
        sizes: Mapping[SizeKind, float],
        chance: Chance,
    ) -> None:
        self._verbs, self._slots, self._sizes = verbs, slots, sizes
        self._chance = chance
        self._asked = 0
        self._requests = 0
        self._has_pair = False
        self._mutations: list[SequenceCommand] = []

    def drawn(self) -> tuple[SequenceStep, ...]:
        length = _FEWEST + int(self._u01() * (_MOST - _FEWEST + 1))
        first = SequenceStep(commands=(self._command(Verb.CREATE, ShareSlot.A),))
        begins = [first] if self._u01() < 0.8 else []
        return (*begins, *(self._step() for _ in range(length - len(begins))))

    def _step(self) -> SequenceStep:
        if self._u01() < _PAIRS and not self._has_pair:
            self._has_pair = True
            slot = self._weighed(self._slots)
            pair = tuple(replace(self._drawn(slot), connection=number) for number in range(2))
            return SequenceStep(commands=pair)
        return SequenceStep(commands=(self._drawn(self._weighed(self._slots)),))

    def _drawn(self, slot: ShareSlot) -> SequenceCommand:
        """A command of its own, one that came before, or its request id with another command."""
        u = self._u01()
        if self._mutations and u < _REPEATS:
            return replace(self._one_of(self._mutations), connection=self._connection())
        command = self._command(self._weighed(self._verbs), slot)
        if self._mutations and u < _REPEATS + _REUSES and command.request is not None:
            return replace(command, request=self._one_of(self._mutations).request)
        return command

    def _command(self, verb: Verb, slot: ShareSlot) -> SequenceCommand:
        command = SequenceCommand(
            verb=verb,
            share=None if verb in _UNNAMED else slot,
            size=self._weighed(self._sizes) if verb in {Verb.CREATE, Verb.RESIZE} else None,
            mark=self._mark(verb),
            client=self._one_of(list(ClientKind)) if verb in {Verb.ALLOW, Verb.DENY} else None,
            access=self._one_of(list(Access)) if verb is Verb.ALLOW else None,
            snapshot=self._one_of(_SNAPSHOTS) if verb in {Verb.SNAPSHOT_CREATE, Verb.SNAPSHOT_DELETE} else None,
            connection=self._connection(),
        )
        if verb not in _MUTATIONS:
            return command
        self._requests += 1
        stamped = replace(command, request=f"r{self._requests}", sequence=self._sequence(), not_after=self._not_after())
        self._mutations.append(stamped)
        return stamped

    def _mark(self, verb: Verb) -> OwnMark | None:
        if verb not in {Verb.CREATE, Verb.DELETE, Verb.LIST} or self._u01() >= _MARKS:
            return None
        return self._one_of(list(OwnMark))

    def _sequence(self) -> int | None:
        return 1 + int(self._u01() * 5) if self._u01() < _SEQUENCES else None

    def _not_after(self) -> Instant | None:
        return self._one_of(list(Instant)) if self._u01() < _INSTANTS else None

    def _connection(self) -> int:
        return int(self._u01() < _OTHER_CONNECTION)

    def _u01(self) -> float:
        self._asked += 1
        return self._chance.u01(self._asked)

    def _one_of(self, items: Sequence[Item]) -> Item:
        return items[int(self._u01() * len(items))]

    def _weighed(self, weights: Mapping[Item, float]) -> Item:
        left = self._u01() * sum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        return item
