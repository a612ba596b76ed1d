"""From symbols to requests of one target, and from its answers back to symbols."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never, get_args

from connector.operations import (
    CapabilitiesReply,
    DoneReply,
    ListReply,
    PingReply,
    Reply,
    Request,
    ShareView,
    ShowReply,
    SnapshotsReply,
    Stamp,
    Verb,
)
from connector.outcomes import Done, Outcome, Unknown
from harness.contract.target import ContractTarget
from harness.fidelity.observed import Observation
from harness.fidelity.steps import ClientKind, Instant, OwnMark, SequenceCommand, ShareSlot, SizeKind

__all__ = ["Speller", "Vocabulary"]

_KINDS: Mapping[Verb, type[Any]] = {kind.verb: kind for kind in get_args(Request)}
_FAR = 3_600.0
"""Seconds from now to a not-after instant: no clock is that wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What symbols stand for, the same on both targets. Sizes in bytes; name_bytes: of the longest name, if known."""

    small: int
    large: int
    too_large: int
    name_bytes: int | None
    clients: tuple[str, str]

    @classmethod
    def of(cls, target: ContractTarget) -> "Vocabulary":
        """As the target declares it."""
        parameters, limits = target.parameters, target.limits
        return cls(
            small=parameters.size,
            large=parameters.larger,
            too_large=(limits.share_size or 0) + 1,
            name_bytes=limits.name_bytes,
            clients=(parameters.client, parameters.other_client),
        )

    def bytes(self, size: SizeKind) -> int:
        match size:
            case SizeKind.SMALL:
                return self.small
            case SizeKind.LARGE:
                return self.large
            case SizeKind.ODD:
                return self.small + 1
            case SizeKind.ZERO:
                return 0
            case SizeKind.TOO_LARGE:
                return self.too_large
            case _:
                assert_never(size)

    def name(self, core: str, slot: ShareSlot) -> str:
        """core: what makes it ours."""
        match slot:
            case ShareSlot.A | ShareSlot.B:
                return f"{core}{slot.value}"
            case ShareSlot.A_IN_CAPITALS:
                return f"{core}A"
            case ShareSlot.UNICODE:
                return f"{core}ü"
            case ShareSlot.LONGEST:
                return f"{core}x".ljust(self.name_bytes or 0, "x")
            case ShareSlot.TOO_LONG:
                return f"{core}y".ljust((self.name_bytes or 0) + 1, "y")
            case _:
                assert_never(slot)


@dataclass(slots=True, kw_only=True)
class Speller:
    """One play of one sequence on one target.

    core: in every name, and in no other anywhere. register: told of each name before it is used. unix: the clock.
    """

    vocabulary: Vocabulary
    core: str
    register: Callable[[str], str]
    unix: Callable[[], float]
    names: dict[str, ShareSlot] = field(default_factory=dict)
    _requests: dict[str, str] = field(default_factory=dict)

    def name(self, slot: ShareSlot) -> str:
        name = self.vocabulary.name(self.core, slot)
        if name not in self.names:
            self.names[self.register(name)] = slot
        return name

    def request(self, command: SequenceCommand) -> Request:
        """The request that a command stands for."""
        clients = dict(zip(ClientKind, self.vocabulary.clients, strict=True))
        values = {
            "name": None if command.share is None else self.name(command.share),
            "size": None if command.size is None else self.vocabulary.bytes(command.size),
            "stamp": None if command.request is None else self._stamp(command, command.request),
            "mark": None if command.mark is None else self._mark(command.mark),
            "client": None if command.client is None else clients[command.client],
            "access": command.access,
            "snapshot": command.snapshot,
        }
        request: Request = _KINDS[command.verb](**{key: value for key, value in values.items() if value is not None})
        return request

    def observed(self, outcome: Outcome) -> Observation:
        """What of an outcome is compared."""
        if not isinstance(outcome, Done):
            unknown = isinstance(outcome, Unknown)
            return Observation(code=outcome.code.value, site=outcome.site, certain=not unknown, message=outcome.message)
        return Observation(code="done", shown=tuple(sorted(self._shown(outcome.reply))))

    def _shown(self, reply: Reply) -> Iterable[tuple[str, str]]:
        match reply:
            case ShowReply(share=share):
                yield self._slot(share.name) or "another share", self._share(share)
            case ListReply(shares=shares):
                for share in shares:
                    if (slot := self._slot(share.name)) is not None:
                        yield slot, self._share(share)
            case SnapshotsReply(snapshots=snapshots):
                yield "", ", ".join(sorted(f"{each.snapshot} of {each.size} bytes" for each in snapshots)) or "none"
            case CapabilitiesReply(capabilities=capabilities):
                yield "", ", ".join(sorted(capabilities)) or "none"
            case DoneReply(size=size):
                if size is not None:
                    yield "", f"{size} bytes"
            case PingReply():
                pass
            case _:
                assert_never(reply)

    def _share(self, share: ShareView) -> str:
        """A share in words: with symbols for what differs from play to play."""
        words = [f"{share.size} bytes", *([] if share.complete else ["half-made"])]
        words += [] if share.mark is None else [f"mark {self._own(share.mark)}"]
        words += [] if share.request_id is None else [f"request {self._requests.get(share.request_id, '?')}"]
        clients = dict(zip(self.vocabulary.clients, ClientKind, strict=True))
        words += [f"{rule.access} for {clients.get(rule.client, rule.client)}" for rule in sorted(share.rules, key=str)]
        return ", ".join(words)

    def _slot(self, name: str) -> str | None:
        """Whose name it is; None for a share of others."""
        if name in self.names:
            return self.names[name].value
        return "another share of ours" if self.core in name else None

    def _stamp(self, command: SequenceCommand, request: str) -> Stamp:
        request_id = f"{self.core}{request}"
        self._requests[request_id] = request
        ahead = {None: None, Instant.PAST: -_FAR, Instant.FUTURE: _FAR}[command.not_after]
        not_after = None if ahead is None else float(round(self.unix() + ahead))
        return Stamp(request_id=request_id, sequence=command.sequence, not_after=not_after)

    def _mark(self, mark: OwnMark) -> str:
        """The other one begins with the letters of the own one, though it is not below it."""
        return f"{self.core}{OwnMark.OWN}-{mark}" if mark is OwnMark.OTHER else f"{self.core}{mark}"

    def _own(self, mark: str) -> str:
        known = {self._mark(each): each.value for each in OwnMark}
        return known.get(mark, "of nobody")
