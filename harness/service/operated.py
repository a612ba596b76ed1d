"""What an operator sees of a service, and does to it: its queue, its dead letters, and the clusters it holds up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

__all__ = ["DeadLetter", "HeldUp", "Operated", "QueueState", "QueuedShare", "ServiceOperator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedShare:
    """A record whose operation is under way. Instants are seconds of the run. due_at: no try before it. attempt: tries
    so far. lease_until: until when whoever works on it is the only one; None: nobody does. over_budget: it waits since
    the retry budget of its cluster is used up."""

    location: str
    name: str
    share: str
    tenant: str
    due_at: float
    attempt: int = 0
    lease_until: float | None = None
    over_budget: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A record on which nobody works until it is requeued."""

    location: str
    name: str
    share: str
    state: str
    tenant: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUp:
    """A cluster that is held up. kind: `pause`: nothing is taken up there; `drain`: nothing is accepted for it.
    until: seconds of the run; None: until it is lifted."""

    location: str
    kind: str
    reason: str
    who: str
    until: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """messages: that wait in the spool. under_way: records, dead letters too; shares: those that are due first.
    dead: the first of `dead_letters`."""

    messages: int = 0
    under_way: int = 0
    shares: Sequence[QueuedShare] = ()
    dead_letters: int = 0
    dead: Sequence[DeadLetter] = ()
    holds: Sequence[HeldUp] = ()

    def hold_of(self, location: str) -> HeldUp | None:
        """What holds a cluster up."""
        return next((hold for hold in self.holds if hold.location == location), None)


class ServiceOperator(Protocol):
    """Each method raises `WorldError` for a refusal, `httpx.HTTPError` where no answer comes."""

    async def read_queue(self) -> QueueState: ...

    async def hold(self, location: str, kind: str, *, reason: str, who: str, seconds: float | None = None) -> None:
        """In place of what held it up before. seconds None: until it is lifted."""
        ...

    async def lift(self, location: str) -> None: ...

    async def notify(self, target: str) -> None:
        """Tell this address, `mailto:` and so on, what becomes of shares from now on."""
        ...

    async def requeue(self, *, location: str | None, reason: str | None, dry_run: bool = False) -> int:
        """How many dead letters there are of this location, with this text in their reason; they are due again, unless
        they are only counted."""
        ...


@runtime_checkable
class Operated(Protocol):
    """A service that an operator can look into."""

    @property
    def operator(self) -> ServiceOperator: ...
